//! The members that a group has on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::Listener;
use super::topic::{Tally, Topic};
use crate::channel::ConnectionId;
use crate::channel::backplane::{Present, merged};
use crate::channel::frames;
use crate::channel::outbox::Outbox;

pub(super) struct Group {
    /// The name that the group has everywhere.
    pub(super) name: Arc<str>,
    pub(super) topic: Arc<Topic>,
    members: Mutex<Members>,
}

/// A member's own number, among those of the hub.
pub(super) type MemberId = u64;

pub(super) struct Member {
    pub(super) outbox: Outbox,
    pub(super) listener: Listener,
}

/// Those who subscribed with the same text, to whom the same frame goes.
type Alike = HashMap<MemberId, Member, RandomState>;

#[derive(Default)]
pub(super) struct Members {
    alike: HashMap<Arc<str>, Alike, RandomState>,
    /// The last member has left: the group is no more, and a new one takes its name.
    over: bool,
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Audience<'a> {
    /// This user alone.
    pub(crate) user: Option<&'a str>,
    /// All but this connection.
    pub(crate) except: Option<ConnectionId>,
}

impl Audience<'_> {
    fn has(self, member: &Member) -> bool {
        self.except != Some(member.listener.connection())
            && self.user.is_none_or(|id| member.listener.is(id))
    }
}

impl Group {
    pub(super) fn new(name: Arc<str>, topic: Arc<Topic>) -> Self {
        Self {
            name,
            topic,
            members: Mutex::default(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Members {
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn is_empty(&self) -> bool {
        self.alike.is_empty()
    }

    /// Gives the text back that those of the same text share.
    pub(super) fn insert(&mut self, text: Arc<str>, id: MemberId, member: Member) -> Arc<str> {
        let text = match self.alike.get_key_value(&text) {
            Some((known, _)) => Arc::clone(known),
            None => text,
        };
        let alike = self.alike.entry(Arc::clone(&text)).or_default();
        alike.insert(id, member);
        text
    }

    /// Takes a member out, and ends the group with the last one.
    pub(super) fn remove(&mut self, text: &Arc<str>, id: MemberId) -> Option<Member> {
        let alike = self.alike.get_mut(text)?;
        let member = alike.remove(&id);
        if alike.is_empty() {
            self.alike.remove(text);
            self.over = self.alike.is_empty();
        } else if alike.len() < alike.capacity() / 8 {
            alike.shrink_to_fit();
        }
        member
    }

    /// Puts a frame into the outbox of each member of an audience. Nothing is allocated and nothing
    /// waited for a member; a frame is made for each text.
    pub(super) fn send(&self, audience: Audience<'_>, frame: impl Fn(&str) -> Utf8Bytes) -> Tally {
        let mut tally = Tally::default();
        for (text, alike) in &self.alike {
            let mut made = None;
            for member in alike.values().filter(|member| audience.has(member)) {
                let frame = made.get_or_insert_with(|| frame(text));
                tally.add(member.outbox.put(frame.clone()));
            }
        }
        tally
    }

    pub(super) fn present(&self) -> Vec<Present> {
        let members = self.alike.values().flat_map(HashMap::values);
        let mut all: Vec<&Listener> = members.map(|member| &member.listener).collect();
        // A connection may be in a group by several subscriptions.
        all.sort_unstable_by_key(|listener| listener.connection());
        all.dedup_by_key(|listener| listener.connection());
        let ids = all
            .into_iter()
            .map(|listener| listener.user().map(|user| user.id().to_owned()));
        merged(ids.map(|id| Present::new(id, 1)).collect())
    }
}

/// The frame of a message.
pub(super) fn message<'a>(topic: &'a Topic, data: &'a str) -> impl Fn(&str) -> Utf8Bytes + 'a {
    move |params| frames::message(&topic.name, params, data)
}
