//! What waits to be published.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Notify;

/// One message on its way out.
pub(super) struct Message {
    pub(super) group: Arc<str>,
    pub(super) body: Bytes,
    at: Instant,
}

impl Message {
    fn weight(&self) -> usize {
        self.group.len() + self.body.len()
    }
}

#[derive(Default)]
struct Waiting {
    messages: VecDeque<Message>,
    bytes: usize,
}

/// A bounded queue that never makes its writers wait.
pub(super) struct Outgoing {
    waiting: Mutex<Waiting>,
    filled: Notify,
    most_messages: usize,
    most_bytes: usize,
    keep: Duration,
}

impl Outgoing {
    pub(super) fn new(most_messages: usize, most_bytes: usize, keep: Duration) -> Self {
        Self {
            waiting: Mutex::default(),
            filled: Notify::new(),
            most_messages,
            most_bytes,
            keep,
        }
    }

    /// False where there is no room.
    pub(super) fn push(&self, group: &str, body: Bytes) -> bool {
        let message = Message {
            group: group.into(),
            body,
            at: Instant::now(),
        };
        let mut waiting = self.lock();
        let bytes = waiting.bytes.saturating_add(message.weight());
        if waiting.messages.len() >= self.most_messages || bytes > self.most_bytes {
            return false;
        }
        waiting.bytes = bytes;
        waiting.messages.push_back(message);
        drop(waiting);
        self.filled.notify_one();
        true
    }

    /// The oldest, as many as fit into these (one always does), and how many were too old.
    pub(super) fn take(&self, messages: usize, bytes: usize) -> (Vec<Message>, u64) {
        let mut taken = Vec::new();
        let mut taken_bytes = 0;
        let mut stale = 0;
        let mut waiting = self.lock();
        while let Some(message) = waiting.messages.front() {
            let weight = message.weight();
            let is_stale = message.at.elapsed() > self.keep;
            let fits = taken.is_empty() || taken_bytes + weight <= bytes;
            if !is_stale && (taken.len() >= messages || !fits) {
                break;
            }
            let Some(message) = waiting.messages.pop_front() else {
                break;
            };
            waiting.bytes -= weight;
            if is_stale {
                stale += 1;
            } else {
                taken_bytes += weight;
                taken.push(message);
            }
        }
        if waiting.messages.is_empty() {
            // A burst's memory does not stay.
            waiting.messages = VecDeque::new();
        }
        (taken, stale)
    }

    /// Ready when something was pushed since it was last ready.
    pub(super) async fn filled(&self) {
        self.filled.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    fn bodies(taken: &[Message]) -> Vec<&[u8]> {
        taken.iter().map(|message| &message.body[..]).collect()
    }

    #[test]
    fn holds_no_more_messages_than_it_may() {
        let queue = Outgoing::new(2, 100, LONG);
        assert!(queue.push("g", Bytes::from_static(b"1")));
        assert!(queue.push("g", Bytes::from_static(b"2")));
        assert!(!queue.push("g", Bytes::from_static(b"3")));
        let (taken, stale) = queue.take(10, 100);
        assert_eq!((bodies(&taken), stale), (vec![&b"1"[..], b"2"], 0));
        assert!(queue.push("g", Bytes::from_static(b"4")));
    }

    #[test]
    fn holds_no_more_bytes_than_it_may_and_frees_them() {
        let queue = Outgoing::new(100, 10, LONG);
        for _ in 0..3 {
            assert!(queue.push("g", Bytes::from_static(b"12345678")));
            assert!(!queue.push("g", Bytes::from_static(b"1")));
            assert_eq!(queue.take(10, 100).0.len(), 1);
        }
        assert!(!queue.push("g", Bytes::from_static(b"1234567890")));
    }

    #[test]
    fn takes_in_order_and_in_parts() {
        let queue = Outgoing::new(100, 1000, LONG);
        for body in ["a", "bb", "ccc", "dddddddddd"] {
            assert!(queue.push("g", Bytes::from_static(body.as_bytes())));
        }
        assert_eq!(bodies(&queue.take(2, 100).0), [&b"a"[..], b"bb"]);
        assert_eq!(bodies(&queue.take(9, 4).0), [b"ccc"]);
        // More than asked for, but alone.
        assert_eq!(bodies(&queue.take(9, 4).0), [b"dddddddddd"]);
        assert!(queue.take(9, 4).0.is_empty());
    }

    #[test]
    fn what_waited_too_long_is_not_sent() {
        let queue = Outgoing::new(100, 1000, Duration::from_millis(20));
        assert!(queue.push("g", Bytes::from_static(b"old")));
        std::thread::sleep(Duration::from_millis(40));
        assert!(queue.push("g", Bytes::from_static(b"new")));
        let (taken, stale) = queue.take(1, 1);
        assert_eq!((bodies(&taken), stale), (vec![&b"new"[..]], 1));
    }
}
