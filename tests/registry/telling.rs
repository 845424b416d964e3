//! How much one call can name, until when, and what is told outside of calls.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mizan::{Call, Entries, Error, Function, Registry, Result, params};
use tokio::sync::Notify;

use super::ear::Log;
use super::rig::Ear;
use super::scopes::{FEED, USER, auto, base, said};

fn warnings(log: &Log) -> Vec<String> {
    let mut lines = log.lines();
    lines.retain(|line| line.starts_with("WARN"));
    lines
}

#[tokio::test]
async fn scopes_beyond_64_are_broad() {
    for (count, broad) in [(64, false), (65, true), (1_000, true)] {
        let log = Log::listen();
        let function = auto().affects([FEED, USER]).affects_params(move |_, _, _| {
            Ok((0..count)
                .map(|id| params! { "user_id": id })
                .collect::<Vec<_>>())
        });
        let (invalidate, header) = said(function, serde_json::json!({"user_id": 1})).await;
        let entries = if broad { 2 } else { 65 };
        assert_eq!(invalidate.as_array().unwrap().len(), entries, "{count}");
        assert_eq!(header == "feed, user", broad, "{count}: {header}");
        let warned = warnings(&log);
        assert_eq!(warned.len(), usize::from(broad), "{count}: {warned:?}");
        assert!(warned.iter().all(|line| line.contains("too many scopes")));
    }
}

#[tokio::test]
async fn entries_that_a_handler_adds_without_end() {
    const ADDED: i64 = 1_000;
    let told = Arc::new(Mutex::new(Vec::<Arc<Entries>>::new()));
    let notes = Arc::clone(&told);
    let adding = Function::new("adds", |call: Call| {
        for id in 0..ADDED {
            call.invalidate(USER.at(params! { "user_id": id }));
        }
        call.invalidate(FEED.everywhere());
        Ok(())
    });
    let registry = base().function(adding).on_invalidate(move |event| {
        notes.lock().unwrap().push(event.entries);
        std::future::ready(())
    });
    let registry = registry.build().unwrap();
    let reply = registry.call("adds", &()).await.unwrap();
    let told = told.lock().unwrap();
    for entries in [&*told[0], reply.invalidate()] {
        assert!(entries.len() <= 66, "{}", entries.len());
        for id in 0..ADDED {
            assert!(entries.hits("user", &params! { "user_id": id }), "{id}");
        }
        assert!(entries.hits("feed", &params! {}));
    }
}

/// Leaves something running, which names an entry once it may.
fn leaving(go: &Arc<Notify>, gone: &Arc<Notify>, fails: bool) -> Function<(), ()> {
    let (go, gone) = (Arc::clone(go), Arc::clone(gone));
    let handler = move |call: Call| {
        let (go, gone) = (Arc::clone(&go), Arc::clone(&gone));
        async move {
            tokio::spawn(async move {
                go.notified().await;
                call.invalidate(USER.at(params! { "user_id": 7 }));
                gone.notify_one();
            });
            if fails {
                return Err(Error::not_found("nothing"));
            }
            Ok(())
        }
    };
    Function::new("leaves", handler)
}

#[tokio::test]
async fn a_call_that_is_over_names_nothing_and_the_log_says_so() {
    for (affects, fails) in [(true, false), (false, false), (true, true)] {
        let (go, gone, ear) = (Arc::default(), Arc::default(), Ear::default());
        let mut function = leaving(&go, &gone, fails);
        if affects {
            function = function.affects(FEED);
        }
        let builder = base().function(function).on_invalidate(ear.listener());
        let registry = builder.build().unwrap();
        let log = Log::listen();
        let result = registry.call("leaves", &()).await;
        assert_eq!(result.is_err(), fails);
        let before = ear.heard();
        assert_eq!(warnings(&log), [""; 0]);

        go.notify_one();
        gone.notified().await;
        let warned = warnings(&log);
        assert_eq!(warned.len(), 1, "{warned:?}");
        for part in ["leaves", "user;user_id=7", "the call is over"] {
            assert!(warned[0].contains(part), "{warned:?}");
        }
        tokio::task::yield_now().await;
        assert_eq!(ear.heard(), before);
        if let Ok(reply) = result {
            let entries = if affects { "feed" } else { "" };
            assert_eq!(reply.invalidate().to_string(), entries);
        }
    }
}

fn listening(ear: &Ear) -> Result<Registry, mizan::RegistryError> {
    base().on_invalidate(ear.listener()).build()
}

#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_wait_tells_everybody_all_the_same() {
    let ear = Ear::default();
    let registry = listening(&ear).unwrap();
    drop(registry.invalidate(USER.at(params! { "user_id": 7 })));
    let waiting = registry.invalidate(FEED.everywhere());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(ear.heard(), ["changed user;user_id=7"]);
    waiting.await;
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(ear.heard(), ["changed user;user_id=7", "changed feed"]);
}

#[test]
fn where_no_runtime_is_left_the_log_says_that_nobody_is_told() {
    let ear = Ear::default();
    let registry = listening(&ear).unwrap();
    let log = Log::listen();
    drop(registry.invalidate(FEED.everywhere()));
    assert!(log.text().contains("ERROR"), "{}", log.text());
    assert_eq!(ear.heard(), [""; 0]);
}
