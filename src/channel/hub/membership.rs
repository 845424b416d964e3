use std::sync::Arc;

use super::Hub;
use super::group::{Group, MemberId};

/// A place in a group, which ends when this is dropped.
pub(crate) struct Membership {
    hub: Arc<Hub>,
    group: Arc<Group>,
    text: Arc<str>,
    id: MemberId,
    over: bool,
}

impl Membership {
    pub(super) fn new(hub: Arc<Hub>, group: Arc<Group>, text: Arc<str>, id: MemberId) -> Self {
        Self {
            hub,
            group,
            text,
            id,
            over: false,
        }
    }

    /// The name that the group has everywhere.
    pub(crate) fn group(&self) -> &Arc<str> {
        &self.group.name
    }

    /// The parameters as the client sent them.
    pub(crate) fn params(&self) -> &Arc<str> {
        &self.text
    }

    /// Leaves the group; where it has been left already, nothing.
    pub(crate) fn end(&mut self) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        let mut members = self.group.lock();
        let left = members.remove(&self.text, self.id);
        let over = members.is_over();
        if over && let Some(backplane) = self.hub.begun() {
            backplane.leave(&self.group.name);
        }
        drop(members);
        drop(left);
        if over {
            self.hub.forget(&self.group);
        }
        self.hub.changed(&self.group);
    }

    /// Whether the group has been left.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Tells the other nodes that the member is another user now.
    pub(crate) fn announce(&self) {
        self.hub.changed(&self.group);
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.end();
    }
}
