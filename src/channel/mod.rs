#![doc = include_str!("../../docs/channels.md")]

mod backplane;
mod channels;
mod definition;
mod entry;
mod erased;
mod frames;
mod hub;
#[cfg(feature = "metrics")]
mod meters;
mod never;
mod outbox;
mod random;
mod reaction;
mod settings;
mod subscriber;
mod subscriptions;
#[cfg(test)]
mod testing;

pub use self::backplane::{Backplane, Health, Inbox, MemoryNode, MemoryNodes, Present};
#[cfg(feature = "redis")]
pub use self::backplane::{Redis, RedisBuilder, RedisError};
pub use self::channels::Channels;
pub use self::definition::Channel;
pub use self::never::Never;
pub use self::reaction::Reaction;
pub use self::settings::Settings;
pub use self::subscriber::{ConnectionId, Subscriber};

pub(crate) use self::entry::ChannelEntry;
pub(crate) use self::hub::{Hub, Listener};
pub(crate) use self::outbox::{Out, Outbox, Outgoing};
pub(crate) use self::subscriptions::Subscriptions;
