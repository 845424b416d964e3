//! Reads of contexts: several functions in one answer (protocol section 2).
//!
//! 1. The inputs of all members are read and validated, in the order of registration, before any
//!    handler runs.
//! 2. The handlers run concurrently on the caller's own task.
//! 3. The first failure in the order of registration is the answer, whichever came first in time;
//!    as soon as it is known, the others are dropped.
//! 4. The members stand in the answer sorted by name, and within each value the members of every
//!    object are sorted too, so that the same data is the same bytes.

mod read;

use std::task::{Context, Poll};

use futures_util::future::{BoxFuture, Either, FutureExt};
use tower_layer::Layer;
use tower_service::Service;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::layer::take_ready;
use crate::reply::Reply;

#[derive(Clone, Copy, Debug)]
pub(crate) struct ContextLayer;

impl<S> Layer<S> for ContextLayer {
    type Service = ReadContexts<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ReadContexts { inner }
    }
}

/// Turns the read of a context into calls of its members.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadContexts<S> {
    inner: S,
}

impl<S> Service<Call> for ReadContexts<S>
where
    S: Service<Call, Response = Reply, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Reply;
    type Error = Error;
    // One box for a whole context, none for a function.
    type Future = Either<S::Future, BoxFuture<'static, Result<Reply>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        if !call.is_context() {
            return Either::Left(self.inner.call(call));
        }
        let ready = take_ready(&mut self.inner);
        Either::Right(read::read(call, ready).boxed())
    }
}
