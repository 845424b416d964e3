//! What time alone makes happen.

use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::actor::{Actor, Moved};
use super::ending::{Ending, Reason};
use crate::service::websocket::Sockets;

/// How many bytes a client takes at least within the time that it may be silent for. Less keeps
/// memory and a place for hours.
const SLOWEST: u64 = 8 * 1024;

/// Since when and until when things are so.
pub(super) struct Clock {
    /// When something was heard last, reading went on, or a client took some of what waited for it.
    pub(super) heard: Instant,
    /// When the last ping was due.
    pub(super) pinged: Instant,
    pub(super) ping: bool,
    pub(super) reading: bool,
    /// The pace allows no message before.
    pub(super) paused: Option<Instant>,
    stalled: Option<Stall>,
    /// The server closes then.
    pub(super) drained: Option<Instant>,
}

/// Not everything could be written, and hardly anything since then.
struct Stall {
    since: Instant,
    /// How many bytes were written then.
    before: u64,
    /// How many are by now.
    written: u64,
}

impl Clock {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            heard: now,
            pinged: now,
            ping: false,
            reading: true,
            paused: None,
            stalled: None,
            drained: None,
        }
    }

    /// Not everything could be written, but so many bytes in all. A long text is slow on a slow line,
    /// where no ping and no pong comes through beside it: who takes any of it is there.
    pub(super) fn stall(&mut self, written: u64) {
        let stall = self.stalled.get_or_insert_with(|| Stall {
            since: Instant::now(),
            before: written,
            written,
        });
        if written == stall.written {
            return;
        }
        stall.written = written;
        self.heard = Instant::now();
        if written - stall.before >= SLOWEST {
            stall.since = self.heard;
            stall.before = written;
        }
    }

    /// Everything is written.
    pub(super) fn flow(&mut self) {
        if self.stalled.take().is_some() {
            self.heard = Instant::now();
        }
    }

    fn next_ping(&self, sockets: &Sockets) -> Instant {
        self.heard.max(self.pinged) + sockets.ping_every
    }

    /// Who is not listened to is not silent.
    fn silence_ends(&self, sockets: &Sockets) -> Option<Instant> {
        self.reading.then(|| self.heard + sockets.idle_timeout)
    }

    fn stall_ends(&self, sockets: &Sockets) -> Option<Instant> {
        let stall = self.stalled.as_ref()?;
        Some(stall.since + sockets.idle_timeout)
    }
}

impl<IO> Actor<IO>
where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    pub(super) fn poll_clock(&mut self, cx: &mut Context<'_>) -> Moved {
        let due = self.due();
        let Poll::Ready(now) = self.alarm.poll_until(due, cx) else {
            return Ok(false);
        };
        let sockets = &self.config.sockets;
        let is_over = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if is_over(self.clock.drained) {
            return Err(Ending::Ours(Reason::Shutdown));
        }
        if is_over(self.clock.stall_ends(sockets)) {
            return Err(Ending::Ours(Reason::Slow));
        }
        if is_over(self.clock.silence_ends(sockets)) {
            return Err(Ending::Ours(Reason::Idle));
        }
        if is_over(self.clock.paused) {
            self.clock.paused = None;
        }
        if self.clock.next_ping(sockets) <= now {
            self.clock.pinged = now;
            self.clock.ping = true;
            self.calls.rest();
        }
        if is_over(self.caller.until()) && self.caller.end(&self.config, &self.head) {
            self.expired();
        }
        Ok(true)
    }

    /// When time alone makes something happen next.
    fn due(&self) -> Instant {
        let (clock, sockets) = (&self.clock, &self.config.sockets);
        [
            clock.drained,
            clock.stall_ends(sockets),
            clock.silence_ends(sockets),
            clock.paused,
            self.caller.until(),
        ]
        .into_iter()
        .flatten()
        .fold(clock.next_ping(sockets), Instant::min)
    }
}
