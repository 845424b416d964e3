//! A mutation whose end is not known (protocol section 3, "Failure"): who is told of it, what its
//! answer says, and what a 4xx promises.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod batches;
mod dropped;
mod endings;
mod listeners;
mod nested;
mod scopes;
mod stack;

#[path = "../support/rig.rs"]
mod rig;

use std::time::Duration;

use mizan::{
    Call, Code, Context, Error, Function, MizanService, Registry, RegistryBuilder, Result,
};
use rig::{Answer, Ear, body, post, send};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const USER: Context = Context::new("user").key("user_id");
const TEAM: Context = Context::new("team");
const SETTLE: Duration = Duration::from_secs(20);
const DEADLINE: Duration = Duration::from_secs(5);

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Input {
    user_id: i64,
    /// How the mutation ends.
    #[serde(default)]
    how: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Key {
    user_id: i64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Profile {
    name: String,
}

fn user(_: Call, _: Key) -> Result<Profile> {
    Ok(Profile { name: "Ada".into() })
}

fn team(_: Call) -> Result<i64> {
    Ok(1)
}

fn error(how: &str) -> Option<Error> {
    let code = match how {
        "BAD_REQUEST" => Code::BadRequest,
        "UNAUTHORIZED" => Code::Unauthorized,
        "FORBIDDEN" => Code::Forbidden,
        "NOT_FOUND" => Code::NotFound,
        "VALIDATION_ERROR" => Code::Validation,
        "OVERLOADED" => Code::Overloaded,
        "TIMEOUT" => Code::Timeout,
        "NOT_IMPLEMENTED" => Code::NotImplemented,
        "INTERNAL_ERROR" => Code::Internal,
        _ => return None,
    };
    Some(Error::new(code, "as asked"))
}

/// Ends as its input says. What is named `add …` adds an entry first.
async fn change(call: Call, input: Input) -> Result<Profile> {
    let how = match input.how.strip_prefix("add ") {
        Some(how) => {
            call.invalidate(TEAM.everywhere());
            how
        }
        None => &input.how,
    };
    tokio::task::yield_now().await;
    match how {
        "hang" => std::future::pending().await,
        "panic" => panic!("as asked"),
        how => error(how).map_or_else(|| user(call, Key { user_id: 1 }), Err),
    }
}

fn change_sync(call: Call, input: Input) -> Result<Profile> {
    if input.how == "panic" {
        panic!("as asked");
    }
    error(&input.how).map_or_else(|| user(call, Key { user_id: 1 }), Err)
}

fn mutation(name: &'static str) -> Function<Input, Profile> {
    Function::new(name, change).affects(USER).deadline(DEADLINE)
}

fn base(ear: &Ear) -> RegistryBuilder {
    Registry::builder()
        .function(Function::new("user", user).context(USER))
        .function(Function::new("team", team).context(TEAM))
        .on_invalidate(ear.listener())
        .settle_after(SETTLE)
}

fn registry(ear: &Ear) -> Registry {
    base(ear)
        .function(mutation("change"))
        .function(Function::new("change_sync", change_sync).affects(USER))
        .build()
        .unwrap()
}

fn input(how: &str) -> Input {
    Input {
        user_id: 1,
        how: how.to_owned(),
    }
}

/// The mutation over HTTP, without sockets.
async fn over_http(registry: &Registry, function: &str, how: &str) -> Answer {
    let service = MizanService::new(registry.clone());
    let args = json!({"user_id": 1, "how": how});
    send(&service, post(body(function, &args))).await
}

/// Lets everything happen that is going to.
async fn later() {
    tokio::time::sleep(SETTLE * 10).await;
}
