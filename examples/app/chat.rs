//! A chat: everybody may listen, and who is logged in may speak.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use mizan::Result;
use mizan::channel::{Channel, Reaction, Settings, Subscriber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::functions::{bounded, no_such_user};
use super::model::{Account, Profile};
use super::store::Store;

/// As the channel is registered.
pub(crate) const CHAT: &str = "chat";
const LONGEST: usize = 500;
/// How much of a room somebody hears who comes in.
const REMEMBERED: usize = 50;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Room {
    Lobby,
    Kitchen,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct ChatRoom {
    room: Room,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Say {
    text: String,
}

#[derive(Clone, Serialize, JsonSchema)]
pub(crate) struct Said {
    /// Rises within a room.
    id: u64,
    by: String,
    avatar: String,
    text: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Heard {
    /// What was said before one came in.
    History {
        said: Vec<Said>,
    },
    Said(Said),
    /// How many listen, on all servers.
    Here {
        people: usize,
    },
}

#[derive(Default)]
pub(crate) struct Chat {
    rooms: Mutex<HashMap<Room, Past>>,
}

#[derive(Default)]
struct Past {
    last: u64,
    said: VecDeque<Said>,
}

impl Chat {
    fn with<T>(&self, room: Room, change: impl FnOnce(&mut Past) -> T) -> T {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        change(rooms.entry(room).or_default())
    }
}

impl Past {
    fn add(&mut self, speaker: Profile, text: String) -> Said {
        self.last += 1;
        let said = Said {
            id: self.last,
            by: speaker.name,
            avatar: speaker.avatar,
            text,
        };
        if self.said.len() == REMEMBERED {
            self.said.pop_front();
        }
        self.said.push_back(said.clone());
        said
    }
}

impl Channel for Chat {
    type Params = ChatRoom;
    type ClientMessage = Say;
    type ServerMessage = Heard;

    fn settings(&self) -> Settings {
        Settings::new().presence(true).tell_missed(true)
    }

    async fn authorize(&self, _: &Subscriber, _: &ChatRoom) -> Result<bool> {
        Ok(true)
    }

    async fn on_connect(&self, subscriber: &Subscriber, at: &ChatRoom) -> Result<Reaction<Heard>> {
        let said = self.with(at.room, |past| past.said.iter().cloned().collect());
        let history = Reaction::answer(Heard::History { said });
        Ok(history.and(here(subscriber, at).await?))
    }

    async fn on_disconnect(
        &self,
        subscriber: &Subscriber,
        at: &ChatRoom,
    ) -> Result<Reaction<Heard>> {
        here(subscriber, at).await
    }

    async fn receive(&self, from: &Subscriber, at: &ChatRoom, say: Say) -> Result<Reaction<Heard>> {
        let id = from.user_as::<Account>()?.id;
        let text = bounded("text", &say.text, LONGEST)?;
        // As they are called now, which may be another name than when they came in.
        let speaker = from.state::<Store>()?.profile(id).await?;
        let speaker = speaker.ok_or_else(no_such_user)?;
        let said = self.with(at.room, |past| past.add(speaker, text));
        Ok(Reaction::broadcast(Heard::Said(said)))
    }
}

async fn here(subscriber: &Subscriber, at: &ChatRoom) -> Result<Reaction<Heard>> {
    let channels = subscriber.registry().channels();
    let present = channels.presence(CHAT, at).await?;
    let people = present.iter().map(|each| each.connections).sum();
    Ok(Reaction::broadcast(Heard::Here { people }))
}
