//! Mizan, and a server by hand that says the same, each in a process of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use mizan::{Call, Function, MizanLayer, MizanService, Registry, Sockets};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::broadcast;
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::listen::listen;
use crate::pipe::{Process, commands};
use crate::room::{CHANNEL, Params, Room, SUBSCRIBED, Said, frame, message, params, push};
use crate::{MANY, Result, limits};

pub(crate) const MOUNT: &str = "/api/mizan/";

/// Mizan, which does not ping while times are taken.
pub(crate) const MIZAN: &str = "mizan";
/// Mizan, pinging so often that every idle connection has been pinged.
pub(crate) const PINGING: &str = "pinging";
/// The same on one thread, whose allocations are counted.
pub(crate) const COUNTED: &str = "counted";
/// `tokio::sync::broadcast` and tungstenite.
pub(crate) const BARE: &str = "bare";

pub(crate) const OFTEN: Duration = Duration::from_secs(1);
pub(crate) const SELDOM: Duration = Duration::from_secs(3600);

/// A server on loopback.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    process: Process,
}

impl Server {
    pub(crate) fn start(name: &str) -> Result<Self> {
        let mut process = Process::start(&["--serve", name])?;
        let address = process.hear()?.parse()?;
        Ok(Self { address, process })
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Says one message to everyone in the room, and does not wait for it.
    pub(crate) fn push(&mut self) -> Result<()> {
        self.process.tell("push")
    }

    /// How many tasks there are.
    pub(crate) fn tasks(&mut self) -> Result<usize> {
        Ok(self.process.ask("tasks")?.parse()?)
    }

    /// How many bytes are allocated more than at the start, where they are counted.
    pub(crate) fn live(&mut self) -> Result<i64> {
        Ok(self.process.ask("live")?.parse()?)
    }
}

/// In that process: serves until nobody commands any more.
pub(crate) fn serve(name: &str) -> Result<()> {
    limits::allow(0)?;
    let runtime = match name {
        COUNTED => Builder::new_current_thread().enable_all().build()?,
        _ => Runtime::new()?,
    };
    let (address, speaker) = runtime.block_on(start(name))?;
    println!("{address}");
    let mut commands = commands();
    let mut live = 0;
    loop {
        let mut command = None;
        let counted = allocation_counter::measure(|| {
            command = runtime.block_on(commands.recv());
        });
        live += counted.bytes_current;
        match command.as_deref() {
            Some("push") => runtime.block_on(speaker.push())?,
            Some("tasks") => println!("{}", runtime.metrics().num_alive_tasks()),
            Some("live") => println!("{live}"),
            _ => return Ok(()),
        }
    }
}

async fn start(name: &str) -> Result<(SocketAddr, Speaker)> {
    if name == BARE {
        let bare = Bare::new();
        return Ok((bare.listen().await?, Speaker::bare(bare)));
    }
    let registry = registry()?;
    let ping_every = if name == MIZAN { SELDOM } else { OFTEN };
    let service = service(&registry, ping_every)?;
    Ok((listen(service).await?, Speaker::mizan(registry)))
}

/// Whoever says something in the room.
pub(crate) struct Speaker {
    params: Params,
    message: Said,
    through: Through,
}

enum Through {
    Mizan(Registry),
    Bare(Bare),
}

impl Speaker {
    pub(crate) fn mizan(registry: Registry) -> Self {
        Self::new(Through::Mizan(registry))
    }

    pub(crate) fn bare(bare: Bare) -> Self {
        Self::new(Through::Bare(bare))
    }

    fn new(through: Through) -> Self {
        Self {
            params: params(),
            message: message(),
            through,
        }
    }

    pub(crate) async fn push(&self) -> Result<()> {
        match &self.through {
            Through::Mizan(registry) => push(registry, &self.params, &self.message).await,
            Through::Bare(bare) => {
                let frame = frame(&self.params, &self.message)?;
                bare.heard.send(Utf8Bytes::try_from(frame)?)?;
                Ok(())
            }
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct Add {
    a: i64,
    b: i64,
}

pub(crate) fn registry() -> Result<Registry> {
    let add = async |_: Call, Add { a, b }: Add| Ok(a.saturating_add(b));
    Ok(Registry::builder()
        .function(Function::new("add", add).websocket())
        .channel(CHANNEL, Room)
        .build()?)
}

pub(crate) fn service(registry: &Registry, ping_every: Duration) -> Result<MizanService> {
    let sockets = Sockets::new()
        .connections(2 * MANY)
        .messages_per_second(1_000_000_000, 1_000_000_000)
        .ping_every(ping_every)
        .idle_timeout(2 * ping_every.max(Duration::from_secs(60)));
    let layer = MizanLayer::builder(registry.clone())
        .sockets(sockets)
        .build()?;
    Ok(layer.into_service())
}

/// What a broadcast takes without Mizan: a task, a socket and a receiver for each connection.
#[derive(Clone)]
pub(crate) struct Bare {
    heard: broadcast::Sender<Utf8Bytes>,
}

impl Bare {
    pub(crate) fn new() -> Self {
        // As many as Mizan lets wait for a slow client.
        let (heard, _) = broadcast::channel(256);
        Self { heard }
    }

    async fn listen(&self) -> Result<SocketAddr> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let bare = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let bare = bare.clone();
                tokio::spawn(async move {
                    stream.set_nodelay(true)?;
                    bare.serve(stream).await
                });
            }
        });
        Ok(address)
    }

    /// Serves one connection, with what Mizan sets tungstenite to.
    pub(crate) async fn serve<IO>(&self, io: IO) -> Result<()>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        let config = WebSocketConfig::default()
            .read_buffer_size(2 * 1024)
            .write_buffer_size(0);
        let mut socket = accept_async_with_config(io, Some(config)).await?;
        let mut hearing = self.heard.subscribe();
        loop {
            tokio::select! {
                biased;
                frame = hearing.recv() => socket.send(Message::Text(frame?)).await?,
                message = socket.next() => match message {
                    Some(Ok(Message::Text(_))) => socket.send(SUBSCRIBED.into()).await?,
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Ok(()),
                },
            }
        }
    }
}
