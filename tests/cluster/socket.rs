//! A client.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::waiting::promptly;

pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn try_open(address: SocketAddr) -> Result<Self, Error> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let uri = format!("ws://{address}/api/mizan/ws/");
        Ok(Self(client_async(uri, stream).await?.0))
    }

    pub(crate) async fn open(address: SocketAddr) -> Self {
        promptly("the handshake", Self::try_open(address))
            .await
            .unwrap()
    }

    /// Opened, and in this room.
    pub(crate) async fn join(address: SocketAddr, room: &str) -> Self {
        let mut socket = Self::open(address).await;
        socket.subscribe(room).await;
        socket
    }

    /// Tries until somebody answers, as clients do.
    pub(crate) async fn rejoin(address: SocketAddr, room: &str) -> Self {
        let opened = promptly("reconnecting", async {
            loop {
                if let Ok(socket) = Self::try_open(address).await {
                    break socket;
                }
                sleep(Duration::from_millis(50)).await;
            }
        });
        let mut socket = opened.await;
        socket.subscribe(room).await;
        socket
    }

    /// A connection that ended shows in what is received.
    pub(crate) async fn send(&mut self, frame: &Value) {
        let sent = self.0.send(Message::text(frame.to_string()));
        let _ = promptly("sending", sent).await;
    }

    /// The next frame, or nothing where the connection ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            match promptly("a frame", self.0.next()).await? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Close(frame)) => {
                    eprintln!("closed: {frame:?}");
                    return None;
                }
                Err(error) => {
                    eprintln!("cut: {error}");
                    return None;
                }
                Ok(other) => panic!("{other:?}"),
            }
        }
    }

    pub(crate) async fn receive(&mut self) -> Value {
        self.next().await.expect("the connection ended")
    }

    /// The first frame to come for which this holds.
    pub(crate) async fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.receive().await;
            if is_it(&frame) {
                return frame;
            }
        }
    }

    async fn act(&mut self, action: &str, room: &str) {
        let params = json!({ "room": room });
        self.send(&json!({ "action": action, "channel": "chat", "params": params }))
            .await;
    }

    pub(crate) async fn subscribe(&mut self, room: &str) {
        self.act("subscribe", room).await;
        self.until(|frame| frame["subscribed"] == true && frame["params"]["room"] == room)
            .await;
    }

    pub(crate) async fn unsubscribe(&mut self, room: &str) {
        self.act("unsubscribe", room).await;
        self.until(|frame| frame["unsubscribed"] == true && frame["params"]["room"] == room)
            .await;
    }

    pub(crate) async fn say(&mut self, room: &str, text: &str) {
        let frame = json!({
            "action": "message", "channel": "chat",
            "params": { "room": room }, "data": { "text": text },
        });
        self.send(&frame).await;
    }

    pub(crate) async fn hears(&mut self, text: &str) {
        self.until(|frame| frame["data"]["text"] == text).await;
    }

    /// What this one says in a room the other hears, though the first words may come too early.
    pub(crate) async fn reaches(&mut self, other: &mut Socket, room: &str) {
        static WORDS: AtomicU64 = AtomicU64::new(0);
        let first = WORDS.load(Ordering::Relaxed);
        let is_new = |frame: &Value| {
            let text = frame["data"]["text"].as_str();
            text.and_then(|text| text.parse().ok()) >= Some(first)
        };
        promptly("delivery in a room", async {
            loop {
                let word = WORDS.fetch_add(1, Ordering::Relaxed).to_string();
                self.say(room, &word).await;
                self.hears(&word).await;
                let heard = timeout(Duration::from_millis(100), other.until(is_new));
                if heard.await.is_ok() {
                    break;
                }
            }
        })
        .await;
    }

    pub(crate) async fn ask(&mut self, id: u64) {
        let args = json!({ "text": "hi" });
        self.send(&json!({ "action": "rpc", "fn": "ws_echo", "args": args, "id": id }))
            .await;
    }

    /// Ends as the protocol wants it.
    pub(crate) async fn close(mut self) {
        promptly("closing", async {
            self.0.close(None).await.unwrap();
            while self.next().await.is_some() {}
        })
        .await;
    }

    /// Ends as a cable that is cut would: with a reset.
    pub(crate) fn cut(self) {
        self.0.get_ref().set_zero_linger().unwrap();
    }
}
