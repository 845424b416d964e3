//! How a mutation ends that answers.

use std::time::Duration;

use mizan::{Code, Function, MizanLayer};
use tower::limit::ConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;

use super::rig::{Ear, Server, body, post, send, wire_call};
use super::{TEAM, USER, base, change, input, later, mutation, over_http, registry};

#[tokio::test(start_paused = true)]
async fn a_5xx_is_told_once_now_and_once_later() {
    for function in ["change", "change_sync"] {
        for (how, code) in [
            ("INTERNAL_ERROR", Code::Internal),
            ("NOT_IMPLEMENTED", Code::NotImplemented),
            ("OVERLOADED", Code::Overloaded),
            ("TIMEOUT", Code::Timeout),
            ("panic", Code::Internal),
            ("hang", Code::Timeout),
        ] {
            if how == "hang" && function == "change_sync" {
                continue;
            }
            let ear = Ear::default();
            let registry = registry(&ear);
            let error = registry.call(function, &input(how)).await.unwrap_err();
            assert_eq!(error.code(), code, "{how}");
            assert_eq!(ear.heard(), ["unknown user;user_id=1"], "{function} {how}");
            later().await;
            let heard = ["unknown user;user_id=1", "settled user;user_id=1"];
            assert_eq!(ear.heard(), heard, "{function} {how}");

            let ear = Ear::default();
            let registry = super::registry(&ear);
            let answer = over_http(&registry, function, how).await;
            assert_eq!(
                (answer.status, &*answer.code()),
                (code.status().as_u16(), code.as_str())
            );
            assert_eq!(answer.header("x-mizan-invalidate"), Some("user;user_id=1"));
            assert_eq!(answer.json().get("invalidate"), None);
            assert_eq!(answer.json().get("merge"), None);
            later().await;
            assert_eq!(ear.heard(), heard, "{function} {how}");
        }
    }
}

#[tokio::test]
async fn over_a_socket_it_is_the_same() {
    let ear = Ear::default();
    let registry = base(&ear)
        .settle_after(Duration::from_millis(1))
        .function(mutation("change").deadline(Duration::from_millis(10)))
        .build()
        .unwrap();
    let server = Server::start(MizanLayer::new(registry)).await;
    let mut wire = server.connect().await;
    for (count, how) in (1..).zip(["panic", "hang", "INTERNAL_ERROR", "OVERLOADED", "TIMEOUT"]) {
        let args = serde_json::json!({"user_id": count, "how": how});
        wire.write(wire_call(body("change", &args))).await;
        let answer = wire.answer().await.unwrap();
        let entries = format!("user;user_id={count}");
        assert!(answer.status >= 500, "{how}");
        assert_eq!(
            answer.header("x-mizan-invalidate"),
            Some(&*entries),
            "{how}"
        );
        assert_eq!(answer.json().get("invalidate"), None);
        ear.wait(2 * count).await;
        let told = [format!("unknown {entries}"), format!("settled {entries}")];
        assert_eq!(ear.heard()[2 * count - 2..], told, "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_4xx_promises_that_nothing_changed() {
    for how in [
        "BAD_REQUEST",
        "UNAUTHORIZED",
        "FORBIDDEN",
        "NOT_FOUND",
        "VALIDATION_ERROR",
        "add NOT_FOUND",
    ] {
        let ear = Ear::default();
        let answer = over_http(&registry(&ear), "change", how).await;
        assert!((400..500).contains(&answer.status), "{how}");
        assert_eq!(answer.header("x-mizan-invalidate"), None, "{how}");
        assert_eq!(answer.json().get("invalidate"), None);
        later().await;
        assert_eq!(ear.heard(), [""; 0], "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_is_told_once_and_does_not_settle() {
    let ear = Ear::default();
    let answer = over_http(&registry(&ear), "change", "").await;
    assert_eq!(answer.header("x-mizan-invalidate"), Some("user;user_id=1"));
    later().await;
    assert_eq!(ear.heard(), ["changed user;user_id=1"]);
}

#[tokio::test(start_paused = true)]
async fn the_delay_is_the_deadline_unless_set() {
    let ear = Ear::default();
    let registry = mizan::Registry::builder()
        .function(Function::new("user", super::user).context(USER))
        .function(mutation("change"))
        .on_invalidate(ear.listener())
        .build()
        .unwrap();
    registry.call("change", &input("panic")).await.unwrap_err();
    tokio::time::sleep(super::DEADLINE - Duration::from_millis(10)).await;
    assert_eq!(ear.heard().len(), 1);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(ear.heard().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_was_never_begun_changed_nothing() {
    let ear = Ear::default();
    let registry = base(&ear)
        .function(mutation("change"))
        .function(
            mutation("gated").gate(|_| async { Err(super::error("INTERNAL_ERROR").unwrap()) }),
        )
        .function(mutation("slow_gate").gate(|_| std::future::pending()))
        .function(
            mutation("shed")
                .layer(ConcurrencyLimitLayer::new(0))
                .layer(LoadShedLayer::new()),
        )
        .function(
            mutation("queued")
                .layer(ConcurrencyLimitLayer::new(0))
                .layer(TimeoutLayer::new(Duration::from_secs(1))),
        )
        .build()
        .unwrap();
    let service = mizan::MizanService::new(registry);
    for (function, args, code) in [
        (
            "change",
            serde_json::json!({"user_id": "1"}),
            "VALIDATION_ERROR",
        ),
        ("change", serde_json::json!({}), "VALIDATION_ERROR"),
        ("gated", serde_json::json!({"user_id": 1}), "INTERNAL_ERROR"),
        ("slow_gate", serde_json::json!({"user_id": 1}), "TIMEOUT"),
        ("shed", serde_json::json!({"user_id": 1}), "OVERLOADED"),
        ("queued", serde_json::json!({"user_id": 1}), "TIMEOUT"),
    ] {
        let answer = send(&service, post(body(function, &args))).await;
        assert_eq!(answer.code(), code, "{function}");
        assert_eq!(answer.header("x-mizan-invalidate"), None, "{function}");
        assert_eq!(
            answer.header("retry-after"),
            (code == "OVERLOADED").then_some("1")
        );
        later().await;
        assert_eq!(ear.heard(), [""; 0], "{function}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_times_out_leaves_the_same_doubt() {
    let ear = Ear::default();
    let layered = mutation("change").layer(TimeoutLayer::new(Duration::from_secs(1)));
    let registry = base(&ear).function(layered).build().unwrap();
    let answer = over_http(&registry, "change", "add hang").await;
    assert_eq!(answer.code(), "TIMEOUT");
    assert_eq!(
        answer.header("x-mizan-invalidate"),
        Some("user;user_id=1, team")
    );
    later().await;
    let heard = [
        "unknown user;user_id=1, team",
        "settled user;user_id=1, team",
    ];
    assert_eq!(ear.heard(), heard);
}

#[tokio::test(start_paused = true)]
async fn a_layer_around_the_whole_stack_that_times_out_leaves_the_same_doubt() {
    let ear = Ear::default();
    let layer = mizan::MizanLayer::builder(registry(&ear))
        .layer(TimeoutLayer::new(Duration::from_secs(1)))
        .build()
        .unwrap();
    let args = serde_json::json!({"user_id": 1, "how": "hang"});
    let answer = send(&layer.into_service(), post(body("change", &args))).await;
    assert_eq!(answer.code(), "TIMEOUT");
    later().await;
    assert_eq!(
        ear.heard(),
        ["unknown user;user_id=1", "settled user;user_id=1"]
    );
    assert_eq!(answer.header("x-mizan-invalidate"), Some("user;user_id=1"));
}

#[tokio::test(start_paused = true)]
async fn merges_count_as_entries_where_the_end_is_not_known() {
    let ear = Ear::default();
    let merging = Function::new("merge", change)
        .merge(USER)
        .deadline(super::DEADLINE);
    let registry = base(&ear).function(merging).build().unwrap();

    let answer = over_http(&registry, "merge", "").await;
    assert_eq!(
        answer.json(),
        serde_json::json!({"result": {"name": "Ada"}, "merge": [
            {"context": "user", "slot": "user", "value": {"name": "Ada"}, "params": {"user_id": 1}}
        ]})
    );
    assert_eq!(answer.header("x-mizan-invalidate"), Some("user;user_id=1"));
    assert_eq!(ear.heard(), ["changed user;user_id=1"]);

    let answer = over_http(&registry, "merge", "panic").await;
    assert_eq!(answer.json().get("merge"), None);
    assert_eq!(answer.header("x-mizan-invalidate"), Some("user;user_id=1"));
    later().await;
    assert_eq!(
        ear.heard()[1..],
        ["unknown user;user_id=1", "settled user;user_id=1"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_function_that_declares_nothing_but_adds_an_entry() {
    let ear = Ear::default();
    let plain = Function::new("plain", change);
    let registry = base(&ear).function(plain).build().unwrap();
    let answer = over_http(&registry, "plain", "INTERNAL_ERROR").await;
    assert_eq!(answer.header("x-mizan-invalidate"), None);
    let answer = over_http(&registry, "plain", "add INTERNAL_ERROR").await;
    assert_eq!(answer.header("x-mizan-invalidate"), Some(TEAM.name()));
    later().await;
    assert_eq!(ear.heard(), ["unknown team", "settled team"]);
}
