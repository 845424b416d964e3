//! The call is there even where the handler has no use for it.
use mizan::{Function, Result};

async fn answer() -> Result<i64> {
    Ok(42)
}

fn main() {
    let _ = Function::new("answer", answer);
}
