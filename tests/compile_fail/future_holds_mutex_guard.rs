//! A lock of the standard library is let go before anything is awaited.
use std::sync::Mutex;

use mizan::{Call, Function, Result};

async fn count(call: Call) -> Result<i64> {
    let count = call.state::<Mutex<i64>>()?.lock().unwrap();
    std::future::ready(()).await;
    Ok(*count)
}

fn main() {
    let _ = Function::new("count", count);
}
