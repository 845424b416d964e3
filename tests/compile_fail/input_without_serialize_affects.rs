//! Scopes are the values of the input as they serialise.
use mizan::{Call, Context, Function, Result};
use schemars::JsonSchema;
use serde::Deserialize;

const USER: Context = Context::new("user").key("user_id");

#[derive(Deserialize, JsonSchema)]
struct User {
    user_id: i64,
}

async fn user(_call: Call, input: User) -> Result<i64> {
    Ok(input.user_id)
}

fn main() {
    let _ = Function::new("user", user).affects(USER);
}
