//! Who of this node is in which group, and what is said there.
//!
//! Every group has a lock of its own, under which members come and go and messages are put into
//! their outboxes: all members see the messages of a group in one order. The lock of the table is
//! only ever held to look a group up. A group ends with its last member, under its lock, and the
//! table forgets it afterwards; whoever found it in between sees that it is over and makes it anew.
//! So a backplane hears of a group's joins and leaves in their order.

mod announcements;
mod group;
mod listener;
mod membership;
#[cfg(test)]
mod tests;
mod topic;
mod wire;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::SystemTime;

use foldhash::fast::RandomState;
use futures_util::FutureExt;
use serde_json::value::RawValue;
use tokio::runtime::Handle;
use tokio::task::coop::consume_budget;
use tokio::task::yield_now;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use self::announcements::Announcements;
pub(crate) use self::group::Audience;
use self::group::{Group, Member, message};
pub(crate) use self::listener::Listener;
pub(crate) use self::membership::Membership;
use self::topic::Tally;
pub(crate) use self::topic::Topic;
use super::backplane::{Backplane, Health, Inbox, Present, merged};
use super::frames;
use super::outbox::Outbox;
use super::random;
use crate::error::Result;

type Groups = HashMap<Arc<str>, Arc<Group>, RandomState>;

pub(crate) struct Hub {
    this: Weak<Hub>,
    /// This node's name among others.
    node: Box<str>,
    began: SystemTime,
    groups: Mutex<Groups>,
    members: AtomicU64,
    backplane: Option<Box<dyn Backplane>>,
    started: OnceLock<()>,
    announcements: Announcements,
}

/// Who comes into a group.
pub(crate) struct Joining<'a> {
    /// The name that the group has everywhere.
    pub(crate) group: &'a str,
    pub(crate) topic: &'a Arc<Topic>,
    /// The parameters as the client sent them.
    pub(crate) params: &'a str,
    pub(crate) outbox: &'a Outbox,
    pub(crate) listener: &'a Listener,
}

impl Hub {
    pub(crate) fn new(backplane: Option<Box<dyn Backplane>>) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            node: random::name().into(),
            began: SystemTime::now(),
            groups: Mutex::default(),
            members: AtomicU64::new(0),
            backplane,
            started: OnceLock::new(),
            announcements: Announcements::default(),
        })
    }

    fn groups(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, name: &str) -> Option<Arc<Group>> {
        self.groups().get(name).cloned()
    }

    /// The backplane, if it has begun. Asked where something ends, which may be for a panic of it.
    fn begun(&self) -> Option<&dyn Backplane> {
        self.started.get()?;
        self.backplane.as_deref()
    }

    /// The backplane, begun. Without a runtime there is nothing that it could begin in.
    fn running(&self) -> Option<&dyn Backplane> {
        let backplane = self.backplane.as_deref()?;
        if self.started.get().is_none() {
            Handle::try_current().ok()?;
            self.started
                .get_or_init(|| backplane.start(Inbox::new(Weak::clone(&self.this))));
        }
        Some(backplane)
    }

    /// Comes into a group. `first` is sent ahead of whatever is said there.
    pub(crate) fn join(self: &Arc<Self>, joining: &Joining<'_>, first: Utf8Bytes) -> Membership {
        let id = self.members.fetch_add(1, Ordering::Relaxed);
        loop {
            let group = self.find_or_add(joining);
            // Ahead of the lock, to be dropped behind it: a backplane may panic.
            let membership;
            let mut members = group.lock();
            if members.is_over() {
                drop(members);
                self.forget(&group);
                continue;
            }
            let is_first = members.is_empty();
            joining.outbox.send(first);
            let member = Member {
                outbox: joining.outbox.clone(),
                listener: joining.listener.clone(),
            };
            let text = members.insert(joining.params.into(), id, member);
            membership = Membership::new(Arc::clone(self), Arc::clone(&group), text, id);
            if let Some(backplane) = self.running()
                && is_first
            {
                backplane.join(&group.name);
            }
            drop(members);
            self.changed(&group);
            return membership;
        }
    }

    fn find_or_add(&self, joining: &Joining<'_>) -> Arc<Group> {
        let mut groups = self.groups();
        if let Some(group) = groups.get(joining.group) {
            return Arc::clone(group);
        }
        let name: Arc<str> = joining.group.into();
        let group = Arc::new(Group::new(Arc::clone(&name), Arc::clone(joining.topic)));
        groups.insert(name, Arc::clone(&group));
        group
    }

    /// Takes a group out of the table, unless another has its name by now.
    fn forget(&self, group: &Arc<Group>) {
        let mut groups = self.groups();
        if groups
            .get(&group.name)
            .is_some_and(|known| Arc::ptr_eq(known, group))
        {
            groups.remove(&group.name);
            if groups.len() < groups.capacity() / 8 {
                groups.shrink_to_fit();
            }
        }
    }

    /// Says something in a group, here and on the other nodes. Waits for nobody, but lets those come
    /// to their turn who have much to take, before there is more of it.
    pub(crate) async fn broadcast(
        &self,
        topic: &Topic,
        name: &str,
        audience: Audience<'_>,
        data: &RawValue,
    ) {
        if self.put(topic, name, audience, data).crowded {
            yield_now().await;
        } else {
            consume_budget().await;
        }
    }

    fn put(&self, topic: &Topic, name: &str, audience: Audience<'_>, data: &RawValue) -> Tally {
        let carried = self
            .running()
            .and_then(|backplane| Some((backplane, wire::write(&self.node, audience.user, data)?)));
        let publish = || {
            if let Some((backplane, bytes)) = carried {
                backplane.publish(name, bytes);
            }
        };
        let Some(group) = self.find(name) else {
            publish();
            return Tally::default();
        };
        let members = group.lock();
        // In the lock, so that the other nodes see the same order.
        publish();
        let tally = members.send(audience, message(topic, data.get()));
        drop(members);
        topic.count(tally);
        tally
    }

    /// What came from another node.
    pub(crate) fn deliver(&self, name: &str, message: &[u8]) {
        let Some(carried) = wire::read(message) else {
            tracing::warn!(group = name, "another node sent what cannot be read");
            return;
        };
        if *carried.node == *self.node {
            return;
        }
        let Some(group) = self.find(name) else {
            return;
        };
        let audience = Audience {
            user: carried.user.as_deref(),
            except: None,
        };
        let make = self::message(&group.topic, carried.data.get());
        let tally = group.lock().send(audience, make);
        group.topic.count(tally);
        if tally.crowded {
            spend_budget();
        }
    }

    /// Tells those who asked for it that they may have missed something.
    pub(crate) fn missed(&self) {
        let groups: Vec<_> = self.groups().values().cloned().collect();
        for group in groups.iter().filter(|group| group.topic.tell_missed) {
            let make = |params: &str| frames::missed(&group.topic.name, params);
            group.lock().send(Audience::default(), make);
        }
    }

    /// Who of this node is in a group.
    fn present_here(&self, name: &str) -> Vec<Present> {
        let group = self.find(name);
        group.map_or_else(Vec::new, |group| group.lock().present())
    }

    pub(crate) async fn presence(&self, name: &str) -> Result<Vec<Present>> {
        let mut all = match self.running() {
            Some(backplane) => backplane.presence(name).await?,
            None => Vec::new(),
        };
        all.extend(self.present_here(name));
        Ok(merged(all))
    }

    pub(crate) fn health(&self) -> Health {
        match self.running() {
            Some(backplane) => backplane.health(),
            None => Health::new(self.backplane.is_none(), self.began, 0),
        }
    }

    /// Someone came into a group, left it, or is someone else now.
    fn changed(&self, group: &Group) {
        if group.topic.presence && self.begun().is_some() {
            self.announcements.add(&self.this, &group.name);
        }
    }
}

/// The task has done enough for now: Tokio lets it go no further than to where it reads next. What
/// comes from other nodes comes by a call that cannot wait.
fn spend_budget() {
    // A task has less than that, and what is no task has no end of it.
    for _ in 0..=u8::MAX {
        if consume_budget().now_or_never().is_none() {
            break;
        }
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}
