//! Calls and contexts, and how they fail.

use std::time::Duration;

use serde_json::{Value, json};

use super::rig::{Rig, Setup};
use crate::registry::RegistryBuilder;

fn rpc(function: &str) -> Value {
    json!({"action": "rpc", "id": "1", "fn": function})
}

#[tokio::test]
async fn a_call_and_a_context_are_answered() {
    let mut rig = Rig::new().await;
    let answer = rig
        .ask(json!({"action": "rpc", "id": "1", "fn": "echo", "args": {"text": "hi"}}))
        .await;
    assert_eq!(
        answer,
        json!({"id": "1", "ok": true, "data": {"result": "hi"}})
    );
    let answer = rig
        .ask(json!({"action": "ctx", "id": 7, "context": "user", "params": {"user_id": 5}}))
        .await;
    assert_eq!(
        answer,
        json!({"id": 7, "ok": true, "data": {"profile": "user_5"}})
    );
    rig.over().await;
}

#[tokio::test]
async fn an_id_is_echoed_as_it_was_sent() {
    let mut rig = Rig::new().await;
    for id in [r#"{"a" : [1.0, "\u0041"]}"#, "1.50", "false", r#""ä""#] {
        rig.text(&format!(r#"{{"id": {id} ,"action":"rpc","fn":"path"}}"#))
            .await;
        let text = rig.message().await.map(|text| text.to_string());
        let expected = format!(r#"{{"id":{id},"ok":true,"data":{{"result":"/api/mizan/ws/"}}}}"#);
        assert_eq!(text, Some(expected));
    }
    rig.over().await;
}

#[tokio::test]
async fn what_a_call_changed_stands_in_its_answer() {
    let mut rig = Rig::new().await;
    let answer = rig
        .ask(json!({"action": "rpc", "id": 1, "fn": "rename", "args": {"user_id": 4}}))
        .await;
    let entry = json!({"context": "user", "params": {"user_id": 4}});
    assert_eq!(
        answer["data"],
        json!({"result": true, "invalidate": [entry]})
    );
    rig.over().await;
}

#[tokio::test]
async fn parameters_are_typed_strictly() {
    let mut rig = Rig::new().await;
    let answer = rig
        .ask(json!({"action": "ctx", "id": 1, "context": "user", "params": {"user_id": "5"}}))
        .await;
    assert_eq!(answer["error"]["code"], "VALIDATION_ERROR");
    assert!(answer["error"]["details"]["fields"]["user_id"].is_array());
    assert_eq!(answer["error"].get("error"), None);
    let missing = rig
        .ask(json!({"action": "ctx", "id": 1, "context": "user"}))
        .await;
    assert_eq!(missing["error"]["code"], "VALIDATION_ERROR");
    rig.over().await;
}

#[tokio::test]
async fn refusals_have_the_codes_of_http() {
    let mut rig = Rig::new().await;
    for (frame, code) in [
        (rpc("nope"), "NOT_FOUND"),
        (rpc("http_only"), "FORBIDDEN"),
        (rpc("hidden"), "FORBIDDEN"),
        (rpc(""), "BAD_REQUEST"),
        (rpc("echo"), "VALIDATION_ERROR"),
        (rpc("boom"), "INTERNAL_ERROR"),
        (rpc("late_boom"), "INTERNAL_ERROR"),
        (
            json!({"action": "rpc", "id": "1", "fn": "echo", "args": []}),
            "BAD_REQUEST",
        ),
        (
            json!({"action": "ctx", "id": "1", "context": "nope"}),
            "NOT_FOUND",
        ),
    ] {
        let answer = rig.ask(frame.clone()).await;
        assert_eq!(answer["id"], "1", "{frame}");
        assert_eq!(answer["ok"], false, "{frame}");
        assert_eq!(answer["error"]["code"], code, "{frame}");
    }
    rig.over().await;
}

#[tokio::test]
async fn what_is_no_frame_is_told_so_and_the_connection_lives_on() {
    use futures_util::SinkExt;
    use tokio_tungstenite::tungstenite::Message;

    let mut rig = Rig::new().await;
    for text in ["", "{", "[]", "5", "null", "{} {}", "\"x\"", "{\"a\":}"] {
        rig.text(text).await;
        assert_eq!(rig.receive().await, json!({"error": "Invalid JSON"}));
    }
    let binary = Message::binary(br#"{"action":"rpc"}"#.to_vec());
    rig.client.send(binary).await.unwrap();
    assert_eq!(rig.receive().await, json!({"error": "Invalid JSON"}));
    let answer = rig.ask(json!({"action": "SUBSCRIBE"})).await;
    assert_eq!(answer, json!({"error": "Unknown action: SUBSCRIBE"}));
    let answer = rig.ask(json!({"action": "rpc", "fn": "echo"})).await;
    let error = "RPC request missing 'id' field";
    assert_eq!(answer, json!({"error": error}));
    rig.over().await;
}

#[tokio::test]
async fn a_long_answer_arrives_whole() {
    let mut rig = Rig::new().await;
    for size in [0, 8_100, 8_192, 8_193, 16_384, 1_000_000] {
        let ask = json!({"action": "rpc", "id": 1, "fn": "big", "args": {"size": size}});
        let answer = rig.ask(ask).await;
        let result = answer["data"]["result"].as_str().map(str::len);
        assert_eq!(result, Some(size));
    }
    rig.over().await;
}

/// A handler that is never short of work shares the task with everything else of its connection.
#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_holds_up_nobody() {
    let short = |registry: RegistryBuilder| registry.default_deadline(Some(Duration::from_secs(3)));
    let setup = Setup {
        registry: short,
        ..Setup::default()
    };
    let mut rig = setup.open().await;
    rig.send(json!({"action": "rpc", "id": "hangs", "fn": "wait"}))
        .await;
    let answer = rig.ask(rpc("path")).await;
    assert_eq!(answer["id"], "1");
    let answer = rig.receive().await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&json!("hangs"), &json!("TIMEOUT"))
    );
    rig.over().await;
}

#[tokio::test]
async fn a_handler_that_spins_holds_up_nobody() {
    let short =
        |registry: RegistryBuilder| registry.default_deadline(Some(Duration::from_millis(50)));
    let setup = Setup {
        registry: short,
        ..Setup::default()
    };
    let mut rig = setup.open().await;
    rig.send(json!({"action": "rpc", "id": "spins", "fn": "spin"}))
        .await;
    let answer = rig.ask(rpc("path")).await;
    assert_eq!(answer["id"], "1");
    let answer = rig.receive().await;
    assert_eq!(answer["error"]["code"], "TIMEOUT");
    rig.over().await;
}
