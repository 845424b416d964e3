use std::sync::Arc;

use super::refusal::{authorize, log};
use crate::channel::Subscriber;
use crate::channel::entry::ChannelEntry;
use crate::channel::erased::{ReadParams, Said};
use crate::channel::frames;
use crate::channel::hub::{Audience, Membership};
use crate::channel::outbox::Outbox;
use crate::channel::reaction::To;

pub(super) struct Subscription {
    pub(super) entry: Arc<ChannelEntry>,
    pub(super) params: ReadParams,
    pub(super) membership: Membership,
    /// As whom the channel let it in.
    pub(super) subscriber: Subscriber,
}

/// A subscription that is over, and whose hook has not heard of it yet.
pub(super) struct Left {
    entry: Arc<ChannelEntry>,
    params: ReadParams,
    subscriber: Subscriber,
    group: Arc<str>,
}

impl Subscription {
    /// Asks whether it may go on for another identity, and leaves the group where it may not.
    pub(super) async fn check_anew(&mut self, who: &Subscriber, outbox: &Outbox) {
        match authorize(&self.entry, who, &*self.params.value).await {
            Ok(()) => self.subscriber = who.clone(),
            Err(refusal) => {
                self.membership.end();
                let params = self.membership.params();
                outbox.send(frames::error(&refusal, self.entry.name(), params));
            }
        }
    }

    /// Says what a hook has to say.
    pub(super) async fn react(&self, outbox: &Outbox, said: Said) {
        for (to, data) in said {
            if to == To::Sender {
                let topic = &self.entry.topic;
                let params = self.membership.params();
                topic.answer(outbox, params, data.get()).await;
            } else {
                let group = self.membership.group();
                say(&self.entry, &self.subscriber, group, to, &data).await;
            }
        }
    }

    /// Leaves the group.
    pub(super) fn leave(self) -> Left {
        Left {
            group: Arc::clone(self.membership.group()),
            entry: self.entry,
            params: self.params,
            subscriber: self.subscriber,
        }
    }
}

impl Left {
    /// Calls the hook. There is nobody left who would hear an answer.
    pub(super) async fn farewell(self) {
        let Self {
            entry,
            params,
            subscriber,
            group,
        } = self;
        match entry.on_disconnect(&subscriber, &*params.value).await {
            Ok(said) => {
                for (to, data) in said.into_iter().filter(|(to, _)| *to != To::Sender) {
                    say(&entry, &subscriber, &group, to, &data).await;
                }
            }
            Err(error) => log(&entry, "on_disconnect", &error),
        }
    }
}

async fn say(
    entry: &ChannelEntry,
    from: &Subscriber,
    group: &str,
    to: To,
    data: &serde_json::value::RawValue,
) {
    let audience = Audience {
        user: None,
        except: (to == To::Others).then(|| from.connection()),
    };
    let hub = from.registry().hub();
    hub.broadcast(&entry.topic, group, audience, data).await;
}
