//! A gate that cannot fail says so with `Ok`.
use mizan::{Call, Function, Result};

async fn report(_call: Call) -> Result<i64> {
    Ok(3)
}

async fn office(call: Call) -> bool {
    call.headers().contains_key("x-office")
}

fn main() {
    let _ = Function::new("report", report).gate(office);
}
