//! An async handler that cannot fail says so with `Ok`.
use mizan::{Call, Function};

async fn answer(_call: Call) -> i64 {
    42
}

fn main() {
    let _ = Function::new("answer", answer);
}
