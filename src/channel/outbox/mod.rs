//! What waits to be sent to one client: bounded, and nothing while nothing waits.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The end that everybody puts frames into. A clone is one reference count.
#[derive(Clone)]
pub(crate) struct Outbox {
    shared: Arc<Shared>,
}

/// The connection's end.
pub(crate) struct Outgoing {
    shared: Arc<Shared>,
}

/// What comes out of an [`Outgoing`].
#[derive(Debug, PartialEq)]
pub(crate) enum Out {
    Frame(Utf8Bytes),
    /// The client does not keep up: what waited is gone, and the connection ends.
    Overflow,
}

/// How a frame fared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Put {
    Roomy,
    /// It was taken, and half of what the queue may hold waits by now: whoever has more to say lets
    /// the connection come to its turn first.
    Crowded,
    /// The connection is gone, or does not keep up and ends for that.
    Refused,
}

struct Shared {
    max_messages: usize,
    max_bytes: usize,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    // A client that keeps up has one frame waiting at most, which needs no buffer of its own.
    first: Option<Utf8Bytes>,
    rest: VecDeque<Utf8Bytes>,
    bytes: usize,
    state: State,
    waker: Option<Waker>,
    /// Who has more to say once there is room.
    room: Option<Waker>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Open,
    Overflown,
    /// The connection is gone.
    Closed,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_crowded(&self, queue: &Queue) -> bool {
        queue.len() >= self.max_messages.div_ceil(2) || queue.bytes >= self.max_bytes.div_ceil(2)
    }
}

impl Queue {
    fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    fn push(&mut self, frame: Utf8Bytes) {
        self.bytes += frame.len();
        if self.first.is_none() {
            self.first = Some(frame);
        } else {
            self.rest.push_back(frame);
        }
    }

    fn pop(&mut self) -> Option<Utf8Bytes> {
        let frame = self.first.take()?;
        self.bytes -= frame.len();
        self.first = self.rest.pop_front();
        if self.rest.is_empty() {
            self.rest = VecDeque::new();
        }
        Some(frame)
    }

    fn wait(&mut self, cx: &mut Context<'_>) {
        match &mut self.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
    }

    /// What waited, and whoever waits, for the caller to deal with outside of the lock.
    fn end(&mut self, state: State) -> Queue {
        let ended = Queue {
            state,
            ..Queue::default()
        };
        std::mem::replace(self, ended)
    }
}

impl Outbox {
    /// A queue of at most so many frames and bytes. A frame that finds the queue empty is taken
    /// whatever its size, or it could never be sent.
    pub(crate) fn new(max_messages: usize, max_bytes: usize) -> (Outbox, Outgoing) {
        let shared = Arc::new(Shared {
            max_messages: max_messages.max(1),
            max_bytes,
            queue: Mutex::default(),
        });
        let outbox = Outbox {
            shared: Arc::clone(&shared),
        };
        (outbox, Outgoing { shared })
    }

    /// False where the connection is gone, or where it does not keep up and ends for that.
    pub(crate) fn send(&self, frame: Utf8Bytes) -> bool {
        self.put(frame) != Put::Refused
    }

    pub(crate) fn put(&self, frame: Utf8Bytes) -> Put {
        let mut queue = self.shared.lock();
        if queue.state != State::Open {
            return Put::Refused;
        }
        let waiting = queue.len();
        let full = waiting >= self.shared.max_messages
            || queue.bytes.saturating_add(frame.len()) > self.shared.max_bytes;
        if full && waiting > 0 {
            let ended = queue.end(State::Overflown);
            drop(queue);
            [ended.waker, ended.room]
                .into_iter()
                .flatten()
                .for_each(Waker::wake);
            return Put::Refused;
        }
        queue.push(frame);
        let put = match self.shared.is_crowded(&queue) {
            true => Put::Crowded,
            false => Put::Roomy,
        };
        let waker = queue.waker.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
        put
    }

    /// Waits until the client has taken so much that the queue is no longer crowded, or the
    /// connection is over. One may wait at a time.
    pub(crate) async fn room(&self) {
        poll_fn(|cx| {
            let mut queue = self.shared.lock();
            if queue.state != State::Open || !self.shared.is_crowded(&queue) {
                return Poll::Ready(());
            }
            queue.room = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Outgoing {
    /// The next frame, in the order in which they were put in.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Out> {
        let mut queue = self.shared.lock();
        if let Some(frame) = queue.pop() {
            let room = match queue.room.is_some() && !self.shared.is_crowded(&queue) {
                true => queue.room.take(),
                false => None,
            };
            drop(queue);
            if let Some(room) = room {
                room.wake();
            }
            return Poll::Ready(Out::Frame(frame));
        }
        if queue.state == State::Overflown {
            return Poll::Ready(Out::Overflow);
        }
        queue.wait(cx);
        Poll::Pending
    }

    /// Ready when the client does not keep up, for a connection that can take no frame now.
    pub(crate) fn poll_overflow(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.shared.lock();
        if queue.state == State::Overflown {
            return Poll::Ready(());
        }
        queue.wait(cx);
        Poll::Pending
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        let ended = self.shared.lock().end(State::Closed);
        if let Some(room) = ended.room {
            room.wake();
        }
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").finish_non_exhaustive()
    }
}
