use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use super::entry::FunctionId;
use super::graph::Registry;
use super::listener::Certainty;
use super::settling::settle_later;
use crate::invalidate::Entries;

const SETTLE_WITHOUT_DEADLINE: Duration = Duration::from_secs(30);

/// Listeners that are being told. They are told to the end, by a task of its own if whoever waits
/// for it goes away.
pub(crate) struct Telling {
    rest: Option<BoxFuture<'static, ()>>,
}

impl Telling {
    pub(super) fn new(rest: BoxFuture<'static, ()>) -> Self {
        Self { rest: Some(rest) }
    }
}

impl Future for Telling {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(rest) = &mut self.rest {
            ready!(rest.as_mut().poll(cx));
        }
        self.rest = None;
        Poll::Ready(())
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take() {
            spawn(rest);
        }
    }
}

/// Tells the listeners, if there are any. An effect that is unknown they are told again later,
/// when a call of the function should be over.
pub(crate) fn tell(
    registry: &Registry,
    entries: Entries,
    function: Option<FunctionId>,
    certainty: Certainty,
) -> Option<Telling> {
    if entries.is_empty() || registry.listeners().is_empty() {
        return None;
    }
    if certainty == Certainty::Unknown {
        tell_again(registry, &entries, function);
    }
    Some(Telling::new(registry.tell(entries, function, certainty)))
}

/// Has the listeners, if there are any, told of this once more when a call of the function
/// should be over.
pub(crate) fn tell_again(registry: &Registry, entries: &Entries, function: Option<FunctionId>) {
    if !entries.is_empty() && !registry.listeners().is_empty() {
        let deadline = function.and_then(|id| registry.entry(id).deadline());
        let delay = registry.settle(deadline).unwrap_or(SETTLE_WITHOUT_DEADLINE);
        settle_later(registry, entries, function, delay);
    }
}

/// Lets a notice go on by itself.
fn spawn(telling: BoxFuture<'static, ()>) {
    match Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(telling)),
        Err(_) => tracing::error!("no runtime is left to tell the listeners of an invalidation"),
    }
}
