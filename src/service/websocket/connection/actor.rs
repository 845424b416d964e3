//! The life of a connection: what happens next.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::request::Parts;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::Opening;
use super::alarm::Alarm;
use super::answer;
use super::answers::Answers;
use super::caller::Caller;
use super::calls::Calls;
use super::clock::Clock;
use super::ending::{Ending, Reason};
use super::lane::{Done, Lane, Turn};
use super::meters::Meters;
use super::pace::Pace;
use super::wire::Wire;
use crate::channel::{ConnectionId, Listener, Out, Outbox, Outgoing, Subscriptions};
use crate::error::Result as Served;
use crate::identity::User;
use crate::service::Config;
use crate::service::websocket::Pass;

/// How often what is ready at once is looked at before other tasks have their turn.
const ROUNDS: usize = 32;

/// What one connection holds. Live invalidation will keep what it watches here.
pub(super) struct Actor<IO> {
    pub(super) config: Arc<Config>,
    pub(super) head: Arc<Parts>,
    pub(super) wire: Wire<IO>,
    pub(super) caller: Caller,
    pub(super) calls: Calls,
    pub(super) lane: Lane,
    /// A frame that was read and waits for its turn.
    pub(super) turn: Option<Turn>,
    /// The subscriptions are to be told who the caller is now.
    pub(super) recheck: bool,
    pub(super) answers: Answers,
    pub(super) pace: Pace,
    pub(super) clock: Clock,
    pass: Pass,
    outbox: Outbox,
    outgoing: Outgoing,
    /// Who hears it, wherever the subscriptions are.
    audience: Listener,
    // Of answers and what is broadcast neither holds up the other.
    answers_first: bool,
    pub(super) alarm: Alarm,
}

/// What an actor leaves to be ended.
pub(super) struct Remains<IO> {
    pub(super) config: Arc<Config>,
    pub(super) head: Arc<Parts>,
    pub(super) wire: Wire<IO>,
    pub(super) calls: Calls,
    pub(super) lane: Lane,
    pub(super) pass: Pass,
}

/// Something was done, so that something else may be possible now.
pub(super) type Moved = Result<bool, Ending>;

impl<IO> Actor<IO>
where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    pub(super) async fn new(io: IO, opening: Opening) -> Self {
        let Opening {
            config,
            head,
            identity,
            pass,
        } = opening;
        let sockets = &config.sockets;
        let now = Instant::now();
        let (outbox, outgoing) = Outbox::new(sockets.queue_messages, sockets.queue_bytes);
        let mut subscriptions = Subscriptions::new(
            config.registry.clone(),
            Arc::clone(&head),
            ConnectionId::next(),
            outbox.clone(),
            sockets.max_subscriptions,
        );
        subscriptions.set_user(identity.user.clone());
        Self {
            wire: Wire::new(io, sockets.max_message).await,
            caller: Caller::new(identity, sockets, now),
            calls: Calls::default(),
            audience: subscriptions.audience(),
            lane: Lane::Free(subscriptions),
            turn: None,
            recheck: false,
            answers: Answers::default(),
            pace: Pace::new(sockets, now),
            clock: Clock::new(now),
            config,
            head,
            pass,
            outbox,
            outgoing,
            answers_first: true,
            alarm: Alarm::default(),
        }
    }

    pub(super) fn into_remains(self) -> Remains<IO> {
        Remains {
            config: self.config,
            head: self.head,
            wire: self.wire,
            calls: self.calls,
            lane: self.lane,
            pass: self.pass,
        }
    }

    /// Ready when the connection is to end.
    pub(super) fn poll_ending(&mut self, meters: &Meters, cx: &mut Context<'_>) -> Poll<Ending> {
        for _ in 0..ROUNDS {
            match self.poll_round(meters, cx) {
                Ok(true) => {}
                Ok(false) => return Poll::Pending,
                Err(ending) => return Poll::Ready(ending),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    // Hooks and calls come behind reading: one that is never short of work takes what Tokio allows
    // the task.
    fn poll_round(&mut self, meters: &Meters, cx: &mut Context<'_>) -> Moved {
        let written = self.poll_write(meters, cx)?;
        self.poll_closing(written, cx)?;
        let mut moved = self.poll_heard(meters, cx)?;
        moved |= self.poll_lane(cx)?;
        moved |= self.poll_answers(cx);
        moved |= self.poll_clock(cx)?;
        Ok(moved)
    }

    /// True where everything that there was to write is written.
    fn poll_write(&mut self, meters: &Meters, cx: &mut Context<'_>) -> Moved {
        loop {
            if self.wire.poll_room(cx)?.is_pending() {
                return self.stalled(cx);
            }
            if std::mem::take(&mut self.clock.ping) {
                self.wire.put_ping()?;
            }
            let Some(frame) = self.next_frame(cx)? else {
                break;
            };
            meters.sent();
            self.wire.put(frame)?;
        }
        if self.wire.poll_all(cx)?.is_pending() {
            return self.stalled(cx);
        }
        self.clock.flow();
        Ok(true)
    }

    fn stalled(&mut self, cx: &mut Context<'_>) -> Moved {
        self.clock.stall(self.wire.written());
        match self.outgoing.poll_overflow(cx) {
            Poll::Ready(()) => Err(Ending::Ours(Reason::Slow)),
            Poll::Pending => Ok(false),
        }
    }

    fn next_frame(&mut self, cx: &mut Context<'_>) -> Result<Option<Utf8Bytes>, Ending> {
        self.answers_first = !self.answers_first;
        if self.answers_first
            && let Some(answer) = self.answers.pop()
        {
            return Ok(Some(answer));
        }
        match self.outgoing.poll_next(cx) {
            Poll::Ready(Out::Frame(frame)) => return Ok(Some(frame)),
            Poll::Ready(Out::Overflow) => return Err(Ending::Ours(Reason::Slow)),
            Poll::Pending => {}
        }
        Ok(self.answers.pop())
    }

    fn poll_closing(&mut self, written: bool, cx: &mut Context<'_>) -> Result<(), Ending> {
        if let Poll::Ready(until) = self.pass.poll_closing(cx) {
            self.clock.drained = Some(until);
        }
        let busy = self.calls.len() > 0 || !self.lane.is_free() || self.answers.len() > 0;
        if self.clock.drained.is_some() && written && !busy {
            return Err(Ending::Ours(Reason::Shutdown));
        }
        Ok(())
    }

    fn poll_lane(&mut self, cx: &mut Context<'_>) -> Moved {
        let mut moved = true;
        match self.lane.poll_done(cx) {
            Poll::Ready(Done::Channel) => {}
            Poll::Ready(Done::Auth(user)) => self.authenticated(user),
            Poll::Ready(Done::Lost) => return Err(Ending::Ours(Reason::Internal)),
            Poll::Pending => moved = false,
        }
        if self
            .caller
            .poll_refused(&self.config.sockets, cx)
            .is_ready()
        {
            self.expired();
            moved = true;
        }
        if !self.lane.is_free() {
            return Ok(moved);
        }
        if std::mem::take(&mut self.recheck) {
            self.lane.recheck(self.caller.user().cloned());
            return Ok(true);
        }
        if self.clock.drained.is_some() {
            return Ok(moved);
        }
        if let Some(turn) = self.turn.take() {
            self.lane.begin(turn, &self.config);
            return Ok(true);
        }
        Ok(moved)
    }

    /// A client has to take some of what its calls came to before there is more.
    pub(super) fn is_full(&self) -> bool {
        self.answers.bytes() + self.wire.unsent() >= self.config.sockets.queue_bytes
    }

    fn poll_answers(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        while !self.is_full()
            && let Poll::Ready(answer) = self.calls.poll_answer(cx)
        {
            self.answers.push(answer);
            moved = true;
        }
        moved
    }

    // What an `auth` comes to stands in line with what the channel frames before it said.
    fn authenticated(&mut self, user: Served<User>) {
        let changed = user.and_then(|user| {
            self.pass.change_user(Some(&user))?;
            Ok(user)
        });
        match changed {
            Ok(user) => {
                self.audience.set_user(Some(user.clone()));
                self.caller = Caller::by_token(user, &self.config.sockets, Instant::now());
                self.recheck = true;
                self.outbox.send(answer::AUTHENTICATED);
            }
            Err(error) => {
                answer::log(&error);
                self.outbox.send(answer::error(error.message()));
            }
        }
    }

    pub(super) fn expired(&mut self) {
        // There is always room for one more of nobody's.
        let _ = self.pass.change_user(None);
        self.audience.set_user(None);
        self.recheck = true;
        self.outbox.send(answer::EXPIRED);
    }
}
