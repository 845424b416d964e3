use std::any::{TypeId, type_name};
use std::fmt;

use serde_json::value::RawValue;

use super::entry::ChannelEntry;
use super::hub::Audience;
use super::{Health, Present};
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::registry::Registry;

/// The channels of a registry, to say something on from anywhere in the application.
///
/// ```
/// # use mizan::channel::{Channel, Never, Subscriber};
/// # use mizan::{Registry, Result};
/// # use schemars::JsonSchema; use serde::{Deserialize, Serialize};
/// # #[derive(Serialize, Deserialize, JsonSchema)] struct Room { room: String }
/// # #[derive(Serialize, JsonSchema)] struct Said { text: String }
/// # struct Chat;
/// # impl Channel for Chat {
/// #     type Params = Room; type ClientMessage = Never; type ServerMessage = Said;
/// #     async fn authorize(&self, _: &Subscriber, _: &Room) -> Result<bool> { Ok(true) }
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let registry = Registry::builder().channel("chat", Chat).build().unwrap();
/// let room = Room { room: "lobby".into() };
/// let said = Said { text: "The kitchen is open".into() };
///
/// registry.channels().push("chat", &room, &said).await?;
/// registry.channels().push_to_user("chat", &room, "42", &said).await?;
/// # Ok::<(), mizan::Error>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct Channels {
    registry: Registry,
}

impl Channels {
    pub(crate) fn new(registry: Registry) -> Self {
        Self { registry }
    }

    /// Says something to everybody who is in the group of these parameters, on every node.
    ///
    /// It is done when the message is in the queues of this node's members and on its way to the
    /// other nodes; no client is waited for. Where much is said at once, it lets the connections of
    /// this runtime come to their turn, so a burst is no reason to end those that read. A node that cannot be reached is no error:
    /// [`health`](Self::health) and the log tell of it.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` where there is no such channel, or where `params` and `message` are not of
    /// its types; what [`Channel::group`](super::Channel::group) fails with.
    pub async fn push<P, M>(&self, channel: &str, params: &P, message: &M) -> Result<()>
    where
        P: Send + Sync + 'static,
        M: Send + Sync + 'static,
    {
        self.say(channel, params, None, message).await
    }

    /// Says something to the connections that one user has in the group of these parameters, on
    /// every node, and to nobody else.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub async fn push_to_user<P, M>(
        &self,
        channel: &str,
        params: &P,
        user: &str,
        message: &M,
    ) -> Result<()>
    where
        P: Send + Sync + 'static,
        M: Send + Sync + 'static,
    {
        self.say(channel, params, Some(user), message).await
    }

    /// Who is in the group of these parameters, on every node: one entry a user, sorted by their
    /// ids. This node's own connections are counted as they are now; those of other nodes as they
    /// were told last, a moment ago.
    ///
    /// # Errors
    /// As [`push`](Self::push); `INTERNAL_ERROR` for a channel without
    /// [presence](super::Settings::presence), and a 5xx where the other nodes cannot be asked.
    pub async fn presence<P>(&self, channel: &str, params: &P) -> Result<Vec<Present>>
    where
        P: Send + Sync + 'static,
    {
        let entry = self.entry(channel)?;
        if !entry.settings.presence {
            return Err(Error::internal(format!(
                "the channel `{channel}` has no presence; turn it on in `Channel::settings`",
            )));
        }
        let group = self.group(entry, params).await?;
        let presence = self.registry.hub().presence(&group);
        guarded(entry.settings.deadline, "asking for presence", presence).await?
    }

    /// Whether the other nodes can be reached. An application of one node is always connected; one
    /// of several is not where this is asked outside of a Tokio runtime before anything else was,
    /// because the backplane has nothing to begin in.
    pub fn health(&self) -> Health {
        self.registry.hub().health()
    }

    async fn say<P, M>(
        &self,
        channel: &str,
        params: &P,
        user: Option<&str>,
        message: &M,
    ) -> Result<()>
    where
        P: Send + Sync + 'static,
        M: Send + Sync + 'static,
    {
        let entry = self.entry(channel)?;
        let data = message_of(entry, message)?;
        let group = self.group(entry, params).await?;
        let audience = Audience { user, except: None };
        let hub = self.registry.hub();
        hub.broadcast(&entry.topic, &group, audience, &data).await;
        Ok(())
    }

    fn entry(&self, channel: &str) -> Result<&ChannelEntry> {
        self.registry
            .channel(channel)
            .map(|entry| &**entry)
            .ok_or_else(|| Error::internal(format!("there is no channel `{channel}`")))
    }

    async fn group<P: Send + Sync + 'static>(
        &self,
        entry: &ChannelEntry,
        params: &P,
    ) -> Result<String> {
        let [expected, _] = entry.any().types();
        expect::<P>(entry, "parameters", expected)?;
        let own = entry.group(params).await?;
        Ok(entry.topic.group(&own))
    }
}

fn message_of<M: Send + Sync + 'static>(
    entry: &ChannelEntry,
    message: &M,
) -> Result<Box<RawValue>> {
    let [_, expected] = entry.any().types();
    expect::<M>(entry, "messages", expected)?;
    entry.any().write(message)
}

fn expect<T: 'static>(
    entry: &ChannelEntry,
    what: &str,
    (expected, name): (TypeId, &str),
) -> Result<()> {
    if TypeId::of::<T>() == expected {
        return Ok(());
    }
    Err(Error::internal(format!(
        "the channel `{}` takes {what} of the type `{name}`, and was given `{}`",
        entry.name(),
        type_name::<T>(),
    )))
}

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channels").finish_non_exhaustive()
    }
}
