//! The client: one request to see that a server is right, and wrk.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::servers::{ANSWER, CALL, Server};

const WAIT: Duration = Duration::from_secs(5);
const SECONDS: &str = "3s";

/// Asks once, and compares the answer.
pub(crate) fn check(server: &Server) -> Result<()> {
    let mut stream = TcpStream::connect(server.address)?;
    stream.set_read_timeout(Some(WAIT))?;
    write!(
        stream,
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{CALL}",
        server.path,
        CALL.len(),
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200") && answer.ends_with(ANSWER) {
        return Ok(());
    }
    Err(format!("{} answered {answer:?}", server.name).into())
}

/// Requests a second, under full load.
pub(crate) fn rate(server: &Server) -> Result<f64> {
    let output = Command::new("wrk")
        .args([
            "--threads",
            "2",
            "--connections",
            "32",
            "--duration",
            SECONDS,
        ])
        .args([
            "--script",
            concat!(env!("CARGO_MANIFEST_DIR"), "/benches/sockets/post.lua"),
        ])
        .arg(format!("http://{}{}", server.address, server.path))
        .args(["--", CALL])
        .output()
        .map_err(|error| format!("wrk cannot be run ({error}); see benches/sockets.sh"))?;
    let report = String::from_utf8_lossy(&output.stdout);
    let rate = report
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"))
        .and_then(|rate| rate.trim().parse().ok());
    let failed = report.contains("Non-2xx") || report.contains("Socket errors");
    match rate {
        Some(rate) if output.status.success() && !failed => Ok(rate),
        _ => Err(format!(
            "wrk against {}: {report}{}",
            server.name,
            String::from_utf8_lossy(&output.stderr)
        )
        .into()),
    }
}
