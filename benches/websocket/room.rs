//! What is said, and to whom: the same bytes from every server.

use bytes::Bytes;
use mizan::Registry;
use mizan::channel::{Channel, Never, Subscriber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;

pub(crate) const CHANNEL: &str = "room";
pub(crate) const SUBSCRIBE: &str =
    r#"{"action":"subscribe","channel":"room","params":{"room":"a"}}"#;
pub(crate) const SUBSCRIBED: &str = r#"{"subscribed":true,"channel":"room","params":{"room":"a"}}"#;

/// Of the message alone; the frame adds its channel, its parameters and its type.
const MESSAGE_BYTES: usize = 200;

#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Params {
    room: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Said {
    text: String,
}

/// Open to everyone, and only the server speaks.
pub(crate) struct Room;

impl Channel for Room {
    type Params = Params;
    type ClientMessage = Never;
    type ServerMessage = Said;

    async fn authorize(&self, _: &Subscriber, _: &Params) -> mizan::Result<bool> {
        Ok(true)
    }
}

pub(crate) fn params() -> Params {
    Params {
        room: "a".to_owned(),
    }
}

pub(crate) fn message() -> Said {
    let around = r#"{"text":""}"#.len();
    Said {
        text: "x".repeat(MESSAGE_BYTES - around),
    }
}

/// A push as an application does it.
pub(crate) async fn push(registry: &Registry, params: &Params, message: &Said) -> Result<()> {
    registry.channels().push(CHANNEL, params, message).await?;
    Ok(())
}

/// The frame that a push makes, for a server that makes it by hand.
pub(crate) fn frame(params: &Params, message: &Said) -> Result<Bytes> {
    #[derive(Serialize)]
    struct Frame<'a> {
        channel: &'a str,
        params: &'a Params,
        r#type: &'a str,
        data: &'a Said,
    }

    let frame = Frame {
        channel: CHANNEL,
        params,
        r#type: "ServerMessage",
        data: message,
    };
    Ok(serde_json::to_vec(&frame)?.into())
}
