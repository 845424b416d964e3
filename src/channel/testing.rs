//! A client without a socket, and a channel whose hooks do what its rooms are called.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::Request;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{
    Channel, ConnectionId, Never, Out, Outbox, Outgoing, Reaction, Settings, Subscriber,
    Subscriptions,
};
use crate::error::{Error, Result};
use crate::identity::User;
use crate::registry::{Registry, RegistryBuilder};

/// One connection.
pub(super) struct Client {
    pub(super) subscriptions: Subscriptions,
    pub(super) outgoing: Outgoing,
}

pub(super) fn raw(json: &str) -> Option<Box<RawValue>> {
    (!json.is_empty()).then(|| RawValue::from_string(json.to_owned()).unwrap())
}

impl Client {
    pub(super) fn new(registry: &Registry) -> Self {
        Self::with_queue(registry, 10_000)
    }

    pub(super) fn with_queue(registry: &Registry, messages: usize) -> Self {
        let (outbox, outgoing) = Outbox::new(messages, 1 << 20);
        let head = Arc::new(Request::new(()).into_parts().0);
        let id = ConnectionId::next();
        Self {
            subscriptions: Subscriptions::new(registry.clone(), head, id, outbox, 4),
            outgoing,
        }
    }

    pub(super) fn user(mut self, id: &str) -> Self {
        self.subscriptions.set_user(Some(User::new(id)));
        self
    }

    /// No text stands for no params.
    pub(super) async fn subscribe(&mut self, channel: &str, params: &str) {
        let params = raw(params);
        self.subscriptions
            .subscribe(channel, params.as_deref())
            .await;
    }

    pub(super) async fn unsubscribe(&mut self, channel: &str, params: &str) {
        let params = raw(params);
        self.subscriptions
            .unsubscribe(channel, params.as_deref())
            .await;
    }

    pub(super) async fn message(&mut self, channel: &str, params: &str, data: &str) {
        let (params, data) = (raw(params), raw(data));
        self.subscriptions
            .message(channel, params.as_deref(), data.as_deref())
            .await;
    }

    pub(super) fn next(&mut self) -> Option<Out> {
        match self
            .outgoing
            .poll_next(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(out) => Some(out),
            Poll::Pending => None,
        }
    }

    /// The texts of what has arrived since.
    pub(super) fn texts(&mut self) -> Vec<String> {
        let mut texts = Vec::new();
        while let Some(out) = self.next() {
            match out {
                Out::Frame(frame) => texts.push(frame.to_string()),
                Out::Overflow => {
                    texts.push("overflow".to_owned());
                    break;
                }
            }
        }
        texts
    }

    pub(super) fn received(&mut self) -> Vec<Value> {
        let texts = self.texts();
        let frames = texts.iter().map(|text| serde_json::from_str(text).unwrap());
        frames.collect()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Room {
    pub(super) room: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Said {
    #[schemars(length(max = 20))]
    pub(super) text: String,
}

pub(super) fn room(name: &str) -> Room {
    Room { room: name.into() }
}

pub(super) fn said(text: &str) -> Said {
    Said { text: text.into() }
}

/// What the hooks of [`Chat`] were called with.
pub(super) type Log = Arc<Mutex<Vec<String>>>;

/// Rooms say what happens in them. What is said there decides what comes of it.
#[derive(Default)]
pub(super) struct Chat {
    pub(super) log: Log,
    /// Whether `members` and the rooms of `disconnect` are closed to all, and those of `later` do
    /// not say.
    pub(super) closed: Arc<std::sync::atomic::AtomicBool>,
}

impl Chat {
    fn note(&self, hook: &str, who: &Subscriber, params: &Room) {
        let user = who.identity().map_or("nobody", User::id);
        let line = format!("{hook} {user} {}", params.room);
        self.log.lock().unwrap().push(line);
    }
}

async fn fail(how: &str) -> Result<()> {
    match how {
        "panic" => panic!("on purpose"),
        "hang" | "hang 2" => std::future::pending().await,
        "internal" => Err(Error::internal("the database is away")),
        "forbidden" => Err(Error::forbidden("Members only")),
        "unauthorized" => Err(Error::unauthorized("Who are you")),
        "not found" => Err(Error::not_found("No such room")),
        _ => Ok(()),
    }
}

impl Channel for Chat {
    type Params = Room;
    type ClientMessage = Said;
    type ServerMessage = Said;

    async fn authorize(&self, who: &Subscriber, params: &Room) -> Result<bool> {
        self.note("authorize", who, params);
        if let Some(how) = params.room.strip_prefix("authorize ") {
            fail(how).await?;
        }
        let closed = self.closed.load(std::sync::atomic::Ordering::SeqCst);
        if closed && params.room.starts_with("later") {
            fail("hang").await?;
        }
        let left = closed && params.room.starts_with("disconnect");
        let members = params.room == "members" && (closed || who.identity().is_none());
        Ok(params.room != "private" && !members && !left)
    }

    async fn group(&self, params: &Room) -> Result<String> {
        if let Some(how) = params.room.strip_prefix("group ") {
            fail(how).await?;
        }
        // Upper and lower case share a group.
        Ok(params.room.to_lowercase())
    }

    async fn receive(&self, who: &Subscriber, params: &Room, said: Said) -> Result<Reaction<Said>> {
        self.note("receive", who, params);
        let text = said.text.clone();
        if let Some(how) = text.strip_prefix("fail ") {
            fail(how).await?;
        }
        Ok(match &*said.text {
            "silent" => Reaction::none(),
            "answer" => Reaction::answer(said),
            "others" => Reaction::others(said),
            "all" => Reaction::answer(said.clone())
                .and(Reaction::others(said.clone()))
                .and(Reaction::broadcast(said)),
            _ => Reaction::broadcast(said),
        })
    }

    async fn on_connect(&self, who: &Subscriber, params: &Room) -> Result<Reaction<Said>> {
        self.note("on_connect", who, params);
        if let Some(how) = params.room.strip_prefix("connect ") {
            fail(how).await?;
        }
        Ok(match params.room.starts_with("greeting") {
            true => Reaction::answer(said("welcome")).and(Reaction::others(said("came"))),
            false => Reaction::none(),
        })
    }

    async fn on_disconnect(&self, who: &Subscriber, params: &Room) -> Result<Reaction<Said>> {
        self.note("on_disconnect", who, params);
        if let Some(how) = params.room.strip_prefix("disconnect ") {
            fail(how).await?;
        }
        Ok(match params.room.starts_with("greeting") {
            true => Reaction::answer(said("nobody hears")).and(Reaction::broadcast(said("left"))),
            false => Reaction::none(),
        })
    }

    fn settings(&self) -> Settings {
        Settings::new()
            .presence(true)
            .tell_missed(true)
            .deadline(Some(Duration::from_millis(100)))
    }
}

/// No parameters, and only the server speaks.
pub(super) struct Feed;

impl Channel for Feed {
    type Params = ();
    type ClientMessage = Never;
    type ServerMessage = i64;

    async fn authorize(&self, _: &Subscriber, (): &()) -> Result<bool> {
        Ok(true)
    }
}

pub(super) fn builder() -> RegistryBuilder {
    Registry::builder()
        .channel("chat", Chat::default())
        .channel("feed", Feed)
}

pub(super) fn registry() -> Registry {
    builder().build().unwrap()
}
