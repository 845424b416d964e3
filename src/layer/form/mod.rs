//! Forms, and bodies with files: read and validated before anything else happens (protocol
//! section 5).
//!
//! 1. A body with files is read now, behind auth, within the bounds of the function that it is for.
//! 2. What was sent for a form is validated, within the function's deadline. What is wrong is the
//!    answer, which is no failure of the call: nothing began, and nothing changed.
//! 3. A handler that refuses what was filled in answers the same way.
//! 4. A page without JavaScript gets the form again with its errors, or is sent on.

mod plain;
mod submit;

use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either};
use tower_layer::Layer;
use tower_service::Service;

use crate::call::{Args, Call};
use crate::error::{Error, Result};
use crate::layer::take_ready;
use crate::reply::Reply;

#[derive(Clone, Copy, Debug)]
pub(crate) struct FormLayer;

impl<S> Layer<S> for FormLayer {
    type Service = TakeForms<S>;

    fn layer(&self, inner: S) -> Self::Service {
        TakeForms { inner }
    }
}

/// Validates what was sent for forms, and reads what was sent as forms are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TakeForms<S> {
    inner: S,
}

impl<S> Service<Call> for TakeForms<S>
where
    S: Service<Call, Response = Reply, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Reply;
    type Error = Error;
    // One box for a form, none for any other call.
    type Future = Either<S::Future, BoxFuture<'static, Result<Reply>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let form = call.entry().form();
        if form.is_none() && !matches!(call.args(), Args::Body(_)) {
            return Either::Left(self.inner.call(call));
        }
        let ready = take_ready(&mut self.inner);
        Either::Right(match form.cloned() {
            Some(form) => submit::submit(form, call, ready).boxed(),
            None => plain::read(call, ready).boxed(),
        })
    }
}
