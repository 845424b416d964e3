//! Whatever a client sends and whatever a handler does, the server answers it as the protocol says
//! and answers the next request too. Over real sockets, on hyper.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod bodies;
mod busy;
mod explosive;
mod json;
mod panics;
mod requests;
mod time;

#[path = "../support/rig.rs"]
mod rig;

use mizan::{Call, Context, Function, MizanLayer, Registry, RegistryBuilder, Result};
use rig::{Server, Wire, wire_call};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const ROOM: Context = Context::new("room");

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Text {
    text: String,
}

fn echo(_: Call, input: Text) -> Result<String> {
    Ok(input.text)
}

fn registry() -> RegistryBuilder {
    Registry::builder().function(Function::new("echo", echo))
}

async fn serve(builder: RegistryBuilder) -> Server {
    Server::start(MizanLayer::new(builder.build().unwrap())).await
}

const ECHO: &str = r#"{"fn":"echo","args":{"text":"still here"}}"#;

/// The connection lives on.
async fn lives(wire: &mut Wire) {
    wire.write(wire_call(ECHO)).await;
    let answer = wire.answer().await.expect("the connection lives");
    assert_eq!(answer.json(), serde_json::json!({"result": "still here"}));
}

/// The server lives on, whatever became of one connection.
async fn answers(server: &Server) {
    lives(&mut server.connect().await).await;
}
