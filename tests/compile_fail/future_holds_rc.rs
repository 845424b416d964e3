//! A call moves between threads.
use std::rc::Rc;

use mizan::{Call, Function, Result};

async fn count(_call: Call) -> Result<usize> {
    let shared = Rc::new(1);
    std::future::ready(()).await;
    Ok(Rc::strong_count(&shared))
}

fn main() {
    let _ = Function::new("count", count);
}
