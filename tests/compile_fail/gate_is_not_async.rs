//! A gate gives a future.
use mizan::{Call, Function, Result};

async fn report(_call: Call) -> Result<i64> {
    Ok(3)
}

fn office(call: Call) -> Result<bool> {
    Ok(call.headers().contains_key("x-office"))
}

fn main() {
    let _ = Function::new("report", report).gate(office);
}
