//! An output is written as JSON.
use mizan::{Call, Function, Result};
use schemars::JsonSchema;

#[derive(JsonSchema)]
struct Profile {
    name: String,
}

async fn profile(_call: Call) -> Result<Profile> {
    Ok(Profile { name: String::new() })
}

fn main() {
    let _ = Function::new("profile", profile);
}
