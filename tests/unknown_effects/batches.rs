//! Many unknown effects, as while a database is down: they gather, and nothing of them is missed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mizan::{Certainty, Invalidated, Registry, params};
use tokio::time::{Instant, sleep};

use super::rig::Ear;
use super::{Input, SETTLE, base, input, later, mutation, registry};

const CALLS: i64 = 100;

type Told = Arc<Mutex<Vec<(Instant, Invalidated)>>>;

/// A registry, and when it told what for the second time.
fn timed() -> (Registry, Told) {
    let told = Told::default();
    let notes = Arc::clone(&told);
    let registry = base(&Ear::default())
        .function(mutation("change"))
        .on_invalidate(move |event| {
            if event.certainty == Certainty::UnknownSettled {
                notes.lock().unwrap().push((Instant::now(), event));
            }
            std::future::ready(())
        });
    (registry.build().unwrap(), told)
}

#[tokio::test(start_paused = true)]
async fn a_hundred_failures_are_told_again_in_two_batches() {
    for pause in [Duration::ZERO, SETTLE / 200] {
        let (registry, told) = timed();
        let mut began = Vec::new();
        for user_id in 0..CALLS {
            let how = "INTERNAL_ERROR".to_owned();
            began.push((user_id, Instant::now()));
            let call = registry.call("change", &Input { user_id, how });
            call.await.unwrap_err();
            sleep(pause).await;
        }
        later().await;
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 2, "{pause:?}");
        for (user_id, began) in began {
            let held = params! { "user_id": user_id };
            let again = told
                .iter()
                .any(|(at, event)| *at >= began + SETTLE && event.entries.hits("user", &held));
            assert!(again, "{user_id} of {pause:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_after_a_batch_was_told_is_told_again_too() {
    let (registry, told) = timed();
    for _ in 0..3 {
        registry.call("change", &input("panic")).await.unwrap_err();
        later().await;
    }
    assert_eq!(told.lock().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_settles_at_once() {
    let ear = Ear::default();
    let registry = registry(&ear);
    for how in ["panic", "add panic"] {
        registry.call("change", &input(how)).await.unwrap_err();
    }
    let sync = registry.call("change_sync", &input("panic"));
    sync.await.unwrap_err();
    assert_eq!(ear.heard().len(), 3);

    let before = Instant::now();
    registry.settle_now().await;
    assert_eq!(before, Instant::now());
    // The functions are told of in any order.
    let mut settled = ear.heard().split_off(3);
    settled.sort();
    assert_eq!(
        settled,
        ["settled user;user_id=1", "settled user;user_id=1, team"]
    );

    registry.settle_now().await;
    later().await;
    assert_eq!(ear.heard().len(), 5);

    registry.call("change", &input("panic")).await.unwrap_err();
    later().await;
    assert_eq!(
        ear.heard()[5..],
        ["unknown user;user_id=1", "settled user;user_id=1"]
    );
}

/// A runtime that goes away takes the task with it that waits to tell; the next failure on another
/// runtime brings a new one.
#[test]
fn a_runtime_that_ends_takes_nothing_with_it() {
    let (registry, told) = timed();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap()
    };
    let fail = |user_id| {
        let how = "INTERNAL_ERROR".to_owned();
        registry.call("change", &Input { user_id, how })
    };
    let first = runtime();
    first.block_on(async { fail(1).await.unwrap_err() });
    drop(first);
    runtime().block_on(async {
        fail(2).await.unwrap_err();
        later().await;
    });
    let told = told.lock().unwrap();
    for user_id in [1, 2] {
        let held = params! { "user_id": user_id };
        let again = told
            .iter()
            .any(|(_, event)| event.entries.hits("user", &held));
        assert!(again, "{user_id}: {told:?}");
    }
}
