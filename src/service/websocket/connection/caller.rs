//! Who uses a connection, and until when.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::request::Parts;
use tokio::time::Instant;

use crate::error::Result;
use crate::guard::guarded;
use crate::identity::User;
use crate::service::Config;
use crate::service::websocket::{Identity, Sockets};

/// The identity that calls are made with.
pub(super) struct Caller {
    user: Option<User>,
    from_token: bool,
    /// None where nobody is there to end, or while the host is asked.
    until: Option<Instant>,
    confirming: Option<BoxFuture<'static, Result<bool>>>,
}

impl Caller {
    pub(super) fn new(identity: Identity, sockets: &Sockets, now: Instant) -> Self {
        let Identity { user, from_token } = identity;
        let until = user
            .as_ref()
            .and_then(|user| ends(user, from_token, sockets, now));
        Self {
            user,
            from_token,
            until,
            confirming: None,
        }
    }

    pub(super) fn by_token(user: User, sockets: &Sockets, now: Instant) -> Self {
        let identity = Identity {
            user: Some(user),
            from_token: true,
        };
        Self::new(identity, sockets, now)
    }

    pub(super) fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// When [`end`](Self::end) is to be called.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// The time is over: false where the host is asked whether it goes on.
    pub(super) fn end(&mut self, config: &Config, head: &Arc<Parts>) -> bool {
        self.until = None;
        let confirm = config.sockets.confirm_user.clone();
        // A host cannot prolong what has a token behind it, and would be asked without end.
        let ended = self.from_token || self.user.as_ref().is_some_and(is_past);
        let (Some(confirm), Some(user), false) = (confirm, self.user.clone(), ended) else {
            self.user = None;
            return true;
        };
        let head = Arc::clone(head);
        // The hook may panic where it is called as well as where it is awaited.
        let asked = async move { confirm(&user, &head).await };
        let asked = guarded(config.identity_timeout, "confirming the user", asked);
        self.confirming = Some(asked.map(Result::flatten).boxed());
        false
    }

    /// Ready where the host said no.
    pub(super) fn poll_refused(&mut self, sockets: &Sockets, cx: &mut Context<'_>) -> Poll<()> {
        let Some(confirming) = &mut self.confirming else {
            return Poll::Pending;
        };
        let Poll::Ready(confirmed) = confirming.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        self.confirming = None;
        let confirmed = confirmed.unwrap_or_else(|error| {
            error.log(None);
            false
        });
        if confirmed && let Some(user) = &self.user {
            self.until = ends(user, self.from_token, sockets, Instant::now());
            return Poll::Pending;
        }
        self.user = None;
        Poll::Ready(())
    }
}

/// A token's user ends with the token, the host's after a lifetime, and sooner where a token stands
/// behind that one too.
fn ends(user: &User, from_token: bool, sockets: &Sockets, now: Instant) -> Option<Instant> {
    let token = left(user);
    let lifetime = (!from_token || token.is_none()).then_some(sockets.identity_lifetime);
    let left = [token, lifetime].into_iter().flatten().min()?;
    now.checked_add(left)
}

/// How long the token behind a user still holds, where there is one.
fn left(user: &User) -> Option<Duration> {
    let expires = Duration::from_secs(user.expires_at()?);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Some(expires.saturating_sub(since.unwrap_or_default()))
}

fn is_past(user: &User) -> bool {
    left(user).is_some_and(|left| left.is_zero())
}
