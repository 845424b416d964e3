//! The channel half of one connection.

mod refusal;
mod subscription;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use futures_util::future::join_all;
use http::request;
use serde_json::value::RawValue;

use self::refusal::{Refusal, authorize, refusal};
use self::subscription::{Left, Subscription};
use super::entry::ChannelEntry;
use super::frames;
use super::hub::{Joining, Listener};
use super::outbox::Outbox;
use super::{ConnectionId, Subscriber};
use crate::identity::User;
use crate::registry::Registry;

/// How long the text of a subscription's parameters may be. It is kept as long as the subscription
/// is, and goes with every frame about it.
const MAX_PARAMS: usize = 4096;

/// The subscriptions of one connection, and what its frames do with them (protocol section 7). Each
/// operation puts its answer into the connection's outbox by itself. Whoever drops one midway loses
/// its answer, and nothing else.
pub(crate) struct Subscriptions {
    subscriber: Subscriber,
    listener: Listener,
    outbox: Outbox,
    max: usize,
    all: Vec<Subscription>,
}

impl Subscriptions {
    pub(crate) fn new(
        registry: Registry,
        head: Arc<request::Parts>,
        id: ConnectionId,
        outbox: Outbox,
        max: usize,
    ) -> Self {
        Self {
            subscriber: Subscriber::new(registry, head, None, id),
            listener: Listener::new(id),
            outbox,
            max,
            all: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Who hears what these subscriptions bring, to be told of another user at once while the
    /// subscriptions are with a hook. [`set_user`](Self::set_user) has to follow.
    pub(crate) fn audience(&self) -> Listener {
        self.listener.clone()
    }

    /// The connection is this user's from now on: what is pushed to one user goes by it at once.
    /// What the user may hear is asked by [`check_anew`](Self::check_anew).
    pub(crate) fn set_user(&mut self, user: Option<User>) {
        self.listener.set_user(user.clone());
        for subscription in &self.all {
            subscription.membership.announce();
        }
        self.subscriber = self.subscriber.with_user(user);
    }

    pub(crate) async fn subscribe(&mut self, channel: &str, params: Option<&RawValue>) {
        if let Err(refusal) = self.begin(channel, params).await {
            self.refuse(&refusal, channel, frames::raw(params));
        }
    }

    pub(crate) async fn unsubscribe(&mut self, channel: &str, params: Option<&RawValue>) {
        let found = self.find(channel, params);
        let left = found
            .ok()
            .flatten()
            .map(|index| self.all.remove(index).leave());
        let frame = frames::unsubscribed(channel, frames::raw(params));
        self.outbox.send(frame);
        self.release();
        if let Some(left) = left {
            left.farewell().await;
        }
    }

    pub(crate) async fn message(
        &mut self,
        channel: &str,
        params: Option<&RawValue>,
        data: Option<&RawValue>,
    ) {
        if let Err(refusal) = self.hear(channel, params, data).await {
            self.refuse(&refusal, channel, frames::raw(params));
        }
    }

    /// Asks anew whether each subscription may go on, for a connection whose identity is another.
    /// All are asked at once, and each that may not leaves as soon as that is known; a slow hook
    /// keeps nobody else's subscription alive.
    pub(crate) async fn check_anew(&mut self) {
        let Self {
            subscriber,
            outbox,
            all,
            ..
        } = self;
        let (who, outbox) = (&*subscriber, &*outbox);
        join_all(all.iter_mut().map(|one| one.check_anew(who, outbox))).await;
        let refused = self.all.extract_if(.., |one| one.membership.is_over());
        let left: Vec<_> = refused.map(Subscription::leave).collect();
        self.release();
        farewell(left).await;
    }

    /// Leaves all groups at once, and then calls the hooks of all that ended.
    pub(crate) async fn end(self) {
        farewell(self.all.into_iter().map(Subscription::leave).collect()).await;
    }

    async fn begin(&mut self, channel: &str, params: Option<&RawValue>) -> Result<(), Refusal> {
        let entry = self.entry(channel)?;
        let raw = frames::raw(params);
        if raw.len() > MAX_PARAMS {
            return Err(format!("Invalid params: longer than {MAX_PARAMS} bytes").into());
        }
        let params = entry
            .read_params(params)
            .map_err(|error| refusal(&entry, "params", "Invalid params: ", &error))?;
        if self.position(&entry, &params.canonical).is_some() {
            return Err(format!("Already subscribed to {channel}").into());
        }
        if self.all.len() >= self.max {
            return Err("Too many subscriptions".into());
        }
        authorize(&entry, &self.subscriber, &*params.value).await?;
        let group = entry
            .group(&*params.value)
            .await
            .map_err(|error| refusal(&entry, "group", "", &error))?;
        let joining = Joining {
            group: &entry.topic.group(&group),
            topic: &entry.topic,
            params: raw,
            outbox: &self.outbox,
            listener: &self.listener,
        };
        let hub = self.subscriber.registry().hub();
        let membership = hub.join(&joining, frames::subscribed(channel, raw));
        self.all.push(Subscription {
            entry,
            params,
            membership,
            subscriber: self.subscriber.clone(),
        });
        self.greet().await
    }

    /// Calls the hook of the subscription that has just begun.
    async fn greet(&mut self) -> Result<(), Refusal> {
        let Some(new) = self.all.last() else {
            return Ok(());
        };
        match new
            .entry
            .on_connect(&new.subscriber, &*new.params.value)
            .await
        {
            Ok(said) => new.react(&self.outbox, said).await,
            Err(error) => {
                let refusal = refusal(&new.entry, "on_connect", "", &error);
                self.all.pop();
                return Err(refusal);
            }
        }
        Ok(())
    }

    async fn hear(
        &self,
        channel: &str,
        params: Option<&RawValue>,
        data: Option<&RawValue>,
    ) -> Result<(), Refusal> {
        let subscription = self
            .find(channel, params)?
            .and_then(|index| self.all.get(index))
            .ok_or_else(|| format!("Not subscribed to {channel}"))?;
        let entry = &subscription.entry;
        if !entry.accepts_messages() {
            return Err(format!("Channel {channel} does not accept messages").into());
        }
        let data = data.map_or("null", RawValue::get);
        let value = &*subscription.params.value;
        let said = entry
            .receive(&subscription.subscriber, value, data)
            .await
            .map_err(|error| refusal(entry, "message", "Invalid message: ", &error))?
            .map_err(|error| refusal(entry, "receive", "", &error))?;
        subscription.react(&self.outbox, said).await;
        Ok(())
    }

    fn entry(&self, channel: &str) -> Result<Arc<ChannelEntry>, Refusal> {
        let entry = self.subscriber.registry().channel(channel).cloned();
        entry.ok_or_else(|| format!("Unknown channel: {channel}").into())
    }

    /// Where a subscription stands, if there is one.
    fn find(&self, channel: &str, params: Option<&RawValue>) -> Result<Option<usize>, Refusal> {
        let entry = self.entry(channel)?;
        let raw = frames::raw(params);
        // Most clients spell what they mean the same way each time.
        let known = self.all.iter().position(|known| {
            Arc::ptr_eq(&known.entry, &entry) && **known.membership.params() == *raw
        });
        if known.is_some() {
            return Ok(known);
        }
        let params = entry
            .read_params(params)
            .map_err(|error| refusal(&entry, "params", "Invalid params: ", &error))?;
        Ok(self.position(&entry, &params.canonical))
    }

    fn position(&self, entry: &Arc<ChannelEntry>, canonical: &str) -> Option<usize> {
        self.all.iter().position(|known| {
            Arc::ptr_eq(&known.entry, entry) && *known.params.canonical == *canonical
        })
    }

    fn refuse(&self, refusal: &str, channel: &str, params: &str) {
        self.outbox.send(frames::error(refusal, channel, params));
    }

    /// Nothing is kept for subscriptions that are over.
    fn release(&mut self) {
        if self.all.is_empty() {
            self.all = Vec::new();
        }
    }
}

/// Calls the hooks of all that ended, at once: each has the whole of its own deadline.
async fn farewell(left: Vec<Left>) {
    join_all(left.into_iter().map(Left::farewell)).await;
}

impl fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscriptions")
            .field("subscriber", &self.subscriber)
            .field("count", &self.all.len())
            .finish_non_exhaustive()
    }
}
