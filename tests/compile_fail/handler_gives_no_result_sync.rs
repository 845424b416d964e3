//! So does one that is not async.
use mizan::{Call, Function};

fn answer(_call: Call) -> i64 {
    42
}

fn main() {
    let _ = Function::new("answer", answer);
}
