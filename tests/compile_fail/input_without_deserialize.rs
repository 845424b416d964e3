//! An input is read from JSON.
use mizan::{Call, Function, Result};
use schemars::JsonSchema;

#[derive(JsonSchema)]
struct Rename {
    name: String,
}

async fn rename(_call: Call, input: Rename) -> Result<String> {
    Ok(input.name)
}

fn main() {
    let _ = Function::new("rename", rename);
}
