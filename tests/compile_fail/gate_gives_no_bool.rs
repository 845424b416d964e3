//! A gate says yes or no.
use mizan::{Call, Function, Result};

async fn report(_call: Call) -> Result<i64> {
    Ok(3)
}

async fn office(call: Call) -> Result<()> {
    call.user().map(drop)
}

fn main() {
    let _ = Function::new("report", report).gate(office);
}
