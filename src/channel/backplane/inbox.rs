use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;

use crate::channel::hub::Hub;

/// Where a [`Backplane`](super::Backplane) puts what comes from other nodes. Both methods return at
/// once, and do nothing where the registry is gone.
#[derive(Clone)]
pub struct Inbox {
    to: To,
}

#[derive(Clone)]
enum To {
    Hub(Weak<Hub>),
    Functions(Arc<Functions>),
}

type Deliver = dyn Fn(&str, Bytes) + Send + Sync;
type Missed = dyn Fn() + Send + Sync;

struct Functions {
    deliver: Box<Deliver>,
    missed: Box<Missed>,
}

impl Inbox {
    pub(crate) fn new(hub: Weak<Hub>) -> Self {
        Self { to: To::Hub(hub) }
    }

    /// One without a registry, to try a backplane alone: everything goes to these functions.
    ///
    /// ```
    /// use mizan::channel::Inbox;
    ///
    /// let inbox = Inbox::from_fns(
    ///     |group, message| assert_eq!((group, &message[..]), ("chat:a", &b"hello"[..])),
    ///     || (),
    /// );
    /// inbox.deliver("chat:a", "hello".into());
    /// ```
    pub fn from_fns(
        deliver: impl Fn(&str, Bytes) + Send + Sync + 'static,
        missed: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            to: To::Functions(Arc::new(Functions {
                deliver: Box::new(deliver),
                missed: Box::new(missed),
            })),
        }
    }

    /// A message for the members that this node has in a group. One that this node sent itself, and
    /// one that cannot be read, is ignored.
    pub fn deliver(&self, group: &str, message: Bytes) {
        match &self.to {
            To::Hub(hub) => {
                if let Some(hub) = hub.upgrade() {
                    hub.deliver(group, &message);
                }
            }
            To::Functions(functions) => (functions.deliver)(group, message),
        }
    }

    /// Messages of any group may have been lost on their way to this node.
    pub fn missed(&self) {
        match &self.to {
            To::Hub(hub) => {
                if let Some(hub) = hub.upgrade() {
                    hub.missed();
                }
            }
            To::Functions(functions) => (functions.missed)(),
        }
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").finish_non_exhaustive()
    }
}
