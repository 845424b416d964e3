//! Layers around the whole stack, which answer in place of a mutation that was begun.

use std::future::{pending, ready};
use std::time::Duration;

use mizan::{Call, Error, MizanLayer, MizanLayerBuilder, Reply, Result, Route};
use tower::layer::layer_fn;
use tower::timeout::TimeoutLayer;
use tower::{ServiceExt, service_fn};

use super::rig::{Answer, Ear, body, post, send};
use super::{base, later, mutation, registry};

async fn answer(layer: MizanLayerBuilder, how: &str) -> Answer {
    let service = layer.build().unwrap().into_service();
    let args = serde_json::json!({"user_id": 1, "how": how});
    send(&service, post(body("change", &args))).await
}

#[tokio::test(start_paused = true)]
async fn a_timeout_while_a_listener_is_told() {
    for (how, told) in [
        ("", "changed user;user_id=1"),
        ("panic", "unknown user;user_id=1"),
    ] {
        let ear = Ear::default();
        let registry = base(&ear)
            .listener_timeout(None)
            .on_invalidate(|_| pending())
            .function(mutation("change"))
            .build()
            .unwrap();
        let layer = MizanLayer::builder(registry);
        let layer = layer.layer(TimeoutLayer::new(Duration::from_secs(1)));
        let answer = answer(layer, how).await;
        assert_eq!((answer.status, &*answer.code()), (504, "TIMEOUT"), "{how}");
        let entries = answer.header("x-mizan-invalidate");
        assert_eq!(entries, Some("user;user_id=1"), "{how}");
        assert_eq!(ear.heard(), [told], "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_a_layer_replaces_by_a_5xx_of_its_own() {
    for (how, entries, told) in [
        ("", Some("user;user_id=1"), vec!["changed user;user_id=1"]),
        (
            "add panic",
            Some("user;user_id=1, team"),
            vec![
                "unknown user;user_id=1, team",
                "settled user;user_id=1, team",
            ],
        ),
        (
            "hang",
            Some("user;user_id=1"),
            vec!["unknown user;user_id=1", "settled user;user_id=1"],
        ),
        ("NOT_FOUND", None, vec![]),
    ] {
        let ear = Ear::default();
        let replace = layer_fn(|route: Route| {
            route.then(|_: Result<Reply>| ready(Err::<Reply, _>(Error::internal("its own"))))
        });
        let layer = MizanLayer::builder(registry(&ear)).layer(replace);
        let answer = answer(layer, how).await;
        assert_eq!(answer.code(), "INTERNAL_ERROR", "{how}");
        assert_eq!(answer.header("x-mizan-invalidate"), entries, "{how}");
        later().await;
        assert_eq!(ear.heard(), told, "{how}");
    }
}

/// Calls twice, whatever the first attempt says, and answers with the second.
async fn twice(route: Route, call: Call) -> Result<Reply> {
    let first = route.clone().oneshot(call.clone()).await;
    assert!(first.is_err());
    route.oneshot(call).await
}

#[tokio::test(start_paused = true)]
async fn an_answer_names_what_its_attempts_added_whichever_it_was() {
    for adding in [0, 1] {
        let ear = Ear::default();
        let attempts = std::sync::atomic::AtomicUsize::new(0);
        let handler = move |call: Call, _: super::Input| {
            let attempt = attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if attempt == adding {
                call.invalidate(super::TEAM.everywhere());
            }
            if attempt == 0 {
                return Err(Error::internal("the first attempt"));
            }
            Ok(1)
        };
        let function = mizan::Function::new("change", handler).affects(super::USER);
        let registry = base(&ear).function(function).build().unwrap();
        let again = layer_fn(|route: Route| service_fn(move |call| twice(route.clone(), call)));
        let answer = answer(MizanLayer::builder(registry).layer(again), "").await;
        assert_eq!(answer.status, 200);
        let entries = answer.header("x-mizan-invalidate");
        assert_eq!(entries, Some("user;user_id=1, team"), "{adding}");
        later().await;
        let heard = ear.heard();
        assert!(heard[0].starts_with("unknown user;user_id=1"), "{heard:?}");
        assert_eq!(heard[1], "changed user;user_id=1, team");
        // What the first began may commit after the second.
        assert_eq!(heard.last().unwrap(), "settled user;user_id=1, team");
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_attempt_within_a_function_began_is_told_of_again_after_a_success() {
    let ear = Ear::default();
    let attempts = std::sync::atomic::AtomicUsize::new(0);
    let handler = move |call: Call, _: super::Input| {
        let attempt = attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        super::change(call, super::input(if attempt == 0 { "hang" } else { "" }))
    };
    let function = mizan::Function::new("change", handler)
        .affects(super::USER)
        .layer(TimeoutLayer::new(Duration::from_secs(1)))
        .layer(layer_fn(|route: Route| {
            service_fn(move |call| twice(route.clone(), call))
        }));
    let registry = base(&ear).function(function).build().unwrap();
    let answer = answer(MizanLayer::builder(registry), "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(ear.heard(), ["changed user;user_id=1"]);
    later().await;
    assert_eq!(
        ear.heard(),
        ["changed user;user_id=1", "settled user;user_id=1"]
    );
}
