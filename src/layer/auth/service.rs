use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tower_service::Service;

use super::future::AuthorizeFuture;
use crate::call::{Call, Target};
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::identity::Denied;
use crate::layer::take_ready;
use crate::registry::{FromWithin, FunctionEntry, FunctionId};
use crate::reply::Reply;

/// Lets the calls on that may go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Authorize<S> {
    inner: S,
}

impl<S> Authorize<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S> Service<Call> for Authorize<S>
where
    S: Service<Call, Response = Reply, Error = Error> + Clone,
{
    type Response = Reply;
    type Error = Error;
    type Future = AuthorizeFuture<S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        match judge(&call) {
            Ok(None) => AuthorizeFuture::admitted(self.inner.call(call)),
            Ok(Some(gates)) => {
                // Gates are the application's own, and may count or log: none is asked about a body
                // that turns out to be none.
                if let Err(error) = call.args().prove() {
                    return AuthorizeFuture::refused(error);
                }
                AuthorizeFuture::asking(gates, call, take_ready(&mut self.inner))
            }
            // A body that was taken on trust so far may be none at all, which comes first in the
            // order of checks.
            Err(error) => AuthorizeFuture::refused(call.args().prove().err().unwrap_or(error)),
        }
    }
}

/// Goes on at once, or after the gates were asked.
fn judge(call: &Call) -> Result<Option<BoxFuture<'static, Result<()>>>> {
    let functions = functions(call);
    let gated = functions
        .iter()
        .any(|id| !call.registry().entry(*id).gates().is_empty());
    if gated {
        return Ok(Some(ask(call.clone()).boxed()));
    }
    for id in functions {
        admit(call, call.registry().entry(*id))?;
    }
    Ok(None)
}

fn functions(call: &Call) -> &[FunctionId] {
    match call.target_ref() {
        Target::Function(id) => std::slice::from_ref(id),
        Target::Context(id) => call.registry().context_entry(*id).members(),
    }
}

fn admit(call: &Call, function: &FunctionEntry) -> Result<()> {
    if function.is_private() && call.extensions().get::<FromWithin>().is_none() {
        return Err(Error::forbidden("This function is private"));
    }
    function
        .auth()
        .check(call.identity())
        .map_err(|denied| match denied {
            Denied::Unauthenticated => Error::anonymous(),
            Denied::Forbidden => Error::access_denied(),
        })
}

async fn ask(call: Call) -> Result<()> {
    for id in functions(&call) {
        let function = call.registry().entry(*id);
        admit(&call, function)?;
        for gate in function.gates() {
            // A gate may panic where it is called as well as where it is awaited.
            let asked = async { gate(call.clone()).await };
            if !guarded(function.deadline(), "a gate", asked).await?? {
                return Err(Error::access_denied());
            }
        }
    }
    Ok(())
}
