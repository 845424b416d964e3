//! Answers that are not written yet.

use std::collections::VecDeque;

use tokio_tungstenite::tungstenite::Utf8Bytes;

/// They count like calls in flight, and hold no buffer while there are none.
#[derive(Default)]
pub(super) struct Answers {
    queue: VecDeque<Utf8Bytes>,
    bytes: usize,
}

impl Answers {
    pub(super) fn push(&mut self, answer: Utf8Bytes) {
        self.bytes += answer.len();
        self.queue.push_back(answer);
    }

    pub(super) fn pop(&mut self) -> Option<Utf8Bytes> {
        let answer = self.queue.pop_front()?;
        self.bytes -= answer.len();
        if self.queue.is_empty() {
            self.queue = VecDeque::new();
        }
        Some(answer)
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// How long all of them are together.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}
