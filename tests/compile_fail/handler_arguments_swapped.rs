//! The call comes first.
use mizan::{Call, Function, Result};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Rename {
    name: String,
}

async fn rename(input: Rename, _call: Call) -> Result<String> {
    Ok(input.name)
}

fn main() {
    let _ = Function::new("rename", rename);
}
