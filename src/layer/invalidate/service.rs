use std::task::{Context, Poll};

use tower_service::Service;

use super::future::InvalidateFuture;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::reply::Reply;

/// Finds what a call changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invalidate<S> {
    inner: S,
}

impl<S> Invalidate<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Call> for Invalidate<S>
where
    S: Service<Call, Response = Reply, Error = Error>,
{
    type Response = Reply;
    type Error = Error;
    type Future = InvalidateFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let watched = call.clone();
        InvalidateFuture::new(self.inner.call(call), watched)
    }
}
