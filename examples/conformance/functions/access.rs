//! Who may call: the requirements, a gate, and a function that nobody outside reaches.

use mizan::{Auth, Call, Error, Function, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::Serialize;

use super::Message;
use crate::identity;

pub(super) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(Function::new("whoami", whoami).auth(Auth::Required))
        .function(
            Function::new("ws_whoami", whoami)
                .auth(Auth::Required)
                .websocket(),
        )
        .function(Function::new("staff_only", whoami).auth(Auth::Staff))
        .function(Function::new("superuser_only", whoami).auth(Auth::Superuser))
        .function(Function::new("gated", gated).gate(gate))
        .function(Function::new("private_task", private_task).private())
}

#[derive(Serialize, JsonSchema)]
struct Caller {
    id: i64,
    staff: bool,
    superuser: bool,
}

fn whoami(call: Call) -> Result<Caller> {
    let user = call.user()?;
    Ok(Caller {
        id: identity::id(&call)?,
        staff: user.is_staff(),
        superuser: user.is_superuser(),
    })
}

async fn gate(call: Call) -> Result<bool> {
    let word = call.headers().get("x-gate");
    match word.map(|word| word.as_bytes()) {
        Some(b"open") => Ok(true),
        Some(b"deny") => Err(Error::forbidden("The gate is closed")),
        _ => Ok(false),
    }
}

fn gated(_: Call) -> Result<Message> {
    Ok(Message::new("through"))
}

fn private_task(_: Call) -> Result<Message> {
    Ok(Message::new("done"))
}
