use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::watch::Watch;
use crate::error::{Error, Result};
use crate::registry::{FunctionId, Outcome, Registry};
use crate::reply::Reply;
use crate::time::LazySleep;

/// The future of [`Dispatch`](super::Dispatch).
pub(crate) struct DispatchFuture {
    outcome: Outcome,
    deadline: LazySleep,
    watched: Option<(Watch, Registry, FunctionId)>,
}

impl DispatchFuture {
    pub(super) fn new(
        outcome: Outcome,
        deadline: Option<Duration>,
        watch: Watch,
        registry: Registry,
        id: FunctionId,
    ) -> Self {
        Self {
            outcome,
            deadline: LazySleep::new(deadline),
            watched: Some((watch, registry, id)),
        }
    }

    pub(super) fn refused(error: Error) -> Self {
        Self {
            outcome: Outcome::done(Err(error)),
            deadline: LazySleep::new(None),
            watched: None,
        }
    }

    fn poll_guarded(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply>> {
        let Self {
            outcome, deadline, ..
        } = self;
        let poll = AssertUnwindSafe(|| {
            if let Poll::Ready(result) = Pin::new(outcome).poll(cx) {
                return Poll::Ready(result);
            }
            ready!(deadline.poll_elapsed(cx));
            Poll::Ready(Err(Error::timeout()))
        });
        catch_unwind(poll).unwrap_or_else(|panic| Poll::Ready(Err(panicked(&*panic))))
    }
}

impl Future for DispatchFuture {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let watched = self.watched.take();
        let polled = match &watched {
            Some((watch, ..)) => watch.in_scope(|| self.poll_guarded(cx)),
            None => self.poll_guarded(cx),
        };
        let Poll::Ready(result) = polled else {
            self.watched = watched;
            return Poll::Pending;
        };
        // A handler that ran out of time or panicked is let go of before its answer leaves.
        self.outcome = Outcome::Done(None);
        if let Some((watch, registry, id)) = watched {
            watch.finish(registry.entry(id).name(), &result);
        }
        Poll::Ready(result)
    }
}

pub(super) fn panicked(panic: &(dyn Any + Send)) -> Error {
    Error::internal(format!(
        "the handler panicked: {}",
        crate::panic::message(panic)
    ))
}
