//! Connections whose identity changes.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::poll;
use serde_json::{Value, json};

use crate::channel::Present;
use crate::channel::testing::{Chat, Client, raw, registry, room, said};
use crate::identity::User;
use crate::registry::Registry;

const A: &str = r#"{"room":"a"}"#;
const MEMBERS: &str = r#"{"room":"members"}"#;

#[tokio::test]
async fn subscriptions_are_checked_anew() {
    let chat = Chat::default();
    let (log, closed) = (chat.log.clone(), chat.closed.clone());
    let registry = Registry::builder().channel("chat", chat).build().unwrap();
    let mut client = Client::new(&registry).user("ada");
    client.subscribe("chat", MEMBERS).await;
    client.subscribe("chat", r#"{"room":"a"}"#).await;
    client.texts();
    log.lock().unwrap().clear();

    client.subscriptions.set_user(Some(User::new("bob")));
    client.subscriptions.check_anew().await;
    assert_eq!(client.received(), [] as [Value; 0]);
    assert_eq!(
        *log.lock().unwrap(),
        ["authorize bob members", "authorize bob a"]
    );

    client.subscriptions.set_user(None);
    client.subscriptions.check_anew().await;
    let ended =
        json!({"error": "Not authorized", "channel": "chat", "params": {"room": "members"}});
    assert_eq!(client.received(), [ended]);
    let lines = log.lock().unwrap().split_off(2);
    // The one who leaves is the one who was let in.
    assert_eq!(
        lines,
        [
            "authorize nobody members",
            "authorize nobody a",
            "on_disconnect bob members"
        ]
    );

    registry
        .channels()
        .push("chat", &room("members"), &said("x"))
        .await
        .unwrap();
    assert_eq!(client.received(), [] as [Value; 0]);
    client
        .message("chat", r#"{"room":"a"}"#, r#"{"text":"yo"}"#)
        .await;
    assert_eq!(client.received().len(), 1);

    // One that ended can begin again.
    client.subscriptions.set_user(Some(User::new("cyd")));
    client.subscribe("chat", MEMBERS).await;
    assert_eq!(client.received()[0]["subscribed"], true);
    closed.store(true, Ordering::SeqCst);
    client.subscriptions.check_anew().await;
    assert_eq!(client.received()[0]["error"], "Not authorized");
}

#[tokio::test]
async fn what_is_pushed_to_a_user_goes_by_the_identity_at_once() {
    let registry = registry();
    let mut client = Client::new(&registry).user("ada");
    client.subscribe("chat", r#"{"room":"a"}"#).await;
    client.texts();
    client.subscriptions.set_user(Some(User::new("bob")));
    let channels = registry.channels();
    channels
        .push_to_user("chat", &room("a"), "ada", &said("ada"))
        .await
        .unwrap();
    assert_eq!(client.received(), [] as [Value; 0]);
    channels
        .push_to_user("chat", &room("a"), "bob", &said("bob"))
        .await
        .unwrap();
    assert_eq!(client.received()[0]["data"]["text"], "bob");
}

#[tokio::test]
async fn another_identity_reaches_subscriptions_that_are_with_a_hook() {
    let registry = registry();
    let mut client = Client::new(&registry).user("ada");
    client.subscribe("chat", A).await;
    client.texts();
    let audience = client.subscriptions.audience();
    let data = raw(r#"{"text":"fail hang"}"#);
    let params = raw(A);
    {
        let mut hook = pin!(client.subscriptions.message(
            "chat",
            params.as_deref(),
            data.as_deref()
        ));
        assert!(poll!(hook.as_mut()).is_pending());

        audience.set_user(None);
        let channels = registry.channels();
        channels
            .push_to_user("chat", &room("a"), "ada", &said("ada"))
            .await
            .unwrap();
        let present = channels.presence("chat", &room("a")).await.unwrap();
        assert_eq!(present, [Present::new(None, 1)]);
        hook.await;
    }
    let frames = client.received();
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0]["error"], "An internal error occurred");
}

#[tokio::test(start_paused = true)]
async fn slow_hooks_are_asked_at_once_and_keep_nobody_else_in() {
    let chat = Chat::default();
    let closed = chat.closed.clone();
    let registry = Registry::builder().channel("chat", chat).build().unwrap();
    let mut client = Client::new(&registry).user("ada");
    let rooms = [
        "later one",
        "disconnect hang",
        "disconnect hang 2",
        "members",
    ];
    for room in rooms {
        let params = format!(r#"{{"room":"{room}"}}"#);
        client.subscribe("chat", &params).await;
    }
    client.texts();
    closed.store(true, Ordering::SeqCst);
    let began = tokio::time::Instant::now();
    {
        let mut checked = pin!(client.subscriptions.check_anew());
        assert!(poll!(checked.as_mut()).is_pending());
        let members = registry.channels();
        let members = members.presence("chat", &room("members")).await.unwrap();
        assert_eq!(members, []);
        checked.await;
    }
    // One `authorize` and one `on_disconnect` that took too long.
    assert_eq!(began.elapsed(), Duration::from_millis(200));
    assert!(client.subscriptions.is_empty());
}

#[tokio::test]
async fn presence_counts_connections_by_user() {
    let registry = registry();
    let present = async || {
        registry
            .channels()
            .presence("chat", &room("a"))
            .await
            .unwrap()
    };
    let of = |user: Option<&str>, count| Present::new(user.map(Into::into), count);
    assert_eq!(present().await, []);
    let mut first = Client::new(&registry).user("ada");
    let mut second = Client::new(&registry).user("ada");
    let mut third = Client::new(&registry);
    // Two subscriptions of one group are one connection.
    first.subscribe("chat", r#"{"room":"a"}"#).await;
    first.subscribe("chat", r#"{"room":"A"}"#).await;
    second.subscribe("chat", r#"{"room":"a"}"#).await;
    third.subscribe("chat", r#"{"room":"a","x":1}"#).await;
    assert_eq!(present().await, [of(None, 1), of(Some("ada"), 2)]);
    third.subscriptions.set_user(Some(User::new("bob")));
    assert_eq!(present().await, [of(Some("ada"), 2), of(Some("bob"), 1)]);
    drop(second);
    first.unsubscribe("chat", r#"{"room":"a"}"#).await;
    assert_eq!(present().await, [of(Some("ada"), 1), of(Some("bob"), 1)]);
    drop((first, third));
    assert_eq!(present().await, []);
}
