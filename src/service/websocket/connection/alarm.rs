//! The one timer of a connection.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::{Instant, Sleep};

/// A timer that is moved forward only when it rings: what is to come mostly comes later and later,
/// with everything that is heard.
#[derive(Default)]
pub(super) struct Alarm {
    set: Option<(Instant, Pin<Box<Unconstrained<Sleep>>>)>,
}

impl Alarm {
    /// Ready at this time or later.
    pub(super) fn poll_until(&mut self, due: Instant, cx: &mut Context<'_>) -> Poll<Instant> {
        loop {
            let (at, sleep) = self.set.get_or_insert_with(|| {
                let sleep = Box::pin(unconstrained(tokio::time::sleep_until(due)));
                (due, sleep)
            });
            if *at > due {
                self.set = None;
                continue;
            }
            ready!(sleep.as_mut().poll(cx));
            self.set = None;
            let now = Instant::now();
            if now >= due {
                return Poll::Ready(now);
            }
        }
    }
}
