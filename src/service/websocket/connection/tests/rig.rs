//! A server with one connection, and the client's end of it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::{Request, request};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::functions::{self, Shared};
use crate::registry::RegistryBuilder;
use crate::service::websocket::connection::{Opening, run};
use crate::service::websocket::{Identity, Sockets};
use crate::{MizanLayer, MizanLayerBuilder, User};

const PIPE: usize = 64 * 1024;
/// Longer than anything here takes; most tests have a clock that jumps.
const LIMIT: Duration = Duration::from_secs(3600);

pub(super) struct Setup {
    pub(super) sockets: Sockets,
    pub(super) identity: Identity,
    pub(super) pipe: usize,
    pub(super) registry: fn(RegistryBuilder) -> RegistryBuilder,
    pub(super) layer: fn(MizanLayerBuilder) -> MizanLayerBuilder,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            sockets: Sockets::new(),
            identity: Identity {
                user: None,
                from_token: false,
            },
            pipe: PIPE,
            registry: |registry| registry,
            layer: |layer| layer,
        }
    }
}

/// A user of the host's.
pub(super) fn host(id: &str) -> Identity {
    Identity {
        user: Some(User::new(id)),
        from_token: false,
    }
}

/// The server's side.
pub(super) struct Server {
    pub(super) shared: Arc<Shared>,
    pub(super) layer: MizanLayer,
    pub(super) task: JoinHandle<()>,
    head: Weak<request::Parts>,
}

impl Server {
    /// The connection's task ends, and nothing of it is left.
    pub(super) async fn over(self) {
        let ended = timeout(LIMIT, self.task).await;
        ended.expect("the task ends").expect("without a panic");
        assert_eq!(self.layer.connections().count(), 0);
        assert!(self.head.upgrade().is_none(), "somebody holds the head");
    }
}

/// One connection, with a client of the same crate.
pub(super) struct Rig {
    pub(super) server: Server,
    pub(super) client: WebSocketStream<DuplexStream>,
}

impl Setup {
    pub(super) fn sockets(sockets: Sockets) -> Self {
        Self {
            sockets,
            ..Self::default()
        }
    }

    pub(super) async fn open(self) -> Rig {
        let (server, io) = self.begin();
        let client = WebSocketStream::from_raw_socket(io, Role::Client, None).await;
        Rig { server, client }
    }

    /// With the client's end as bytes.
    pub(super) fn begin(self) -> (Server, DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(self.pipe);
        (self.serve(ours), theirs)
    }

    pub(super) fn serve<IO>(self, io: IO) -> Server
    where
        IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let shared = Shared::new();
        let registry = (self.registry)(functions::registry(&shared));
        let registry = registry.build().expect("the registry is sound");
        let layer = MizanLayer::builder(registry).sockets(self.sockets);
        let layer = (self.layer)(layer).build().expect("the layer is sound");
        let config = Arc::clone(layer.config());
        let pass = config.admission.admit(self.identity.user.as_ref());
        let head = Request::get("/api/mizan/ws/").body(()).expect("a request");
        let head = Arc::new(head.into_parts().0);
        Server {
            shared,
            layer,
            head: Arc::downgrade(&head),
            task: tokio::spawn(run(
                io,
                Opening {
                    config,
                    head,
                    identity: self.identity,
                    pass: pass.expect("there is a place"),
                },
            )),
        }
    }
}

impl Rig {
    pub(super) async fn new() -> Self {
        Setup::default().open().await
    }

    pub(super) async fn send(&mut self, frame: Value) {
        self.text(&frame.to_string()).await;
    }

    pub(super) async fn text(&mut self, frame: &str) {
        let sent = timeout(LIMIT, self.client.send(Message::text(frame)));
        sent.await.expect("a frame is taken").expect("and sent");
    }

    /// The next message but pings and pongs; none once the connection is over.
    pub(super) async fn message(&mut self) -> Option<Message> {
        loop {
            let next = timeout(LIMIT, self.client.next()).await;
            match next.expect("something comes in time")? {
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(message) => return Some(message),
                Err(_) => return None,
            }
        }
    }

    pub(super) async fn receive(&mut self) -> Value {
        match self.message().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).expect("a frame is JSON"),
            other => panic!("{other:?} in place of a text"),
        }
    }

    pub(super) async fn ask(&mut self, frame: Value) -> Value {
        self.send(frame).await;
        self.receive().await
    }

    /// The code that the server closes with; what comes before is let pass.
    pub(super) async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.message().await {
                Some(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Some(_) => {}
                None => return None,
            }
        }
    }

    /// Lets everybody else run.
    pub(super) async fn settle(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    /// The client vanishes, and nothing of the connection is left.
    pub(super) async fn over(self) {
        drop(self.client);
        self.server.over().await;
    }
}
