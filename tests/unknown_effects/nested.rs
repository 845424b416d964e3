//! Mutations that are tried again, and mutations within mutations.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mizan::{Call, Error, Function, Result, Route};
use tower::layer::layer_fn;
use tower::timeout::TimeoutLayer;
use tower::{ServiceExt, service_fn};

use super::rig::Ear;
use super::{Input, TEAM, USER, base, input, later, mutation, over_http};

/// Tries once more what ended in a 5xx.
async fn with_retry(route: Route, call: Call) -> Result<mizan::Reply> {
    match route.clone().oneshot(call.clone()).await {
        Err(error) if error.status().is_server_error() => route.oneshot(call).await,
        other => other,
    }
}

#[tokio::test(start_paused = true)]
async fn a_4xx_promises_nothing_for_the_attempts_before_it() {
    for (first, told) in [
        (
            "hang",
            vec!["unknown user;user_id=1", "settled user;user_id=1"],
        ),
        (
            "INTERNAL_ERROR",
            vec!["unknown user;user_id=1", "settled user;user_id=1"],
        ),
        ("BAD_REQUEST", vec![]),
    ] {
        let ear = Ear::default();
        let attempts = AtomicUsize::new(0);
        let handler = move |call: Call, _: Input| {
            let begun = attempts.fetch_add(1, Ordering::Relaxed);
            super::change(call, input(if begun == 0 { first } else { "NOT_FOUND" }))
        };
        let function = Function::new("change", handler)
            .affects(USER)
            .layer(TimeoutLayer::new(Duration::from_secs(1)))
            .layer(layer_fn(|route: Route| {
                service_fn(move |call: Call| with_retry(route.clone(), call))
            }));
        let registry = base(&ear).function(function).build().unwrap();
        let answer = over_http(&registry, "change", "").await;
        assert!((400..500).contains(&answer.status), "{first}");
        assert_eq!(answer.header("x-mizan-invalidate"), None, "{first}");
        later().await;
        assert_eq!(ear.heard(), told, "{first}");
    }
}

#[tokio::test(start_paused = true)]
async fn scopes_of_one_attempt_say_nothing_of_another() {
    let ear = Ear::default();
    let attempts = AtomicUsize::new(0);
    let function = mutation("change")
        .affects_params(move |_, _, _| {
            let id = attempts.fetch_add(1, Ordering::Relaxed);
            Ok(mizan::params! { "user_id": id as u64 })
        })
        .layer(layer_fn(|route: Route| {
            service_fn(move |call: Call| {
                let route = route.clone();
                async move {
                    route.clone().oneshot(call.clone()).await?;
                    route.oneshot(call).await
                }
            })
        }));
    let registry = base(&ear).function(function).build().unwrap();
    let answer = over_http(&registry, "change", "").await;
    assert_eq!(answer.header("x-mizan-invalidate"), Some("user"));
    assert_eq!(ear.heard(), ["changed user"]);
}

/// Calls another mutation, for another user, and passes on how that ends.
async fn outer(call: Call, input: Input) -> Result<()> {
    let within = Input {
        user_id: input.user_id + 1,
        ..input
    };
    call.registry().call("change", &within).await?;
    Err(Error::not_found("the call within succeeded"))
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_passed_on_names_what_both_calls_may_have_changed() {
    for (effects, how, entries) in [
        (
            vec![USER],
            "INTERNAL_ERROR",
            "user;user_id=2, user;user_id=1",
        ),
        (
            vec![USER, TEAM],
            "add panic",
            "user;user_id=2, team, user;user_id=1",
        ),
        (vec![TEAM], "add hang", "user;user_id=2, team"),
        (vec![], "panic", "user;user_id=2"),
    ] {
        let ear = Ear::default();
        let mut function = Function::new("outer", outer).no_deadline();
        for context in effects {
            function = function.affects(context);
        }
        let builder = base(&ear).function(mutation("change")).function(function);
        let answer = over_http(&builder.build().unwrap(), "outer", how).await;
        assert!(answer.status >= 500, "{how}");
        assert_eq!(answer.header("x-mizan-invalidate"), Some(entries), "{how}");
    }
}
