//! Clients are generated from the schema of an input.
use mizan::{Call, Function, Result};
use serde::Deserialize;

#[derive(Deserialize)]
struct Rename {
    name: String,
}

async fn rename(_call: Call, input: Rename) -> Result<String> {
    Ok(input.name)
}

fn main() {
    let _ = Function::new("rename", rename);
}
