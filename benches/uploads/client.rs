//! A client that makes up what it sends while it sends it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::Result;
use crate::server::Child;

const PIECE: usize = 64 * 1024;

const HEAD: &str = "--XX\r\n\
    Content-Disposition: form-data; name=\"fn\"\r\n\r\n\
    keep\r\n\
    --XX\r\n\
    Content-Disposition: form-data; name=\"file\"; filename=\"large\"\r\n\
    Content-Type: application/octet-stream\r\n\r\n";
const TAIL: &str = "\r\n--XX--\r\n";

/// Uploads a file of so many bytes, whole pieces, and tells how long it took.
pub(crate) fn upload(server: &Child, bytes: u64) -> Result<Duration> {
    // The start of the boundary comes often, as in a file that is made to be slow to search.
    let piece: Vec<u8> = b"\r\n--X and what else stands in files, "
        .iter()
        .copied()
        .cycle()
        .take(PIECE)
        .collect();
    let length = HEAD.len() as u64 + bytes + TAIL.len() as u64;
    let began = Instant::now();
    let mut stream = TcpStream::connect(server.address)?;
    write!(
        stream,
        "POST /api/mizan/call/ HTTP/1.1\r\n\
         Host: localhost\r\n\
         Connection: close\r\n\
         Content-Type: multipart/form-data; boundary=XX\r\n\
         Content-Length: {length}\r\n\r\n{HEAD}"
    )?;
    for _ in 0..bytes / PIECE as u64 {
        stream.write_all(&piece)?;
    }
    stream.write_all(TAIL.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let taken = began.elapsed();
    let result = server.result(bytes, length);
    if !answer.starts_with("HTTP/1.1 200") || !answer.ends_with(&result) {
        return Err(format!("answered {answer:?} in place of {result:?}").into());
    }
    Ok(taken)
}
