//! Handshakes byte by byte, and a client for what comes after one.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use crate::support::answer::Answer;
use crate::support::raw;

pub(crate) const PATH: &str = "/api/mizan/ws/";
const PATIENCE: Duration = Duration::from_secs(10);

/// An opening handshake, right unless something of it is changed.
#[derive(Clone, Debug)]
pub(crate) struct Handshake {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) version: &'static str,
    headers: Vec<(String, String)>,
}

impl Handshake {
    pub(crate) fn new() -> Self {
        Self::at(PATH)
    }

    pub(crate) fn at(path: impl Into<String>) -> Self {
        let headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            // The example of RFC 6455, section 1.3.
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            method: "GET",
            path: path.into(),
            version: "HTTP/1.1",
            headers: headers.map(own).to_vec(),
        }
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// Sets a header in place of others of its name.
    pub(crate) fn set(self, name: &str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let Self {
            method,
            path,
            version,
            headers,
        } = self;
        let mut text = format!("{method} {path} {version}\r\nHost: {address}\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        (text + "\r\n").into_bytes()
    }

    /// The answer, and nothing after it.
    pub(crate) async fn answer(&self, address: SocketAddr) -> Answer {
        raw::exchange(address, &self.bytes(address)).await
    }

    /// The error that it has to be refused with.
    #[track_caller]
    pub(crate) fn refused(
        &self,
        address: SocketAddr,
        status: u16,
    ) -> impl Future<Output = Answer> + use<> {
        let handshake = self.clone();
        async move {
            let answer = handshake.answer(address).await;
            assert_eq!(answer.status, status, "{handshake:?}: {answer}");
            answer.check();
            answer
        }
    }

    /// The connection, which has to be taken.
    pub(crate) async fn open(&self, address: SocketAddr) -> (Answer, Socket<TcpStream>) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let bytes = self.bytes(address);
        stream.write_all(&bytes).await.unwrap();
        let about = format!("{self:?}");
        let answer = timeout(PATIENCE, raw::read(&mut stream, &about, &bytes));
        let answer = answer.await.unwrap_or_else(|_| panic!("{about}: hangs"));
        assert_eq!(answer.status, 101, "{answer}");
        (answer, Socket::over(stream).await)
    }
}

/// The client's end of a WebSocket.
pub(crate) struct Socket<S>(pub(crate) WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    pub(crate) async fn over(stream: S) -> Self {
        Self(WebSocketStream::from_raw_socket(stream, Role::Client, None).await)
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        let frame = Message::text(frame.to_string());
        self.0.send(frame).await.unwrap();
    }

    /// The next message, pings and pongs aside; none where the connection ended without a close.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        loop {
            let message = timeout(PATIENCE, self.0.next()).await;
            match message.expect("the server says nothing") {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    pub(crate) async fn receive(&mut self) -> Value {
        match self.next().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?} instead of a frame"),
        }
    }

    /// The result of a call.
    pub(crate) async fn call(&mut self, function: &str) -> Value {
        self.send(json!({ "action": "rpc", "id": 1, "fn": function }))
            .await;
        let mut answer = self.receive().await;
        assert_eq!(answer["ok"], true, "{answer}");
        answer["data"]["result"].take()
    }

    /// Whom the server takes the caller for.
    pub(crate) async fn user(&mut self) -> Option<String> {
        let seen = self.call("seen").await;
        seen["user"].as_str().map(str::to_owned)
    }

    /// The code that the server closes with.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        match self.next().await {
            Some(Message::Close(frame)) => frame.map(|frame| frame.code.into()),
            other => panic!("{other:?} instead of a close"),
        }
    }

    /// Says goodbye and waits for the end.
    pub(crate) async fn close(mut self) {
        self.0.close(None).await.unwrap();
        while self.next().await.is_some() {}
    }
}

/// Waits until something is true.
pub(crate) async fn eventually(what: &str, mut is: impl FnMut() -> bool) {
    for _ in 0..500 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
