//! How fast one connection's messages are taken.

use std::time::Duration;

use tokio::time::Instant;

use crate::service::websocket::Sockets;

/// A bucket of tokens: a message takes one, and they come back with time.
pub(super) struct Pace {
    per_second: f64,
    burst: f64,
    left: f64,
    at: Instant,
}

impl Pace {
    pub(super) fn new(sockets: &Sockets, now: Instant) -> Self {
        let burst = f64::from(sockets.burst);
        Self {
            per_second: f64::from(sockets.messages_per_second),
            burst,
            left: burst,
            at: now,
        }
    }

    /// Counts a message, and says until when no other is to be read.
    pub(super) fn take(&mut self, now: Instant) -> Option<Instant> {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + passed * self.per_second).min(self.burst) - 1.0;
        self.at = now;
        if self.left >= 1.0 {
            return None;
        }
        let wait = (1.0 - self.left) / self.per_second;
        Duration::try_from_secs_f64(wait)
            .ok()
            .and_then(|wait| now.checked_add(wait))
    }
}
