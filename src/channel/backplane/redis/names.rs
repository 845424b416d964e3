//! Names of keys and pub/sub channels.

use crate::channel::random;

/// The names that this node uses.
pub(super) struct Names {
    /// This node's own.
    pub(super) node: String,
    /// A set of all nodes, by the time of their last beat.
    pub(super) nodes: String,
    /// Told when a node dropped messages for the others.
    pub(super) missed: String,
    /// What this node hears itself on.
    pub(super) echo: String,
    /// Who is in which group of this node.
    pub(super) roster: String,
    group_prefix: String,
    roster_prefix: String,
}

impl Names {
    pub(super) fn new(prefix: &str) -> Self {
        let node = random::name();
        let roster_prefix = format!("{prefix}:n:");
        Self {
            nodes: format!("{prefix}:nodes"),
            missed: format!("{prefix}:missed"),
            echo: format!("{prefix}:e:{node}"),
            roster: format!("{roster_prefix}{node}"),
            group_prefix: format!("{prefix}:g:"),
            roster_prefix,
            node,
        }
    }

    /// The pub/sub channel of a group.
    pub(super) fn of_group(&self, group: &str) -> String {
        format!("{}{group}", self.group_prefix)
    }

    /// The group of a pub/sub channel.
    pub(super) fn group_of<'a>(&self, channel: &'a str) -> Option<&'a str> {
        channel.strip_prefix(&self.group_prefix)
    }

    /// The roster of another node.
    pub(super) fn roster_of(&self, node: &str) -> String {
        format!("{}{node}", self.roster_prefix)
    }
}
