use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::watch::Watch;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::registry::Outcome;
use crate::reply::Reply;
use crate::time::LazySleep;

/// The future of [`Dispatch`](super::Dispatch).
pub(crate) struct DispatchFuture {
    outcome: Outcome,
    deadline: LazySleep,
    watched: Option<(Watch, Call)>,
}

impl DispatchFuture {
    pub(super) fn new(outcome: Outcome, watch: Watch, call: Call) -> Self {
        Self {
            outcome,
            deadline: LazySleep::new(call.deadline()),
            watched: Some((watch, call)),
        }
    }

    pub(super) fn refused(error: Error) -> Self {
        Self {
            outcome: Outcome::done(Err(error)),
            deadline: LazySleep::new(None),
            watched: None,
        }
    }

    /// What a handler leaves behind may panic when it is dropped.
    fn let_go(&mut self) {
        let outcome = std::mem::replace(&mut self.outcome, Outcome::Done(None));
        if catch_unwind(AssertUnwindSafe(|| drop(outcome))).is_err() {
            tracing::error!("a handler panicked while it was dropped");
        }
    }

    fn poll_guarded(&mut self, call: Option<&Call>, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let Self {
            outcome, deadline, ..
        } = self;
        let poll = AssertUnwindSafe(|| {
            if let Poll::Ready(result) = Pin::new(&mut *outcome).poll(cx) {
                return Poll::Ready(result);
            }
            ready!(deadline.poll_elapsed(cx));
            if call.is_some_and(|call| call.progress().scoping) {
                return Poll::Pending;
            }
            // A handler that ran out of time is let go of before its answer leaves.
            *outcome = Outcome::Done(None);
            Poll::Ready(Err(Error::timeout_of("the handler took too long")))
        });
        catch_unwind(poll).unwrap_or_else(|panic| Poll::Ready(Err(panicked(&*panic))))
    }
}

impl Future for DispatchFuture {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let watched = self.watched.take();
        let polled = match &watched {
            Some((watch, call)) => watch.in_scope(|| self.poll_guarded(Some(call), cx)),
            None => self.poll_guarded(None, cx),
        };
        let Poll::Ready(mut result) = polled else {
            self.watched = watched;
            return Poll::Pending;
        };
        self.let_go();
        if let Some((watch, call)) = watched {
            watch.finish(call.entry(), &mut result);
        }
        Poll::Ready(result)
    }
}

/// A call that nobody waits for any more is counted all the same.
impl Drop for DispatchFuture {
    fn drop(&mut self) {
        if let Some((watch, call)) = self.watched.take() {
            watch.in_scope(|| self.let_go());
            watch.dropped(call.entry());
        }
    }
}

pub(super) fn panicked(panic: &(dyn Any + Send)) -> Error {
    Error::internal(format!(
        "the handler panicked: {}",
        crate::panic::message(panic)
    ))
}
