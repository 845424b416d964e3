//! Calls a second over one WebSocket, and over HTTP connections that are kept alive.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::client::{Socket, text};
use crate::ratio::{self, Rounds};
use crate::servers::{MIZAN, MOUNT, Server};
use crate::{Result, cpu};

pub(crate) const ROUNDS: usize = 11;
pub(crate) const SPAN: Duration = Duration::from_secs(1);

const IN_FLIGHT: usize = 32;
const RESULT: &[u8] = br#"{"result":5}"#;
const BODY: &str = r#"{"fn":"add","args":{"a":2,"b":3}}"#;
pub(crate) const FRAME: &str = r#"{"action":"rpc","id":"1","fn":"add","args":{"a":2,"b":3}}"#;
pub(crate) const ANSWER: &str = r#"{"id":"1","ok":true,"data":{"result":5}}"#;

/// Both in turn, to one server over loopback, as many in flight.
pub(crate) fn compare(rounds: usize, span: Duration) -> Result<()> {
    let server = Server::start(MIZAN)?;
    let address = server.address;
    let runtime = tokio::runtime::Runtime::new()?;
    for in_flight in [1, IN_FLIGHT] {
        let (mut rates, mut spent) = (Rounds::new(), Rounds::new());
        for _ in 0..rounds {
            let http = Load::of(&server, || runtime.block_on(http(address, in_flight, span)))?;
            let socket = Load::of(&server, || {
                runtime.block_on(socket(address, in_flight, span))
            })?;
            rates.push((http.rate, socket.rate));
            spent.extend(http.spent.zip(socket.spent));
        }
        let what = format!("calls, {in_flight} in flight");
        ratio::heading(&what, "HTTP", "WebSocket");
        ratio::row("calls/s", 0, &rates);
        ratio::row("processor µs for each call", 2, &spent);
    }
    Ok(())
}

struct Load {
    rate: f64,
    /// Of the server, in microseconds a call.
    spent: Option<f64>,
}

impl Load {
    /// Counts what is answered while `calls` runs.
    fn of(server: &Server, calls: impl FnOnce() -> Result<usize>) -> Result<Self> {
        let before = cpu::spent(server.id());
        let began = Instant::now();
        let answered = calls()? as f64;
        let rate = answered / began.elapsed().as_secs_f64();
        let spent = before.zip(cpu::spent(server.id()));
        let spent = spent.map(|(before, after)| after.saturating_sub(before));
        Ok(Self {
            rate,
            spent: spent.map(|spent| spent.as_secs_f64() * 1e6 / answered),
        })
    }
}

/// Over one socket, whatever is in flight.
async fn socket(address: SocketAddr, in_flight: usize, span: Duration) -> Result<usize> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut socket = Socket::open(stream).await?;
    socket.ask(FRAME, ANSWER).await?;
    let frame = text(FRAME);
    let frames = frame.repeat(in_flight);
    let until = Instant::now() + span;
    let mut answered = 0;
    socket.send(&frames).await?;
    while Instant::now() < until {
        // As many as were answered, so that always as many are in flight.
        let texts = socket.receive().await?;
        answered += texts;
        let more = frames.get(..texts * frame.len()).unwrap_or_default();
        socket.send(more).await?;
    }
    Ok(answered)
}

/// Over a connection for each that is in flight, since HTTP/1.1 answers in order.
async fn http(address: SocketAddr, in_flight: usize, span: Duration) -> Result<usize> {
    let until = Instant::now() + span;
    let mut connections = JoinSet::new();
    for _ in 0..in_flight {
        connections.spawn(keep_alive(address, until));
    }
    let mut answered = 0;
    while let Some(connection) = connections.join_next().await {
        answered += connection??;
    }
    Ok(answered)
}

async fn keep_alive(address: SocketAddr, until: Instant) -> Result<usize> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut connection = KeptAlive::open(stream).await?;
    let mut answered = 0;
    while Instant::now() < until {
        connection.call().await?;
        answered += 1;
    }
    Ok(answered)
}

/// An HTTP connection with one call in flight.
pub(crate) struct KeptAlive<IO> {
    io: IO,
    request: String,
    answer: Vec<u8>,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> KeptAlive<IO> {
    pub(crate) async fn open(mut io: IO) -> Result<Self> {
        let request = format!(
            "POST {MOUNT}call/ HTTP/1.1\r\n\
             Host: localhost\r\n\
             Content-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{BODY}",
            BODY.len()
        );
        io.write_all(request.as_bytes()).await?;
        let mut answer = vec![0; 1024];
        // All have the length of the first, which comes in one piece.
        let length = io.read(&mut answer).await?;
        answer.truncate(length);
        if !answer.starts_with(b"HTTP/1.1 200") || !answer.ends_with(RESULT) {
            return Err(format!("answered {:?}", String::from_utf8_lossy(&answer)).into());
        }
        Ok(Self {
            io,
            request,
            answer,
        })
    }

    pub(crate) async fn call(&mut self) -> Result<()> {
        self.io.write_all(self.request.as_bytes()).await?;
        self.io.read_exact(&mut self.answer).await?;
        Ok(())
    }
}
