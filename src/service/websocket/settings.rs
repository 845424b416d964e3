//! What a connection may use, and how long it lives.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::request::Parts;

use crate::error::Result;
use crate::identity::User;

pub(crate) type ConfirmUser =
    Arc<dyn Fn(&User, &Parts) -> BoxFuture<'static, Result<bool>> + Send + Sync>;

/// Longer times are this long: no clock counts them, and a sum of two must not overflow.
pub(super) const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The bounds of WebSockets, for
/// [`MizanLayerBuilder::sockets`](crate::MizanLayerBuilder::sockets). The defaults are safe for a
/// server that strangers reach.
///
/// Zero is refused when the layer is built, wherever it stands.
///
/// ```
/// # use mizan::{MizanLayer, Registry, Sockets};
/// use std::time::Duration;
/// # let registry = Registry::builder().build()?;
/// let layer = MizanLayer::builder(registry)
///     .sockets(
///         Sockets::new()
///             .connections(50_000)
///             .max_message(16 * 1024)
///             .ping_every(Duration::from_secs(20))
///             .idle_timeout(Duration::from_secs(50)),
///     )
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "settings do nothing until a layer is built with them"]
pub struct Sockets {
    pub(crate) max_head: usize,
    pub(crate) max_message: usize,
    pub(crate) max_subscriptions: usize,
    pub(crate) max_calls: usize,
    pub(crate) messages_per_second: u32,
    pub(crate) burst: u32,
    pub(crate) connections: usize,
    pub(crate) connections_per_user: usize,
    pub(crate) ping_every: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) queue_messages: usize,
    pub(crate) queue_bytes: usize,
    pub(crate) identity_lifetime: Duration,
    pub(crate) confirm_user: Option<ConfirmUser>,
    pub(crate) close_timeout: Duration,
}

impl Default for Sockets {
    fn default() -> Self {
        Self {
            max_head: 16 * 1024,
            max_message: 64 * 1024,
            max_subscriptions: 64,
            max_calls: 32,
            messages_per_second: 100,
            burst: 200,
            connections: 10_000,
            connections_per_user: 64,
            ping_every: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            queue_messages: 4096,
            queue_bytes: 1024 * 1024,
            identity_lifetime: Duration::from_secs(15 * 60),
            confirm_user: None,
            close_timeout: Duration::from_secs(5),
        }
    }
}

impl Sockets {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes the request of an upgrade may have, its URI and its headers; 16 KiB unless set.
    /// They are kept as long as the connection lives, for its calls and hooks. Each header counts 32
    /// more than its texts have (RFC 9113, section 6.5.2). A larger one is answered 431.
    pub fn max_head(mut self, bytes: usize) -> Self {
        self.max_head = bytes;
        self
    }

    /// How many bytes a message of a client may have, all its fragments together; 64 KiB unless
    /// set. A longer one closes the connection with 1009, and so does one whose frames take more
    /// than twice as many and 16 KiB. A connection keeps the buffer of its longest message as long as
    /// it lives.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// How many subscriptions one connection may hold; 64 unless set. More are refused.
    pub fn max_subscriptions(mut self, subscriptions: usize) -> Self {
        self.max_subscriptions = subscriptions;
        self
    }

    /// How many calls and reads one connection may have in flight; 32 unless set. Beyond, nothing
    /// more is read from it until one of them is answered.
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls;
        self
    }

    /// How many messages a second are read from one connection in the long run, and how many at
    /// once after a silence; 100 and 200 unless set. Beyond, reading pauses and nothing is lost.
    pub fn messages_per_second(mut self, messages: u32, burst: u32) -> Self {
        self.messages_per_second = messages;
        self.burst = burst;
        self
    }

    /// How many connections there may be in all; 10,000 unless set. An upgrade beyond is answered
    /// 503, `OVERLOADED`.
    ///
    /// There is no bound for an address: behind a proxy all have the same, and what a header says of
    /// it only the host can judge. One client can take all places of a server that lets anonymous
    /// callers in, so bound connections for each address outside: in the proxy or the firewall.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// How many connections one user may have; 64 unless set. An upgrade beyond is answered 503,
    /// `OVERLOADED`. Users are told apart by their id; connections that nobody is known to have
    /// opened count in all alone.
    pub fn connections_per_user(mut self, connections: usize) -> Self {
        self.connections_per_user = connections;
        self
    }

    /// How often the server pings; every 30 seconds unless set.
    pub fn ping_every(mut self, interval: Duration) -> Self {
        self.ping_every = interval.min(FOR_EVER);
        self
    }

    /// How long a connection may be silent, without even a pong; 75 seconds unless set. It then
    /// ends with 1001. Has to be longer than [`ping_every`](Self::ping_every), so that a living
    /// client has something to answer.
    ///
    /// A message counts when the whole of it has come, so this is the longest that one message may
    /// take too. While the connection reads nothing, at the limit of its calls or of its pace,
    /// silence counts for nothing: that a client is gone is then noticed when a call ends or a ping
    /// cannot be written.
    ///
    /// It is also how long a client may take for 8 KiB of what waits for it. One that takes less is
    /// closed with 1013; one that takes more is not silent, though no pong comes.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout.min(FOR_EVER);
        self
    }

    /// How much may wait for a client that reads slowly, in messages and in bytes; 4,096 and 1 MiB
    /// unless set. More of what is broadcast closes the connection with 1013; while so many bytes of
    /// answers wait, so do the calls in flight, and nothing more is read.
    pub fn queue(mut self, messages: usize, bytes: usize) -> Self {
        self.queue_messages = messages;
        self.queue_bytes = bytes;
        self
    }

    /// How long a user that the host found counts on a connection before
    /// [`confirm_user`](Self::confirm_user) is asked; 15 minutes unless set. One that a token
    /// names counts until the token expires (protocol section 7).
    pub fn identity_lifetime(mut self, lifetime: Duration) -> Self {
        self.identity_lifetime = lifetime.min(FOR_EVER);
        self
    }

    /// Says whether a user that the host found is still who uses the connection, each time the
    /// [`identity_lifetime`](Self::identity_lifetime) is over. `Ok(false)`, an error, and no hook
    /// at all make the caller anonymous, and the client is told.
    ///
    /// **A confirmed user stays the one of the upgrade**, with the rights it had then: `Ok(true)`
    /// says that it is still this user, and brings no newer one. Answer `Ok(false)` where rights
    /// changed, or look them up in handlers and in `authorize`. Subscriptions are not checked anew
    /// where the answer is yes.
    ///
    /// ```
    /// # use mizan::Sockets;
    /// # use tower_sessions::Session;
    /// let sockets = Sockets::new().confirm_user(|user, head| {
    ///     let (id, session) = (user.id().to_owned(), head.extensions.get::<Session>().cloned());
    ///     async move {
    ///         let Some(session) = session else { return Ok(false) };
    ///         // What was read at the upgrade is old by now.
    ///         session.load().await?;
    ///         Ok(session.get::<String>("user_id").await? == Some(id))
    ///     }
    /// });
    /// ```
    pub fn confirm_user<F, Fut>(mut self, confirm: F) -> Self
    where
        F: Fn(&User, &Parts) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<bool>> + Send + 'static,
    {
        self.confirm_user = Some(Arc::new(move |user, head| confirm(user, head).boxed()));
        self
    }

    /// How long a client may take to answer a close, and to read what was sent before it; 5
    /// seconds unless set. The connection is then cut.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout.min(FOR_EVER);
        self
    }

    /// What cannot be meant, if there is something.
    pub(crate) fn defect(&self) -> Option<&'static str> {
        let zero = [
            (self.max_head == 0, "`max_head` is zero"),
            (self.max_message == 0, "`max_message` is zero"),
            (self.max_subscriptions == 0, "`max_subscriptions` is zero"),
            (self.max_calls == 0, "`max_calls` is zero"),
            (
                self.messages_per_second == 0 || self.burst == 0,
                "`messages_per_second` is zero",
            ),
            (self.connections == 0, "`connections` is zero"),
            (
                self.connections_per_user == 0,
                "`connections_per_user` is zero",
            ),
            (self.ping_every.is_zero(), "`ping_every` is zero"),
            (
                self.queue_messages == 0 || self.queue_bytes == 0,
                "`queue` is zero",
            ),
            (
                self.identity_lifetime.is_zero(),
                "`identity_lifetime` is zero",
            ),
            (self.close_timeout.is_zero(), "`close_timeout` is zero"),
            (
                self.idle_timeout <= self.ping_every,
                "`idle_timeout` is not longer than `ping_every`",
            ),
        ];
        let found = zero.into_iter().find(|(wrong, _)| *wrong)?;
        Some(found.1)
    }
}

impl fmt::Debug for Sockets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sockets")
            .field("max_message", &self.max_message)
            .field("connections", &self.connections)
            .field("connections_per_user", &self.connections_per_user)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
