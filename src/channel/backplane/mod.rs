//! What joins the nodes of one application.

mod health;
mod inbox;
mod nodes;
mod present;
#[cfg(feature = "redis")]
mod redis;

use bytes::Bytes;
use futures_util::future::BoxFuture;

pub use self::health::Health;
pub use self::inbox::Inbox;
pub use self::nodes::{MemoryNode, MemoryNodes};
pub use self::present::Present;
pub(crate) use self::present::merged;
#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisBuilder, RedisError};
use crate::error::Result;

/// Carries messages and presence between the nodes of one application.
///
/// A group's name is `{channel}:{group}`, and what is in a message is the channels' own affair: a
/// backplane carries bytes. It need not deliver all of them, nor in order, and delivery on the node
/// itself does not wait for it: every method but [`presence`](Self::presence) returns at once and is
/// called with locks held, so it queues what takes time, bounded, and gives up on what does not fit.
///
/// A backplane serves one registry. It is dropped with it, and ends then what it began.
pub trait Backplane: Send + Sync + 'static {
    /// Begins. Called once, inside a Tokio runtime, before anything else is: when the first client
    /// subscribes, or when something is pushed first.
    fn start(&self, inbox: Inbox);

    /// The first member of this node came into a group: its messages are wanted from now on.
    fn join(&self, group: &str);

    /// The last member of this node left a group.
    fn leave(&self, group: &str);

    /// Sends a message to the members that other nodes have in a group.
    fn publish(&self, group: &str, message: Bytes);

    /// Who of this node is in a group now, in place of what was said of it before; nobody where the
    /// group is gone. Only groups of channels with presence are told, some time after they changed.
    fn announce(&self, group: &str, members: Vec<Present>);

    /// Who is in a group on the other nodes.
    ///
    /// # Errors
    /// `OVERLOADED` or another 5xx where the other nodes cannot be asked.
    fn presence(&self, group: &str) -> BoxFuture<'_, Result<Vec<Present>>>;

    /// Whether the other nodes can be reached.
    fn health(&self) -> Health;
}
