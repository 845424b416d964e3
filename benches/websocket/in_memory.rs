//! Connections without a socket of the system's, whose work would hide ours, on one thread, whose
//! allocations can be counted.

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use mizan::MizanService;
use tokio::io::DuplexStream;
use tokio::runtime::{Builder, Runtime};

use crate::Result;
use crate::calls::{ANSWER, FRAME, KeptAlive};
use crate::client::{Socket, text};
use crate::room::{SUBSCRIBE, SUBSCRIBED};
use crate::servers::{self, Bare, SELDOM, Speaker};

/// Holds whatever is sent at once, as a socket of the system does.
const PIPE: usize = 1024;

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// The client's end of a connection that hyper serves.
fn connect(service: &MizanService) -> DuplexStream {
    let (client, server) = tokio::io::duplex(PIPE);
    let service = TowerToHyperService::new(service.clone());
    let connection = http1::Builder::new().serve_connection(TokioIo::new(server), service);
    tokio::spawn(connection.with_upgrades());
    client
}

fn connect_by_hand(bare: &Bare) -> DuplexStream {
    let (client, server) = tokio::io::duplex(PIPE);
    let bare = bare.clone();
    tokio::spawn(async move { bare.serve(server).await });
    client
}

/// A room, and those in it.
pub(crate) struct Audience {
    runtime: Runtime,
    speaker: Speaker,
    members: Vec<Socket<DuplexStream>>,
}

impl Audience {
    pub(crate) fn gather(by_hand: bool, size: usize) -> Result<Self> {
        let runtime = runtime()?;
        let mut members = Vec::with_capacity(size);
        let speaker: Result<Speaker> = runtime.block_on(async {
            let registry = servers::registry()?;
            let mizan = servers::service(&registry, SELDOM)?;
            let bare = Bare::new();
            for _ in 0..size {
                let connection = match by_hand {
                    true => connect_by_hand(&bare),
                    false => connect(&mizan),
                };
                let mut member = Socket::open(connection).await?;
                member.ask(SUBSCRIBE, SUBSCRIBED).await?;
                members.push(member);
            }
            Ok(match by_hand {
                true => Speaker::bare(bare),
                false => Speaker::mizan(registry),
            })
        });
        Ok(Self {
            runtime,
            speaker: speaker?,
            members,
        })
    }

    /// Says something, and does nothing for it to arrive.
    ///
    /// Callgrind is told the name.
    #[inline(never)]
    pub(crate) fn push(&self) -> Result<()> {
        self.runtime.block_on(self.speaker.push())
    }

    /// Waits until everyone has heard it.
    pub(crate) fn hear(&mut self) -> Result<()> {
        self.runtime.block_on(async {
            for member in &mut self.members {
                member.receive().await?;
            }
            Ok(())
        })
    }
}

/// One connection, over which calls are made.
pub(crate) struct Caller {
    runtime: Runtime,
    line: Line,
}

enum Line {
    Http(KeptAlive<DuplexStream>),
    WebSocket(Socket<DuplexStream>, Vec<u8>),
}

impl Caller {
    pub(crate) fn connect(websocket: bool) -> Result<Self> {
        let runtime = runtime()?;
        let line: Result<Line> = runtime.block_on(async {
            let service = servers::service(&servers::registry()?, SELDOM)?;
            let connection = connect(&service);
            if !websocket {
                return Ok(Line::Http(KeptAlive::open(connection).await?));
            }
            let mut socket = Socket::open(connection).await?;
            socket.ask(FRAME, ANSWER).await?;
            Ok(Line::WebSocket(socket, text(FRAME)))
        });
        Ok(Self {
            runtime,
            line: line?,
        })
    }

    pub(crate) fn call(&mut self) -> Result<()> {
        self.runtime.block_on(async {
            match &mut self.line {
                Line::Http(connection) => connection.call().await,
                Line::WebSocket(socket, frame) => {
                    socket.send(frame).await?;
                    socket.receive().await.map(drop)
                }
            }
        })
    }
}
