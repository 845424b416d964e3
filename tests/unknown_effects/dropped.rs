//! Mutations whose caller goes away.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use mizan::{MizanLayer, MizanService};
use tokio::sync::Notify;
use tower::ServiceExt;

use super::rig::{Ear, Server, body, post, wire_call};
use super::{base, input, later, mutation, registry};

const BOTH: [&str; 2] = ["unknown user;user_id=1", "settled user;user_id=1"];

#[tokio::test(start_paused = true)]
async fn a_call_dropped_in_mid_flight() {
    let ear = Ear::default();
    let mut call = registry(&ear).call("change", &input("hang")).into_future();
    assert!((&mut call).now_or_never().is_none());
    drop(call);
    later().await;
    assert_eq!(ear.heard(), BOTH);
}

#[tokio::test(start_paused = true)]
async fn a_request_dropped_in_mid_flight_keeps_what_the_handler_added() {
    let ear = Ear::default();
    let args = serde_json::json!({"user_id": 1, "how": "add hang"});
    let request = post(body("change", &args));
    let mut answering = Box::pin(MizanService::new(registry(&ear)).oneshot(request));
    assert!((&mut answering).now_or_never().is_none());
    drop(answering);
    later().await;
    let both = BOTH.map(|told| format!("{told}, team"));
    assert_eq!(ear.heard(), both);
}

#[tokio::test(start_paused = true)]
async fn what_was_never_polled_was_never_begun() {
    let ear = Ear::default();
    let registry = registry(&ear);
    drop(registry.call("change", &input("hang")));
    drop(registry.call("change", &input("hang")).into_future());
    let args = serde_json::json!({"user_id": 1});
    let request = post(body("change", &args));
    drop(MizanService::new(registry).oneshot(request));
    later().await;
    assert_eq!(ear.heard(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_while_its_gate_is_asked_changed_nothing() {
    let ear = Ear::default();
    let gated = mutation("gated").gate(|_| std::future::pending());
    let registry = base(&ear).function(gated).build().unwrap();
    let mut call = registry.call("gated", &input("")).into_future();
    assert!((&mut call).now_or_never().is_none());
    drop(call);
    later().await;
    assert_eq!(ear.heard(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_ended_is_not_told_again_when_it_is_dropped() {
    let ear = Ear::default();
    let mut call = registry(&ear).call("change", &input("")).into_future();
    (&mut call).await.unwrap();
    drop(call);
    later().await;
    assert_eq!(ear.heard(), ["changed user;user_id=1"]);
}

/// A listener that waits to be let go before it notes what it heard.
fn held(ear: &Ear) -> (Arc<Notify>, mizan::RegistryBuilder) {
    let gate = Arc::new(Notify::new());
    let (wait, noted) = (Arc::clone(&gate), ear.clone());
    let builder = base(&Ear::default())
        .listener_timeout(None)
        .on_invalidate(move |event| {
            let (wait, noted) = (Arc::clone(&wait), noted.clone());
            async move {
                wait.notified().await;
                noted.push(&event);
            }
        });
    (gate, builder)
}

#[tokio::test(start_paused = true)]
async fn listeners_finish_although_the_caller_is_gone() {
    for (how, told) in [
        ("", "changed user;user_id=1"),
        ("panic", "unknown user;user_id=1"),
    ] {
        let ear = Ear::default();
        let (gate, builder) = held(&ear);
        let registry = builder.function(mutation("change")).build().unwrap();
        let call = registry.call("change", &input(how)).into_future();
        let waited = tokio::time::timeout(Duration::from_secs(1), call).await;
        assert!(waited.is_err(), "the answer waits for the listener");
        assert_eq!(ear.heard(), [""; 0]);
        gate.notify_one();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(ear.heard(), [told]);
    }
}

#[tokio::test]
async fn a_client_that_disconnects() {
    let ear = Ear::default();
    let began = Arc::new(Notify::new());
    let begin = Arc::clone(&began);
    let registry = base(&ear)
        .settle_after(Duration::from_millis(30))
        .function(
            mizan::Function::new("change", move |_: mizan::Call, _: super::Input| {
                let begin = Arc::clone(&begin);
                async move {
                    begin.notify_one();
                    std::future::pending::<mizan::Result<()>>().await
                }
            })
            .affects(super::USER),
        )
        .build()
        .unwrap();
    let server = Server::start(MizanLayer::new(registry)).await;
    let mut wire = server.connect().await;
    wire.write(wire_call(r#"{"fn":"change","args":{"user_id":1}}"#))
        .await;
    began.notified().await;
    drop(wire);
    ear.wait(2).await;
    assert_eq!(ear.heard(), BOTH);
    // Whatever would come a second time has had time enough.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(ear.heard().len(), 2);
}
