//! Clients are generated from the schema of an output.
use mizan::{Call, Function, Result};
use serde::Serialize;

#[derive(Serialize)]
struct Profile {
    name: String,
}

async fn profile(_call: Call) -> Result<Profile> {
    Ok(Profile { name: String::new() })
}

fn main() {
    let _ = Function::new("profile", profile);
}
