//! A node as a registry would have it, with an ear in place of members.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use mizan::channel::{Backplane, Inbox, Present, Redis, RedisBuilder};

use crate::waiting::{eventually, promptly};

pub(crate) const GROUP: &str = "chat:{\"room\":\"a\"}";

#[derive(Default)]
struct Heard {
    messages: Mutex<Vec<(String, Bytes)>>,
    missed: AtomicUsize,
}

pub(crate) struct Node {
    backplane: Redis,
    heard: Arc<Heard>,
}

/// With a presence that dies within the time that a test has.
pub(crate) fn lively(url: &str) -> RedisBuilder {
    Redis::builder(url)
        .beat(Duration::from_millis(200))
        .expiry(Duration::from_secs(2))
}

impl Node {
    /// One that may not be connected yet.
    pub(crate) fn start(backplane: Redis) -> Self {
        let heard = Arc::new(Heard::default());
        let inbox = {
            let (messages, missed) = (Arc::clone(&heard), Arc::clone(&heard));
            Inbox::from_fns(
                move |group, message| {
                    let mut messages = messages.messages.lock().unwrap();
                    messages.push((group.to_owned(), message));
                },
                move || {
                    missed.missed.fetch_add(1, Ordering::SeqCst);
                },
            )
        };
        backplane.start(inbox);
        Self { backplane, heard }
    }

    pub(crate) async fn connect(url: &str) -> Self {
        let node = Self::start(lively(url).build().unwrap());
        node.is_connected(true).await;
        node
    }

    /// A member of [`GROUP`].
    pub(crate) async fn member(url: &str) -> Self {
        let node = Self::connect(url).await;
        node.join(GROUP);
        node.hears_itself(GROUP).await;
        node
    }

    pub(crate) fn join(&self, group: &str) {
        self.backplane.join(group);
    }

    pub(crate) fn leave(&self, group: &str) {
        self.backplane.leave(group);
    }

    pub(crate) fn say(&self, text: &str) {
        self.say_in(GROUP, text);
    }

    pub(crate) fn say_in(&self, group: &str, text: &str) {
        self.backplane
            .publish(group, Bytes::copy_from_slice(text.as_bytes()));
    }

    pub(crate) fn count(&self, text: &str) -> usize {
        let messages = self.heard.messages.lock().unwrap();
        messages.iter().filter(|(_, body)| *body == text).count()
    }

    pub(crate) async fn hears(&self, text: &str) {
        eventually(&format!("to hear `{text}`"), || self.count(text) > 0).await;
    }

    /// What a group was told, and in this order.
    pub(crate) fn heard_in(&self, group: &str) -> Vec<Bytes> {
        let messages = self.heard.messages.lock().unwrap();
        messages
            .iter()
            .filter(|(heard_in, _)| heard_in == group)
            .map(|(_, body)| body.clone())
            .collect()
    }

    /// A subscription takes its time: ends when this node surely has it.
    pub(crate) async fn hears_itself(&self, group: &str) {
        eventually("to be subscribed", || {
            self.say_in(group, "itself");
            let messages = self.heard.messages.lock().unwrap();
            messages
                .iter()
                .any(|(heard_in, body)| heard_in == group && body == "itself")
        })
        .await;
        // One connection keeps the order: nothing of this comes after it.
        self.say_in(group, "settled");
        eventually("to be settled", || {
            self.heard_in(group).iter().any(|body| body == "settled")
        })
        .await;
        self.heard
            .messages
            .lock()
            .unwrap()
            .retain(|(_, body)| body != "itself" && body != "settled");
    }

    pub(crate) fn missed(&self) -> usize {
        self.heard.missed.load(Ordering::SeqCst)
    }

    pub(crate) fn has_connected(&self) -> bool {
        self.backplane.health().connected
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.backplane.health().dropped
    }

    pub(crate) async fn is_connected(&self, is: bool) {
        eventually(&format!("connected to be {is}"), || {
            self.has_connected() == is
        })
        .await;
    }

    pub(crate) fn announce(&self, group: &str, members: &[(Option<&str>, usize)]) {
        let members = members
            .iter()
            .map(|(user, connections)| Present::new(user.map(str::to_owned), *connections))
            .collect();
        self.backplane.announce(group, members);
    }

    /// Who is there on the other nodes; `None` where that is not known.
    pub(crate) async fn presence(&self, group: &str) -> Option<Vec<(Option<String>, usize)>> {
        let present = promptly("presence", self.backplane.presence(group)).await;
        Some(
            present
                .ok()?
                .into_iter()
                .map(|present| (present.user, present.connections))
                .collect(),
        )
    }
}
