//! Many clients of one server, in a process of their own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::client::{Socket, text};
use crate::pipe::{Process, commands};
use crate::room::{SUBSCRIBE, SUBSCRIBED};
use crate::{Result, limits};

/// More would overflow the backlog of a listener.
const CONNECTING: usize = 128;

const OPEN: &str = "open";
const RECEIVED: &str = "received";

/// What each client does before it is idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nothing,
    /// Subscribes to the room.
    Subscribes,
    /// Subscribes, and calls with almost as much as a message may have.
    Calls,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Nothing, Self::Subscribes, Self::Calls];

    /// How much a connection may hold when it is idle, in KiB. It keeps the buffer of the longest
    /// message that it was sent.
    pub(crate) fn bound(self) -> f64 {
        match self {
            Self::Nothing | Self::Subscribes => 16.0,
            Self::Calls => 16.0 + 64.0,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "that did nothing",
            Self::Subscribes => "with a subscription",
            Self::Calls => "with a subscription, after a call of 60 KiB",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self> {
        let named = Self::ALL.into_iter().find(|kind| kind.name() == name);
        named.ok_or_else(|| format!("there are no clients `{name}`").into())
    }
}

/// Clients that are there until this is dropped.
pub(crate) struct Load(Process);

impl Load {
    /// Opens so many sockets, and returns when all of them are idle.
    pub(crate) fn start(address: SocketAddr, sockets: usize, kind: Kind) -> Result<Self> {
        let mut process = Process::start(&[
            "--load",
            &address.to_string(),
            &sockets.to_string(),
            kind.name(),
        ])?;
        match process.hear()?.as_str() {
            OPEN => Ok(Self(process)),
            said => Err(format!("the clients said `{said}`").into()),
        }
    }

    /// Waits until everyone has received a message more.
    pub(crate) fn received(&mut self) -> Result<()> {
        match self.0.hear()?.as_str() {
            RECEIVED => Ok(()),
            said => Err(format!("the clients said `{said}`").into()),
        }
    }
}

/// In that process: opens the sockets, and says each time that all of them have received one.
pub(crate) fn run(address: SocketAddr, sockets: usize, kind: Kind) -> Result<()> {
    limits::allow(sockets)?;
    let call: Arc<[u8]> = text(&large_call()).into();
    tokio::runtime::Runtime::new()?.block_on(async {
        let connecting = Arc::new(Semaphore::new(CONNECTING));
        let mut opening: JoinSet<Result<_>> = JoinSet::new();
        for _ in 0..sockets {
            let (connecting, call) = (Arc::clone(&connecting), Arc::clone(&call));
            opening.spawn(async move {
                let _permit = connecting.acquire().await?;
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                let mut socket = Socket::open(stream).await?;
                if kind != Kind::Nothing {
                    socket.ask(SUBSCRIBE, SUBSCRIBED).await?;
                }
                if kind == Kind::Calls {
                    socket.send(&call).await?;
                    socket.receive().await?;
                }
                Ok(socket)
            });
        }
        let received = Arc::new(AtomicUsize::new(0));
        let mut open = Vec::with_capacity(sockets);
        while let Some(socket) = opening.join_next().await {
            open.push(socket??);
        }
        let mut hearing: JoinSet<Result<()>> = JoinSet::new();
        for mut socket in open {
            let received = Arc::clone(&received);
            hearing.spawn(async move {
                loop {
                    let texts = socket.receive().await?;
                    let all = received.fetch_add(texts, Ordering::Relaxed) + texts;
                    if all.is_multiple_of(sockets) {
                        println!("{RECEIVED}");
                    }
                }
            });
        }
        println!("{OPEN}");
        let mut commands = commands();
        tokio::select! {
            _ = commands.recv() => Ok(()),
            Some(ended) = hearing.join_next() => ended?,
        }
    })
}

/// It is refused for what it brings beside its arguments; that it is read is what matters.
fn large_call() -> String {
    let more = "x".repeat(60 * 1024);
    format!(r#"{{"action":"rpc","id":"1","fn":"add","args":{{"a":2,"b":3,"more":"{more}"}}}}"#)
}
