//! One input, with several fields, and not several inputs.
use mizan::{Call, Function, Result};

async fn add(_call: Call, a: i64, b: i64) -> Result<i64> {
    Ok(a + b)
}

fn main() {
    let _ = Function::new("add", add);
}
