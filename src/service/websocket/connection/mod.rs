//! One connection, from its upgrade to its end.
//!
//! 1. A connection is one task. Calls in flight, the turn of a channel and what waits to be written
//!    are polled by it; an idle one holds a read buffer and little more.
//! 2. Frames are taken in order. `rpc` and `ctx` are begun as they come and answered as they end;
//!    channel frames and `auth` have turns, one after another; behind an `auth` nothing is taken
//!    until it is through (protocol section 7).
//! 3. Where something has to wait, reading does: for the turn of the frame that was read, for one of
//!    the calls in flight, for answers that the client has not taken yet, for the pace. Nothing is
//!    refused for it and nothing lost.
//! 4. What is broadcast does not wait: a client that lets more than a bounded queue pile up is
//!    closed with 1013.
//! 5. However a connection ends, its calls in flight are let go of, as HTTP's are, its
//!    subscriptions end, and its place is given back last.

mod actor;
mod alarm;
mod answer;
mod answers;
mod caller;
mod calls;
mod clock;
mod ending;
mod frame;
mod lane;
mod meters;
mod pace;
mod take;
mod tally;
#[cfg(test)]
mod tests;
mod wire;

use std::future::poll_fn;
use std::sync::Arc;

use futures_util::future::join;
use http::request;
use tokio::io::{AsyncRead, AsyncWrite};

use self::actor::{Actor, Remains};
use self::ending::Ending;
use self::meters::Meters;
use super::{Identity, Pass};
use crate::service::Config;
use crate::time::within;

#[cfg(fuzzing)]
pub use self::frame::fuzz as fuzz_frame;

/// What a connection begins with.
pub(crate) struct Opening {
    pub(crate) config: Arc<Config>,
    /// The request that was upgraded, which every call is made with.
    pub(crate) head: Arc<request::Parts>,
    pub(crate) identity: Identity,
    pub(crate) pass: Pass,
}

/// Serves a connection until it ends, one way or another.
pub(crate) async fn run<IO>(io: IO, opening: Opening)
where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut meters = Meters::open();
    let mut actor = Actor::new(io, opening).await;
    let ending = poll_fn(|cx| actor.poll_ending(&meters, cx)).await;
    meters.ended(ending);
    // What an end needs, nobody pays for while the connection lives.
    Box::pin(end(actor.into_remains(), ending)).await;
}

async fn end<IO>(remains: Remains<IO>, ending: Ending)
where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    let Remains {
        config,
        head,
        wire,
        calls,
        lane,
        pass,
    } = remains;
    tracing::debug!(
        path = head.uri.path(),
        reason = ending.label(),
        "a WebSocket ends"
    );
    calls.abandon();
    let goodbye = within(Some(config.sockets.close_timeout), wire.close(ending));
    // The last hooks have deadlines of their own.
    let _ = join(goodbye, lane.end()).await;
    drop(pass);
}
