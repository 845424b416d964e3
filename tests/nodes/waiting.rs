//! Waiting for what has to come, by itself and some time.

use std::future::Future;
use std::time::{Duration, Instant};

/// No time that anything may take: a bound against hanging.
const HANGING: Duration = Duration::from_secs(60);

pub(crate) async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        pause(what, began).await;
    }
}

pub(crate) async fn eventually_with(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        pause(what, began).await;
    }
}

async fn pause(what: &str, began: Instant) {
    assert!(began.elapsed() < HANGING, "still waiting: {what}");
    tokio::time::sleep(Duration::from_millis(10)).await;
}

pub(crate) async fn promptly<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(HANGING, future).await {
        Ok(output) => output,
        Err(_) => panic!("hangs: {what}"),
    }
}
