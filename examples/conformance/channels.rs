//! The channels.

use mizan::channel::{Channel, Never, Reaction, Subscriber};
use mizan::{Error, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder.channel("chat", Chat).channel("feed", Feed)
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Room {
    room: String,
}

#[derive(Deserialize, JsonSchema)]
struct Say {
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct Said {
    text: String,
}

struct Chat;

impl Channel for Chat {
    type Params = Room;
    type ClientMessage = Say;
    type ServerMessage = Said;

    async fn authorize(&self, _: &Subscriber, params: &Room) -> Result<bool> {
        match params.room.as_str() {
            "private" => Ok(false),
            "boom" => Err(Error::internal("the hook of `boom` fails")),
            _ => Ok(true),
        }
    }

    async fn receive(&self, _: &Subscriber, _: &Room, message: Say) -> Result<Reaction<Said>> {
        Ok(match message.text {
            text if text == "silent" => Reaction::none(),
            text => Reaction::broadcast(Said { text }),
        })
    }
}

#[derive(Serialize, JsonSchema)]
struct News {
    text: String,
}

struct Feed;

impl Channel for Feed {
    type Params = ();
    type ClientMessage = Never;
    type ServerMessage = News;

    async fn authorize(&self, _: &Subscriber, (): &()) -> Result<bool> {
        Ok(true)
    }
}
