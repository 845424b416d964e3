//! From a call to its handler: deadline, panic guard, span.

mod future;
#[cfg(feature = "metrics")]
mod meters;
mod watch;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

use futures_util::FutureExt;
use tower::ServiceExt;
use tower_service::Service;

use self::future::DispatchFuture;
#[cfg(feature = "metrics")]
pub(crate) use self::meters::Meters;
use self::watch::Watch;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::registry::Outcome;
use crate::reply::Reply;

/// Runs the handler of a function.
///
/// The handler is begun when the service is called; what a synchronous one does is done by then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dispatch;

impl Service<Call> for Dispatch {
    type Response = Reply;
    type Error = Error;
    type Future = DispatchFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> DispatchFuture {
        if call.is_context() {
            return DispatchFuture::refused(Error::internal("a context reached dispatch"));
        }
        let function = call.entry();
        let watch = Watch::new(function.name());
        let begin = AssertUnwindSafe(|| match function.route() {
            None => function.invoke().invoke(call.clone()),
            Some(route) => Outcome::Running(route.clone().oneshot(call.clone()).boxed()),
        });
        let outcome = watch
            .in_scope(|| catch_unwind(begin))
            .unwrap_or_else(|panic| Outcome::done(Err(future::panicked(&*panic))));
        DispatchFuture::new(outcome, watch, call)
    }
}
