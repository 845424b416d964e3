//! Deadlines that cost nothing until somebody has to wait.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::runtime::Handle;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::Sleep;

/// A deadline passed.
#[derive(Debug)]
pub(crate) struct Elapsed;

/// A timer that is set the first time it is asked: what is ready at once never touches the clock.
pub(crate) struct LazySleep {
    after: Option<Duration>,
    // A handler that is never short of work spends Tokio's budget for its task on every poll, and a
    // timer that respected the budget would then never be looked at.
    sleep: Option<Pin<Box<Unconstrained<Sleep>>>>,
}

impl LazySleep {
    /// `None` never ends.
    pub(crate) fn new(after: Option<Duration>) -> Self {
        Self { after, sleep: None }
    }

    /// Ready when the time is over. Outside a Tokio runtime there is no clock, and it never is.
    pub(crate) fn poll_elapsed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(after) = self.after else {
            return Poll::Pending;
        };
        if self.sleep.is_none() && Handle::try_current().is_err() {
            return Poll::Pending;
        }
        self.sleep
            .get_or_insert_with(|| Box::pin(unconstrained(tokio::time::sleep(after))))
            .as_mut()
            .poll(cx)
    }
}

pin_project! {
    /// The future of [`within`].
    pub(crate) struct Within<F> {
        #[pin]
        future: F,
        sleep: LazySleep,
    }
}

/// The future's output, or [`Elapsed`] when it takes longer than this.
pub(crate) fn within<F: Future>(after: Option<Duration>, future: F) -> Within<F> {
    Within {
        future,
        sleep: LazySleep::new(after),
    }
}

impl<F: Future> Future for Within<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        ready!(this.sleep.poll_elapsed(cx));
        Poll::Ready(Err(Elapsed))
    }
}
