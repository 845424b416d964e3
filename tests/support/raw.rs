//! Exchanges that no client library would send.

use std::net::SocketAddr;
use std::time::Duration;

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::answer::Answer;

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends these bytes and reads one answer, which has to say its length.
pub(crate) async fn exchange(addr: SocketAddr, bytes: &[u8]) -> Answer {
    let head: String = String::from_utf8_lossy(bytes).chars().take(120).collect();
    let about = format!("raw {head:?}");
    timeout(PATIENCE, async {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        read(&mut stream, &about, bytes).await
    })
    .await
    .unwrap_or_else(|_| panic!("{about}: no answer"))
}

/// Reads one answer, to a request that began like this.
pub(crate) async fn read(stream: &mut TcpStream, about: &str, request: &[u8]) -> Answer {
    let mut read = Vec::new();
    let head_end = loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        assert!(stream.read_buf(&mut read).await.unwrap() > 0, "{about}");
    };
    let body_start = head_end + 4;
    let head = String::from_utf8(read[..head_end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value.trim()).unwrap(),
        );
    }
    let mut request = request.split(|byte| *byte == b' ');
    let mut word = || String::from_utf8_lossy(request.next().unwrap()).into_owned();
    let (method, path) = (word(), word());
    let length = headers.get("content-length");
    let length: usize = match length {
        Some(length) if method != "HEAD" => length.to_str().unwrap().parse().unwrap(),
        _ => 0,
    };
    while read.len() < body_start + length {
        assert!(stream.read_buf(&mut read).await.unwrap() > 0, "{about}");
    }
    Answer {
        about: about.to_owned(),
        method,
        path,
        status: status.parse().unwrap(),
        headers,
        body: read.split_off(body_start).into(),
    }
}
