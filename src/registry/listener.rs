//! Whoever wants to know what changed: caches, other nodes, the application.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};

use crate::invalidate::Entries;
use crate::time::within;

/// What changed, as [`RegistryBuilder::on_invalidate`](crate::RegistryBuilder::on_invalidate)
/// hears of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Invalidated {
    /// The entries, those of merges too. Never empty.
    pub entries: Arc<Entries>,
    /// The function whose call this was; `None` for a plain route or a job.
    pub function: Option<Cow<'static, str>>,
    /// How sure it is.
    pub certainty: Certainty,
}

/// Whether a change has happened (protocol section 3, "Failure").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certainty {
    /// The mutation succeeded.
    Changed,
    /// The mutation was begun and ended in a 5xx, in a panic, or was dropped because its caller
    /// went away: it may have changed things, and what it began may change them yet.
    Unknown,
    /// Some time after an [`Unknown`](Self::Unknown), for what it began then: by default the
    /// function's deadline later.
    UnknownSettled,
}

pub(crate) type Listener = Arc<dyn Fn(Invalidated) -> BoxFuture<'static, ()> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Listeners {
    pub(super) all: Vec<Listener>,
    /// How long an answer waits for each of them.
    pub(super) timeout: Option<Duration>,
}

impl Listeners {
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Tells everybody, and is done when everybody is, failed, or took too long.
    pub(crate) fn tell(&self, event: Invalidated) -> BoxFuture<'static, ()> {
        let told: Vec<_> = self
            .all
            .iter()
            .map(|listener| one(Arc::clone(listener), event.clone(), self.timeout))
            .collect();
        async move {
            join_all(told).await;
        }
        .boxed()
    }
}

async fn one(listener: Listener, event: Invalidated, timeout: Option<Duration>) {
    let listening = async move { listener(event).await };
    match AssertUnwindSafe(within(timeout, listening))
        .catch_unwind()
        .await
    {
        Ok(Ok(())) => {}
        Ok(Err(_)) => tracing::error!("a listener of invalidations took too long"),
        Err(panic) => tracing::error!(
            panic = crate::panic::message(&*panic),
            "a listener of invalidations panicked",
        ),
    }
}
