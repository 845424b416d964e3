//! Nodes that hear each other through Redis.

mod jitter;
mod link;
mod meters;
mod names;
mod outgoing;
mod presence;
mod session;
mod settings;
mod state;
mod supervisor;
#[cfg(test)]
mod tests;
mod wanted;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use redis::Client;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use self::settings::Settings;
pub use self::settings::{RedisBuilder, RedisError};
use self::state::State;
use super::{Backplane, Health, Inbox, Present};
use crate::{Error, Result};

/// How long a caller who wants to know who is there is asked to wait.
const LATER: Duration = Duration::from_secs(1);

/// Joins nodes through Redis 6 or later, or Valkey.
///
/// One connection for each node, over TCP or a Unix socket (`redis://user:password@host:port/db`,
/// `valkey://…`, `unix:///path`); neither TLS nor a cluster. What happens to it concerns no local
/// delivery. A lost connection is found within two time-outs, also where it stays open, and
/// made anew with pauses that grow from 0.1 to 3 s; then the clients of channels that
/// [asked for it](crate::channel::Settings::tell_missed) are told that they may have missed
/// messages, as they are when the first connection is there and they had subscribed before. So are
/// they on all other nodes where this one had to drop messages for them.
///
/// Redis delivers a message at most once, and so does this.
///
/// ```
/// use std::time::Duration;
///
/// use mizan::channel::Redis;
///
/// let redis = Redis::builder("redis://localhost")
///     .prefix("shop")
///     .time_out(Duration::from_millis(500))
///     .build()?;
/// # drop(redis);
/// # Ok::<_, mizan::channel::RedisError>(())
/// ```
///
/// With the feature `metrics`: the gauge `mizan_backplane_connected` (1 or 0) and the counters
/// `mizan_backplane_dropped_total` (messages that may not have reached the other nodes) and
/// `mizan_backplane_reconnections_total`.
///
/// In Redis are, after the prefix: a pub/sub channel `:g:{group}` for each group, `:missed` for
/// what was dropped and `:e:{node}` for each node's own probes; a hash `:n:{node}` with who is in
/// each group of a node, and a sorted set `:nodes`. Both kinds of keys expire.
pub struct Redis {
    state: Arc<State>,
    /// Once started, what ends the task when it is dropped.
    running: Mutex<Option<oneshot::Sender<()>>>,
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("settings", &self.state.settings)
            .finish_non_exhaustive()
    }
}

impl Redis {
    /// The Redis at this URL, with the default settings.
    ///
    /// # Errors
    ///
    /// [`RedisError::Url`] where the URL is none, or asks for TLS.
    pub fn new(url: impl Into<String>) -> Result<Self, RedisError> {
        Self::builder(url).build()
    }

    /// The Redis at this URL, with other settings.
    pub fn builder(url: impl Into<String>) -> RedisBuilder {
        RedisBuilder::new(url.into())
    }

    fn with(client: Client, settings: Settings) -> Self {
        Self {
            state: Arc::new(State::new(client, settings)),
            running: Mutex::new(None),
        }
    }
}

impl Backplane for Redis {
    fn start(&self, inbox: Inbox) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_some() {
            tracing::error!("a Redis backplane serves one registry: it was started twice");
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            tracing::error!("a Redis backplane has to be started in a Tokio runtime");
            return;
        };
        let (sender, released) = oneshot::channel();
        *running = Some(sender);
        runtime.spawn(supervisor::run(Arc::clone(&self.state), inbox, released));
    }

    fn join(&self, group: &str) {
        self.state.groups().set(group, Some(()));
        self.state.changed.notify_one();
    }

    fn leave(&self, group: &str) {
        self.state.groups().set(group, None);
        self.state.changed.notify_one();
    }

    fn publish(&self, group: &str, message: Bytes) {
        if !self.state.outgoing.push(group, message) {
            self.state.drop_messages(1);
        }
    }

    fn announce(&self, group: &str, members: Vec<Present>) {
        let members = (!members.is_empty()).then(|| presence::encode(&members));
        self.state.roster().set(group, members);
        self.state.changed.notify_one();
    }

    fn presence(&self, group: &str) -> BoxFuture<'_, Result<Vec<Present>>> {
        let group = group.to_owned();
        Box::pin(async move {
            let Some(link) = self.state.link() else {
                return Err(Error::overloaded(LATER));
            };
            let read = presence::read(&link, &self.state.names, &group);
            match timeout(self.state.settings.time_out, read).await {
                Ok(Ok(members)) => Ok(members),
                Ok(Err(trouble)) => {
                    tracing::debug!(%trouble, "Redis does not say who is there");
                    Err(Error::overloaded(LATER))
                }
                Err(_) => Err(Error::overloaded(LATER)),
            }
        })
    }

    fn health(&self) -> Health {
        self.state.health()
    }
}
