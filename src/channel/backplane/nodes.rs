use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt, ready};
use tokio::sync::mpsc;

use super::{Backplane, Health, Inbox, Present, merged};
use crate::error::Result;

/// How many messages may wait for a node.
const QUEUE: usize = 4096;

/// Several registries of one process, joined as if each were a node of its own: for tests of an
/// application that will run on several.
///
/// ```
/// # use mizan::channel::MemoryNodes;
/// # use mizan::Registry;
/// let nodes = MemoryNodes::new();
/// let first = Registry::builder().backplane(nodes.node()).build()?;
/// let second = Registry::builder().backplane(nodes.node()).build()?;
/// # Ok::<(), mizan::RegistryError>(())
/// ```
#[derive(Clone, Default)]
pub struct MemoryNodes {
    between: Arc<Mutex<Between>>,
}

#[derive(Default)]
struct Between {
    next: u64,
    cut: bool,
    nodes: HashMap<u64, Node>,
}

struct Node {
    inbox: Inbox,
    queue: mpsc::Sender<(Arc<str>, Bytes)>,
    groups: HashMap<Arc<str>, Vec<Present>>,
}

/// One node of [`MemoryNodes`].
pub struct MemoryNode {
    id: u64,
    between: Arc<Mutex<Between>>,
    since: SystemTime,
    dropped: Arc<AtomicU64>,
}

fn lock(between: &Mutex<Between>) -> MutexGuard<'_, Between> {
    between.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryNodes {
    /// No nodes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another node, for one registry.
    #[must_use]
    pub fn node(&self) -> MemoryNode {
        let mut between = lock(&self.between);
        between.next += 1;
        MemoryNode {
            id: between.next,
            between: Arc::clone(&self.between),
            since: SystemTime::now(),
            dropped: Arc::default(),
        }
    }

    /// Cuts the nodes off from each other: what they say reaches nobody, and is counted as dropped.
    pub fn cut(&self) {
        lock(&self.between).cut = true;
    }

    /// Joins them again. Each learns that it may have missed something.
    pub fn mend(&self) {
        let inboxes: Vec<Inbox> = {
            let mut between = lock(&self.between);
            between.cut = false;
            between
                .nodes
                .values()
                .map(|node| node.inbox.clone())
                .collect()
        };
        for inbox in inboxes {
            inbox.missed();
        }
    }
}

impl Backplane for MemoryNode {
    fn start(&self, inbox: Inbox) {
        let (queue, mut messages) = mpsc::channel::<(Arc<str>, Bytes)>(QUEUE);
        let node = Node {
            inbox: inbox.clone(),
            queue,
            groups: HashMap::new(),
        };
        lock(&self.between).nodes.insert(self.id, node);
        // Ends with the queue's other end, which goes with the node.
        tokio::spawn(async move {
            while let Some((group, message)) = messages.recv().await {
                inbox.deliver(&group, message);
            }
        });
    }

    fn join(&self, group: &str) {
        if let Some(node) = lock(&self.between).nodes.get_mut(&self.id) {
            node.groups.insert(group.into(), Vec::new());
        }
    }

    fn leave(&self, group: &str) {
        if let Some(node) = lock(&self.between).nodes.get_mut(&self.id) {
            node.groups.remove(group);
        }
    }

    fn publish(&self, group: &str, message: Bytes) {
        let between = lock(&self.between);
        let name: Arc<str> = group.into();
        let others = between.nodes.iter().filter(|(id, _)| **id != self.id);
        for (_, node) in others.filter(|(_, node)| node.groups.contains_key(group)) {
            let sent = !between.cut
                && node
                    .queue
                    .try_send((Arc::clone(&name), message.clone()))
                    .is_ok();
            if !sent {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn announce(&self, group: &str, members: Vec<Present>) {
        let mut between = lock(&self.between);
        let node = between.nodes.get_mut(&self.id);
        if let Some(known) = node.and_then(|node| node.groups.get_mut(group)) {
            *known = members;
        }
    }

    fn presence(&self, group: &str) -> BoxFuture<'_, Result<Vec<Present>>> {
        let between = lock(&self.between);
        let others = between.nodes.iter().filter(|(id, _)| **id != self.id);
        let present = others
            .filter(|_| !between.cut)
            .filter_map(|(_, node)| node.groups.get(group))
            .flatten()
            .cloned()
            .collect();
        ready(Ok(merged(present))).boxed()
    }

    fn health(&self) -> Health {
        let connected = !lock(&self.between).cut;
        Health::new(connected, self.since, self.dropped.load(Ordering::Relaxed))
    }
}

impl Drop for MemoryNode {
    fn drop(&mut self) {
        let node = lock(&self.between).nodes.remove(&self.id);
        drop(node);
    }
}

impl fmt::Debug for MemoryNodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = lock(&self.between);
        f.debug_struct("MemoryNodes")
            .field("nodes", &between.nodes.len())
            .field("cut", &between.cut)
            .finish()
    }
}

impl fmt::Debug for MemoryNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryNode")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
