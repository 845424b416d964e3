//! The error is `mizan::Error`, which other errors become by `?`.
use mizan::{Call, Function};

async fn answer(_call: Call) -> Result<i64, String> {
    Err("no answer".to_owned())
}

fn main() {
    let _ = Function::new("answer", answer);
}
