//! What the tests of behaviour share: one request in process, a server with real sockets, a client
//! that writes bytes no HTTP client would, and an ear for invalidations.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests, of which each file uses a part"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use mizan::{Certainty, Invalidated, MizanLayer, MizanService};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// Long enough for a busy machine; only a test that hangs waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("OK").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// The body of a call.
pub(crate) fn body(function: &str, args: &Value) -> String {
    json!({"fn": function, "args": args}).to_string()
}

pub(crate) fn post(body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::post("/api/mizan/call/")
        .body(Full::new(body.into()))
        .unwrap()
}

pub(crate) fn get(path: &str) -> Request<Full<Bytes>> {
    Request::get(format!("/api/mizan{path}"))
        .body(Full::default())
        .unwrap()
}

/// One request through the service, without sockets.
pub(crate) async fn send(service: &MizanService, request: Request<Full<Bytes>>) -> Answer {
    let (head, body) = service.clone().oneshot(request).await.unwrap().into_parts();
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: body.collect().await.unwrap().to_bytes().to_vec(),
    }
}

/// A server of hyper's on a port of its own. It ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) async fn start(layer: MizanLayer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = layer.into_service();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = TowerToHyperService::new(service.clone());
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { address }
    }

    pub(crate) async fn connect(&self) -> Wire {
        Wire {
            stream: TcpStream::connect(self.address).await.unwrap(),
            read: Vec::new(),
        }
    }

    /// Writes these bytes to a connection of their own and reads one answer.
    pub(crate) async fn exchange(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let mut wire = self.connect().await;
        wire.write(bytes).await;
        wire.answer().await.expect("an answer")
    }
}

/// A connection at the level of bytes.
pub(crate) struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// A server that has seen enough may close before everything is written.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = tokio::time::timeout(PATIENCE, self.stream.write_all(bytes.as_ref()))
            .await
            .expect("the server reads or closes");
    }

    pub(crate) async fn close_half(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next answer, or none where the connection ends.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        loop {
            if let Some((answer, length)) = parse(&self.read) {
                self.read.drain(..length);
                return Some(answer);
            }
            let mut chunk = [0; 4096];
            let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut chunk))
                .await
                .expect("an answer or an end");
            match read {
                Ok(0) | Err(_) => return None,
                Ok(length) => self.read.extend_from_slice(&chunk[..length]),
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Option<(Answer, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name: http::HeaderName = name.parse().unwrap();
        headers.append(name, value.parse().unwrap());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |value| value.to_str().unwrap().parse().unwrap());
    let body = bytes.get(end..end + length)?.to_vec();
    Some((
        Answer {
            status,
            headers,
            body,
        },
        end + length,
    ))
}

/// A call as HTTP/1.1 bytes.
pub(crate) fn wire_call(body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!(
        "POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// What the listeners of a registry were told, as `certainty entries`.
#[derive(Clone, Default)]
pub(crate) struct Ear {
    heard: Arc<Mutex<Vec<String>>>,
}

impl Ear {
    pub(crate) fn listener(
        &self,
    ) -> impl Fn(Invalidated) -> std::future::Ready<()> + Send + Sync + 'static {
        let heard = Arc::clone(&self.heard);
        move |event| {
            heard.lock().unwrap().push(told(&event));
            std::future::ready(())
        }
    }

    pub(crate) fn push(&self, event: &Invalidated) {
        self.heard.lock().unwrap().push(told(event));
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Waits until so much was heard, for tests with real time.
    pub(crate) async fn wait(&self, count: usize) {
        let waiting = async {
            while self.heard().len() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("only {:?} was heard", self.heard()));
    }
}

fn told(event: &Invalidated) -> String {
    let certainty = match event.certainty {
        Certainty::Changed => "changed",
        Certainty::Unknown => "unknown",
        Certainty::UnknownSettled => "settled",
        _ => "?",
    };
    let entries = event.entries.header_value().unwrap();
    format!("{certainty} {}", entries.to_str().unwrap())
}
