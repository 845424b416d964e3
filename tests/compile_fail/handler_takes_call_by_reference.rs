//! The call is a handle, taken by value.
use mizan::{Call, Function, Result};

async fn whoami(call: &Call) -> Result<String> {
    Ok(call.user()?.id().to_owned())
}

fn main() {
    let _ = Function::new("whoami", whoami);
}
