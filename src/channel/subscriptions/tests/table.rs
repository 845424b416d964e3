//! Frames and their answers, one after another on one connection.

use serde_json::{Value, json};

use crate::channel::testing::{Client, registry};

enum Do {
    Subscribe,
    Unsubscribe,
    Message(&'static str),
}
use Do::{Message, Subscribe, Unsubscribe};

#[tokio::test]
async fn every_frame_of_the_protocol() {
    let subscribed = |channel: &str, params: Value| {
        vec![json!({"subscribed": true, "channel": channel, "params": params})]
    };
    let unsubscribed = |channel: &str, params: Value| {
        vec![json!({"unsubscribed": true, "channel": channel, "params": params})]
    };
    let error = |text: &str, channel: &str, params: Value| {
        vec![json!({"error": text, "channel": channel, "params": params})]
    };
    let said = |params: Value, text: &str| json!({"channel": "chat", "params": params, "type": "ServerMessage", "data": {"text": text}});
    let a = || json!({"room": "a"});
    let registry = registry();
    let mut client = Client::new(&registry);
    let invalid_text = "Invalid message: text: Must be a text";
    #[rustfmt::skip]
    let steps: Vec<(Do, &str, &str, Vec<Value>)> = vec![
        (Subscribe, "chat", r#"{"room":"a"}"#, subscribed("chat", a())),
        (Subscribe, "chat", r#"{"room":"a"}"#, error("Already subscribed to chat", "chat", a())),
        (Subscribe, "chat", r#"{"room":"a","x":1}"#, error("Already subscribed to chat", "chat", json!({"room": "a", "x": 1}))),
        (Subscribe, "nope", "{}", error("Unknown channel: nope", "nope", json!({}))),
        (Subscribe, "a \"b\"\n", "", error("Unknown channel: a \"b\"\n", "a \"b\"\n", json!({}))),
        (Subscribe, "chat", "", error("Invalid params: room: Field required", "chat", json!({}))),
        (Subscribe, "chat", "null", error("Invalid params: room: Field required", "chat", json!(null))),
        (Subscribe, "chat", "[]", error("Invalid params: must be an object", "chat", json!([]))),
        (Subscribe, "chat", r#"{"room":5}"#, error("Invalid params: room: Must be a text", "chat", json!({"room": 5}))),
        (Subscribe, "chat", r#"{"room":"private"}"#, error("Not authorized", "chat", json!({"room": "private"}))),
        (Subscribe, "feed", "", subscribed("feed", json!({}))),
        (Subscribe, "feed", "null", error("Already subscribed to feed", "feed", json!(null))),
        (Subscribe, "feed", r#"{"any":1}"#, error("Already subscribed to feed", "feed", json!({"any": 1}))),
        (Subscribe, "feed", "7", error("Invalid params: must be an object", "feed", json!(7))),
        (Message(r#"{"text":"yo"}"#), "chat", r#"{"room":"a"}"#, vec![said(a(), "yo")]),
        // Broadcasts carry the text of the subscription, not that of the message.
        (Message(r#"{"text":"yo"}"#), "chat", r#"{ "x":2, "room":"a" }"#, vec![said(a(), "yo")]),
        (Message(r#"{"text":"answer"}"#), "chat", r#"{"room":"a"}"#, vec![said(a(), "answer")]),
        (Message(r#"{"text":"others"}"#), "chat", r#"{"room":"a"}"#, vec![]),
        (Message(r#"{"text":"silent"}"#), "chat", r#"{"room":"a"}"#, vec![]),
        (Message(r#"{"text":"all"}"#), "chat", r#"{"room":"a"}"#, vec![said(a(), "all"), said(a(), "all")]),
        (Message(r#"{"text":5}"#), "chat", r#"{"room":"a"}"#, error(invalid_text, "chat", a())),
        (Message("{}"), "chat", r#"{"room":"a"}"#, error("Invalid message: text: Field required", "chat", a())),
        (Message(r#"{"text":"longer than twenty characters"}"#), "chat", r#"{"room":"a"}"#, error("Invalid message: text: Must have at most 20 characters", "chat", a())),
        (Message(""), "chat", r#"{"room":"a"}"#, error("Invalid message: Must be an object", "chat", a())),
        (Message("{}"), "chat", r#"{"room":"b"}"#, error("Not subscribed to chat", "chat", json!({"room": "b"}))),
        (Message("{}"), "chat", "{}", error("Invalid params: room: Field required", "chat", json!({}))),
        (Message("{}"), "nope", "", error("Unknown channel: nope", "nope", json!({}))),
        (Message("1"), "feed", "", error("Channel feed does not accept messages", "feed", json!({}))),
        (Unsubscribe, "chat", r#"{"room":"a","y":2}"#, unsubscribed("chat", json!({"room": "a", "y": 2}))),
        (Message("{}"), "chat", r#"{"room":"a"}"#, error("Not subscribed to chat", "chat", a())),
        (Unsubscribe, "chat", r#"{"room":"a"}"#, unsubscribed("chat", a())),
        (Unsubscribe, "chat", r#"{"room":5}"#, unsubscribed("chat", json!({"room": 5}))),
        (Unsubscribe, "nope", "", unsubscribed("nope", json!({}))),
        (Subscribe, "chat", r#"{"room":"a"}"#, subscribed("chat", a())),
        (Subscribe, "chat", r#"{"room":"b"}"#, subscribed("chat", json!({"room": "b"}))),
        (Subscribe, "chat", r#"{"room":"c"}"#, subscribed("chat", json!({"room": "c"}))),
        (Subscribe, "chat", r#"{"room":"d"}"#, error("Too many subscriptions", "chat", json!({"room": "d"}))),
    ];
    for (number, (what, channel, params, expected)) in steps.into_iter().enumerate() {
        match what {
            Subscribe => client.subscribe(channel, params).await,
            Unsubscribe => client.unsubscribe(channel, params).await,
            Message(data) => client.message(channel, params, data).await,
        }
        assert_eq!(
            client.received(),
            expected,
            "step {number}: {channel} {params}"
        );
    }
}

#[tokio::test]
async fn params_are_echoed_as_they_were_sent() {
    let registry = registry();
    let mut client = Client::new(&registry);
    let params = "{ \"z\": 1e2,\n \"room\":\"\\u0061\" }";
    client.subscribe("chat", params).await;
    client.message("chat", params, r#"{"text":"yo"}"#).await;
    client.unsubscribe("chat", params).await;
    let texts = client.texts();
    assert_eq!(texts.len(), 3);
    for text in texts {
        assert!(text.contains(&format!("\"params\":{params}")), "{text}");
    }
}

#[tokio::test]
async fn params_have_a_longest_text() {
    let registry = registry();
    let mut client = Client::new(&registry);
    let fitting = format!("{{\"room\":\"a\",\"x\":\"{}\"}}", "x".repeat(4096 - 19));
    assert_eq!(fitting.len(), 4096);
    client
        .subscribe("chat", &format!("{fitting} ").replace("} ", " }"))
        .await;
    let refused = client.received();
    assert_eq!(
        refused[0]["error"],
        "Invalid params: longer than 4096 bytes"
    );
    client.subscribe("chat", &fitting).await;
    assert_eq!(client.received()[0]["subscribed"], true);
}
