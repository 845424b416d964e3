use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{Extensions, HeaderMap, Uri, request};

use crate::error::{Error, Result};
use crate::identity::User;
use crate::registry::Registry;

/// A connection, by a number that no other connection of this process has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u64);

impl ConnectionId {
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose connection a hook is asked about. It is a handle: a clone is one reference count.
///
/// The identity is the one that the connection had when the hook was called; after an `auth` or the
/// end of a token's life, hooks get another `Subscriber`.
#[derive(Clone)]
pub struct Subscriber {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    head: Arc<request::Parts>,
    user: Option<User>,
    connection: ConnectionId,
}

impl Subscriber {
    pub(crate) fn new(
        registry: Registry,
        head: Arc<request::Parts>,
        user: Option<User>,
        connection: ConnectionId,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                registry,
                head,
                user,
                connection,
            }),
        }
    }

    /// The same connection with another identity.
    pub(crate) fn with_user(&self, user: Option<User>) -> Self {
        let inner = &self.inner;
        Self::new(
            inner.registry.clone(),
            Arc::clone(&inner.head),
            user,
            inner.connection,
        )
    }

    /// The connection, which may hold several subscriptions.
    pub fn connection(&self) -> ConnectionId {
        self.inner.connection
    }

    /// The registry that serves the connection.
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// Who it is, if anybody is known to be.
    pub fn identity(&self) -> Option<&User> {
        self.inner.user.as_ref()
    }

    /// Who it is.
    ///
    /// # Errors
    /// `UNAUTHORIZED` where nobody is known.
    pub fn user(&self) -> Result<&User> {
        self.identity().ok_or_else(Error::anonymous)
    }

    /// The application's own value of the user, as the loader or the host put it into
    /// [`User::with`].
    ///
    /// # Errors
    /// `UNAUTHORIZED` without a user; `INTERNAL_ERROR`, with the type's name in the log, where the
    /// user carries no such value.
    pub fn user_as<T: Any + Send + Sync>(&self) -> Result<&T> {
        self.user()?.get::<T>().ok_or_else(|| {
            Error::internal(format!(
                "a channel asked for its subscriber as `{}`, which the user carries no value of; \
                 add it with `User::with`",
                type_name::<T>(),
            ))
        })
    }

    /// The shared value of this type that was given to
    /// [`RegistryBuilder::state`](crate::RegistryBuilder::state).
    ///
    /// # Errors
    /// `INTERNAL_ERROR` where there is none; the log names the type.
    pub fn state<T: Any + Send + Sync>(&self) -> Result<&T> {
        self.inner
            .registry
            .state(TypeId::of::<T>())
            .and_then(<dyn Any + Send + Sync>::downcast_ref)
            .ok_or_else(|| {
                Error::internal(format!(
                    "a channel asked for the state `{}`, which the registry does not hold; add it \
                     with `Registry::builder().state(…)`",
                    type_name::<T>(),
                ))
            })
    }

    /// The headers of the request that opened the connection.
    pub fn headers(&self) -> &HeaderMap {
        &self.inner.head.headers
    }

    /// What the host application and its layers put into that request.
    pub fn extensions(&self) -> &Extensions {
        &self.inner.head.extensions
    }

    /// That request's target.
    pub fn uri(&self) -> &Uri {
        &self.inner.head.uri
    }
}

/// Without headers and tokens: it may stand in a log.
impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriber")
            .field("connection", &self.inner.connection)
            .field("user", &self.inner.user)
            .finish_non_exhaustive()
    }
}
