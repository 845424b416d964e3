//! Who hears what.

use serde_json::{Value, json};

use crate::channel::testing::{Client, registry, room, said};

fn texts(client: &mut Client) -> Vec<String> {
    let frames = client.received().into_iter();
    frames
        .filter(|frame| frame["type"] == "ServerMessage")
        .map(|frame| frame["data"]["text"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_message_reaches_the_group_in_each_ones_own_words() {
    let registry = registry();
    let mut first = Client::new(&registry);
    let mut second = Client::new(&registry);
    let mut elsewhere = Client::new(&registry);
    first.subscribe("chat", r#"{"room":"a"}"#).await;
    second.subscribe("chat", r#"{"room":"A","x":1}"#).await;
    elsewhere.subscribe("chat", r#"{"room":"b"}"#).await;
    for client in [&mut first, &mut second, &mut elsewhere] {
        client.texts();
    }
    first
        .message("chat", r#"{"room":"a"}"#, r#"{"text":"yo"}"#)
        .await;
    let frame = |params: Value| {
        vec![
            json!({"channel": "chat", "params": params, "type": "ServerMessage", "data": {"text": "yo"}}),
        ]
    };
    assert_eq!(first.received(), frame(json!({"room": "a"})));
    assert_eq!(second.received(), frame(json!({"room": "A", "x": 1})));
    assert_eq!(elsewhere.received(), [] as [Value; 0]);

    first
        .message("chat", r#"{"room":"a"}"#, r#"{"text":"others"}"#)
        .await;
    assert_eq!(texts(&mut first), [] as [&str; 0]);
    assert_eq!(texts(&mut second), ["others"]);
}

#[tokio::test]
async fn others_are_other_connections() {
    let registry = registry();
    let mut client = Client::new(&registry);
    client.subscribe("chat", r#"{"room":"a"}"#).await;
    client.subscribe("chat", r#"{"room":"A"}"#).await;
    client.texts();
    client
        .message("chat", r#"{"room":"a"}"#, r#"{"text":"others"}"#)
        .await;
    assert_eq!(texts(&mut client), [] as [&str; 0]);
    client
        .message("chat", r#"{"room":"a"}"#, r#"{"text":"yo"}"#)
        .await;
    assert_eq!(texts(&mut client), ["yo", "yo"]);
}

#[tokio::test]
async fn hooks_at_the_begin_and_at_the_end() {
    let registry = registry();
    let mut first = Client::new(&registry);
    let mut second = Client::new(&registry);
    first.subscribe("chat", r#"{"room":"greeting"}"#).await;
    let frames = first.received();
    assert_eq!(frames[0]["subscribed"], true);
    assert_eq!(frames[1]["data"]["text"], "welcome");
    assert_eq!(frames.len(), 2);
    second.subscribe("chat", r#"{"room":"greeting"}"#).await;
    assert_eq!(texts(&mut first), ["came"]);
    second.unsubscribe("chat", r#"{"room":"greeting"}"#).await;
    assert_eq!(texts(&mut first), ["left"]);
    // Nothing came after the answer, not even its own farewell.
    let frames = second.received();
    assert_eq!(frames.last().unwrap()["unsubscribed"], true);
    assert_eq!(frames.len(), 3);
    second.subscribe("chat", r#"{"room":"greeting"}"#).await;
    second.subscriptions.end().await;
    assert_eq!(texts(&mut first), ["came", "left"]);
}

#[tokio::test]
async fn pushes_from_anywhere() {
    let registry = registry();
    let mut ada = Client::new(&registry).user("ada");
    let mut bob = Client::new(&registry).user("bob");
    let mut nobody = Client::new(&registry);
    for client in [&mut ada, &mut bob, &mut nobody] {
        client.subscribe("chat", r#"{"room":"a"}"#).await;
        client.subscribe("feed", "").await;
        client.texts();
    }
    let channels = registry.channels();
    channels
        .push("chat", &room("a"), &said("all of you"))
        .await
        .unwrap();
    let to_bob = said("bob");
    channels
        .push_to_user("chat", &room("a"), "bob", &to_bob)
        .await
        .unwrap();
    channels
        .push("chat", &room("b"), &said("nobody is there"))
        .await
        .unwrap();
    assert_eq!(texts(&mut ada), ["all of you"]);
    assert_eq!(texts(&mut bob), ["all of you", "bob"]);
    assert_eq!(texts(&mut nobody), ["all of you"]);
    channels.push("feed", &(), &7_i64).await.unwrap();
    let frame = json!({"channel": "feed", "params": {}, "type": "ServerMessage", "data": 7});
    assert_eq!(ada.received(), [frame]);
}

#[tokio::test]
async fn pushes_that_cannot_be() {
    let channels = registry().channels();
    let cause = |error: crate::Error| {
        assert_eq!(error.code(), crate::Code::Internal);
        error.cause().unwrap().to_string()
    };
    let unknown = channels.push("nope", &(), &1_i64).await.unwrap_err();
    assert_eq!(cause(unknown), "there is no channel `nope`");
    let params = channels.push("chat", &(), &said("x")).await.unwrap_err();
    let params = cause(params);
    assert!(
        params.contains("`chat` takes parameters of the type"),
        "{params}"
    );
    assert!(
        params.contains("testing::Room`") && params.ends_with("was given `()`"),
        "{params}"
    );
    let message = channels.push("feed", &(), &7_u8).await.unwrap_err();
    let message = cause(message);
    assert!(
        message.contains("messages of the type `i64`") && message.ends_with("`u8`"),
        "{message}"
    );
    let presence = channels.presence("feed", &()).await.unwrap_err();
    assert!(cause(presence).contains("has no presence"));
    let group = channels
        .push("chat", &room("group panic"), &said("x"))
        .await
        .unwrap_err();
    assert!(cause(group).contains("`group` panicked: on purpose"));
}

#[tokio::test]
async fn a_slow_client_overflows_alone() {
    let registry = registry();
    let mut slow = Client::with_queue(&registry, 3);
    let mut other = Client::new(&registry);
    for client in [&mut slow, &mut other] {
        client.subscribe("chat", r#"{"room":"a"}"#).await;
    }
    for _ in 0..5 {
        registry
            .channels()
            .push("chat", &room("a"), &said("x"))
            .await
            .unwrap();
    }
    assert_eq!(slow.texts(), ["overflow"]);
    assert_eq!(texts(&mut other).len(), 5);
}
