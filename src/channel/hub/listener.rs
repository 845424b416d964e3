use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::channel::ConnectionId;
use crate::identity::User;

/// Who hears what is said to one connection, in all of its groups at once. A clone is one reference
/// count, and may be told of another user while a hook has the subscriptions.
#[derive(Clone)]
pub(crate) struct Listener {
    shared: Arc<Shared>,
}

struct Shared {
    connection: ConnectionId,
    user: Mutex<Option<User>>,
}

impl Listener {
    pub(crate) fn new(connection: ConnectionId) -> Self {
        Self {
            shared: Arc::new(Shared {
                connection,
                user: Mutex::default(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<User>> {
        let user = self.shared.user.lock();
        user.unwrap_or_else(PoisonError::into_inner)
    }

    /// What is pushed to one user goes by this from now on. Other nodes learn of it when the
    /// [subscriptions](crate::channel::Subscriptions::set_user) do.
    pub(crate) fn set_user(&self, user: Option<User>) {
        let before = std::mem::replace(&mut *self.lock(), user);
        // Outside of the lock, for it may be the last of its kind.
        drop(before);
    }

    pub(super) fn connection(&self) -> ConnectionId {
        self.shared.connection
    }

    pub(super) fn user(&self) -> Option<User> {
        self.lock().clone()
    }

    pub(super) fn is(&self, id: &str) -> bool {
        self.lock().as_ref().is_some_and(|user| user.id() == id)
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("connection", &self.shared.connection)
            .finish_non_exhaustive()
    }
}
