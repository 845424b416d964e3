//! A client that sees what stands on the wire: it follows nothing and decodes nothing unasked.

use std::convert::Infallible;
use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::header::{COOKIE, HOST, SET_COOKIE};
use http::{HeaderMap, Request, Version};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// Long enough for a busy machine; only what hangs waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn gunzipped(&self) -> Value {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&self.body[..])
            .read_to_string(&mut text)
            .unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

type Sent = UnsyncBoxBody<Bytes, Infallible>;

/// A browser's worth of state: where it talks to, and the cookie it was given.
pub(crate) struct Client {
    address: SocketAddr,
    version: Version,
    cookie: Option<String>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            version: Version::HTTP_11,
            cookie: None,
        }
    }

    /// Speaks HTTP/2 with prior knowledge.
    pub(crate) fn http2(address: SocketAddr) -> Self {
        Self {
            version: Version::HTTP_2,
            ..Self::new(address)
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), "").await
    }

    pub(crate) async fn call(&mut self, function: &str, args: Value) -> Answer {
        self.call_at("/api/mizan/call/", function, args).await
    }

    pub(crate) async fn call_at(&mut self, path: &str, function: &str, args: Value) -> Answer {
        let body = json!({"fn": function, "args": args}).to_string();
        let request = Request::post(path).header("content-type", "application/json");
        self.send(request, &body).await
    }

    pub(crate) async fn send(&mut self, request: http::request::Builder, body: &str) -> Answer {
        let body = Full::new(Bytes::copy_from_slice(body.as_bytes()));
        self.in_time(request.body(body.boxed_unsync()).unwrap())
            .await
    }

    /// Sends a body whose length is not declared.
    pub(crate) async fn send_chunked(&mut self, path: &str, body: &str) -> Answer {
        let halves = body.as_bytes().chunks(body.len().div_ceil(2));
        let frames: Vec<_> = halves
            .map(|half| Ok(Frame::data(Bytes::copy_from_slice(half))))
            .collect();
        let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
        self.in_time(Request::post(path).body(body).unwrap()).await
    }

    async fn in_time(&mut self, request: Request<Sent>) -> Answer {
        tokio::time::timeout(PATIENCE, self.exchange(request))
            .await
            .expect("an answer in time")
    }

    async fn exchange(&mut self, mut request: Request<Sent>) -> Answer {
        if let Some(cookie) = &self.cookie {
            let headers = request.headers_mut();
            headers.insert(COOKIE, cookie.parse().unwrap());
        }
        let stream = TokioIo::new(TcpStream::connect(self.address).await.unwrap());
        let response = if self.version == Version::HTTP_2 {
            let uri = format!("http://{}{}", self.address, request.uri());
            *request.uri_mut() = uri.parse().unwrap();
            *request.version_mut() = Version::HTTP_2;
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
                .await
                .unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        } else {
            let host = self.address.to_string().parse().unwrap();
            request.headers_mut().insert(HOST, host);
            let (mut sender, connection) = http1::handshake(stream).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        };
        assert_eq!(response.version(), self.version);
        let (head, body) = response.into_parts();
        if let Some(cookie) = head.headers.get(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}
