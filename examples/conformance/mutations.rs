//! The mutations, one for each way to declare what changes.

use mizan::{Auth, Call, Error, Function, Params, RegistryBuilder, Result, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contexts::{NOTIFICATIONS, Profile, SEARCH, USER};
use crate::functions::Message;
use crate::identity;
use crate::names::Names;

pub(crate) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(Function::new("update_profile", update_profile).affects(USER))
        .function(Function::new("update_avatar", update_avatar).affects(USER))
        .function(
            Function::new("update_own_avatar", update_avatar)
                .auth(Auth::Required)
                .affects(USER)
                .affects_params(|call, _input, _output| {
                    Ok(params! { "user_id": identity::id(call)? })
                }),
        )
        .function(
            Function::new("careless_update", update_avatar)
                .affects(USER)
                .affects_params(|_call, _input, _output| -> Result<Params> {
                    Err(Error::internal("nobody knows whose avatar this is"))
                }),
        )
        .function(Function::new("bulk_update", bulk_update).affects([USER, NOTIFICATIONS]))
        .function(Function::new("reindex", reindex).affects(SEARCH))
        .function(Function::new("rename", rename).merge(USER))
        .function(Function::new("failing_update", failing_update).affects(USER))
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Rename {
    user_id: i64,
    name: String,
}

fn update_profile(call: Call, input: Rename) -> Result<Message> {
    let name = input.name;
    call.state::<Names>()?.set(input.user_id, name.clone());
    Ok(Message::new(name))
}

fn rename(call: Call, input: Rename) -> Result<Profile> {
    let Rename { user_id, name } = input;
    call.state::<Names>()?.set(user_id, name.clone());
    Ok(Profile { user_id, name })
}

#[derive(Clone, Deserialize, Serialize, JsonSchema)]
struct Avatar {
    url: String,
}

fn update_avatar(_: Call, input: Avatar) -> Result<Message> {
    Ok(Message::new(input.url))
}

fn bulk_update(_: Call) -> Result<Message> {
    Ok(Message::new("done"))
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Reindex {
    q: String,
    #[serde(default)]
    reason: String,
}

fn reindex(_: Call, input: Reindex) -> Result<Message> {
    Ok(Message::new(input.q))
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Target {
    user_id: i64,
}

fn failing_update(_: Call, _: Target) -> Result<Message> {
    Err(Error::forbidden("Not yours"))
}
