use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::Version;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::answer::Answer;
use super::request::Request;

const ATTEMPTS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(10);

/// One connection to a server, renewed where the server has closed it.
pub(crate) struct Client {
    pub(crate) addr: SocketAddr,
    /// Stands in front of failures.
    label: String,
    version: Version,
    sender: Option<Sender>,
}

enum Sender {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

impl Sender {
    async fn is_ready(&mut self) -> bool {
        match self {
            Sender::One(sender) => sender.ready().await.is_ok(),
            Sender::Two(sender) => sender.ready().await.is_ok(),
        }
    }

    async fn send(
        &mut self,
        request: http::Request<Full<Bytes>>,
    ) -> hyper::Result<http::Response<Incoming>> {
        match self {
            Sender::One(sender) => sender.send_request(request).await,
            Sender::Two(sender) => sender.send_request(request).await,
        }
    }
}

impl Client {
    /// Speaks HTTP/1.1.
    pub(crate) fn new(addr: SocketAddr, label: &str) -> Self {
        Self {
            addr,
            label: label.to_owned(),
            version: Version::HTTP_11,
            sender: None,
        }
    }

    /// Speaks HTTP/2 from the first byte on, without asking.
    pub(crate) fn http2(addr: SocketAddr, label: &str) -> Self {
        Self {
            version: Version::HTTP_2,
            ..Self::new(addr, label)
        }
    }

    /// Sends a request, and holds the answer against what is true of every answer of Mizan.
    pub(crate) async fn send(&mut self, request: Request) -> Answer {
        let answer = self.send_unchecked(request).await;
        answer.check();
        answer
    }

    /// Sends a request to the host's own routes.
    pub(crate) async fn send_unchecked(&mut self, request: Request) -> Answer {
        let about = format!("[{}] {}", self.label, describe(&request));
        timeout(PATIENCE, self.exchange(&request, &about))
            .await
            .unwrap_or_else(|_| panic!("{about}: no answer"))
    }

    pub(crate) async fn call(&mut self, function: &str, args: Value) -> Answer {
        self.send(Request::call(function, &args)).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path)).await
    }

    /// Sends this text to `call/`.
    pub(crate) async fn json(&mut self, body: impl Into<Bytes>) -> Answer {
        self.send(Request::json(body)).await
    }

    async fn exchange(&mut self, request: &Request, about: &str) -> Answer {
        let mut kept = self.sender.take();
        if let Some(sender) = &mut kept
            && !sender.is_ready().await
        {
            kept = None;
        }
        let mut left = ATTEMPTS;
        let (response, sender) = loop {
            let mut sender = match kept.take() {
                Some(sender) => sender,
                None => self.connect().await,
            };
            left -= 1;
            match sender.send(self.message(request)).await {
                Ok(response) => break (response, sender),
                // The server answered before it read the body, and closed while that was written.
                Err(error) if left > 0 && error.to_string().contains("writing a body") => {}
                Err(error) => panic!("{about}: {error}"),
            }
        };
        self.sender = Some(sender);
        let (head, body) = response.into_parts();
        let body = body.collect().await;
        Answer {
            about: about.to_owned(),
            method: request.method.clone(),
            path: request.path.clone(),
            status: head.status.as_u16(),
            headers: head.headers,
            body: body
                .unwrap_or_else(|error| panic!("{about}: {error}"))
                .to_bytes(),
        }
    }

    fn message(&self, request: &Request) -> http::Request<Full<Bytes>> {
        let mut message = http::Request::builder().method(request.method.as_str());
        message = match self.version {
            Version::HTTP_2 => message
                .version(Version::HTTP_2)
                .uri(format!("http://{}{}", self.addr, request.path)),
            _ => message
                .uri(&request.path)
                .header("host", self.addr.to_string()),
        };
        for (name, value) in &request.headers {
            message = message.header(name, value.as_slice());
        }
        message.body(Full::new(request.body.clone())).unwrap()
    }

    async fn connect(&self) -> Sender {
        let stream = TcpStream::connect(self.addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let io = TokioIo::new(stream);
        if self.version == Version::HTTP_2 {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
            tokio::spawn(connection);
            Sender::Two(sender)
        } else {
            let (sender, connection) = http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            Sender::One(sender)
        }
    }
}

fn describe(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {} {body:.200}", request.method, request.path)
}
