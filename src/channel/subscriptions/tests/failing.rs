//! Hooks that fail, panic, hang, and are dropped.

use serde_json::json;

use crate::channel::testing::{Chat, Client, Log, builder, registry};
use crate::channel::{Channel, Never, Reaction, Settings, Subscriber};
use crate::error::Result;
use crate::registry::Registry;

const INTERNAL: &str = "An internal error occurred";

async fn error_of(room: &str) -> String {
    let registry = registry();
    let mut client = Client::new(&registry);
    let params = json!({"room": room});
    client.subscribe("chat", &params.to_string()).await;
    let frames = client.received();
    let last = frames.last().unwrap();
    assert_eq!(
        (&last["channel"], &last["params"]),
        (&json!("chat"), &params)
    );
    assert!(client.subscriptions.is_empty(), "{room}");
    assert!(registry.hub().is_empty(), "{room}");
    last["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn subscriptions_that_fail() {
    for (room, error) in [
        ("authorize forbidden", "Not authorized"),
        ("authorize unauthorized", "Not authorized"),
        ("authorize internal", "Authorization failed"),
        ("authorize not found", "Authorization failed"),
        ("authorize panic", "Authorization failed"),
        ("authorize hang", "Authorization failed"),
        ("group internal", INTERNAL),
        ("group not found", "No such room"),
        ("group panic", INTERNAL),
        ("connect not found", "No such room"),
        ("connect internal", INTERNAL),
        ("connect panic", INTERNAL),
        ("connect hang", INTERNAL),
    ] {
        assert_eq!(error_of(room).await, error, "{room}");
    }
}

#[tokio::test]
async fn messages_that_fail_leave_the_subscription() {
    let registry = registry();
    let mut client = Client::new(&registry);
    client.subscribe("chat", r#"{"room":"a"}"#).await;
    client.texts();
    for (text, error) in [
        ("fail not found", "No such room"),
        ("fail forbidden", "Members only"),
        ("fail internal", INTERNAL),
        ("fail panic", INTERNAL),
        ("fail hang", INTERNAL),
    ] {
        let data = json!({"text": text}).to_string();
        client.message("chat", r#"{"room":"a"}"#, &data).await;
        let frames = client.received();
        assert_eq!(
            frames,
            [json!({"error": error, "channel": "chat", "params": {"room": "a"}})]
        );
    }
    client
        .message("chat", r#"{"room":"a"}"#, r#"{"text":"yo"}"#)
        .await;
    assert_eq!(client.received()[0]["data"]["text"], "yo");
}

fn logging() -> (Registry, Log) {
    let chat = Chat::default();
    let log = chat.log.clone();
    let registry = Registry::builder().channel("chat", chat).build().unwrap();
    (registry, log)
}

#[tokio::test]
async fn an_end_calls_every_hook_whatever_one_does() {
    let (registry, log) = logging();
    let mut client = Client::new(&registry);
    for room in ["disconnect panic", "disconnect hang", "b"] {
        client
            .subscribe("chat", &json!({"room": room}).to_string())
            .await;
    }
    log.lock().unwrap().clear();
    client.subscriptions.end().await;
    let expected = ["disconnect panic", "disconnect hang", "b"];
    let expected = expected.map(|room| format!("on_disconnect nobody {room}"));
    assert_eq!(*log.lock().unwrap(), expected);
    assert!(registry.hub().is_empty());
}

#[tokio::test]
async fn a_subscription_that_never_was_has_no_end() {
    let (registry, log) = logging();
    let mut client = Client::new(&registry);
    client
        .subscribe("chat", r#"{"room":"connect internal"}"#)
        .await;
    client.subscribe("chat", r#"{"room":"private"}"#).await;
    client.subscriptions.end().await;
    let log = log.lock().unwrap();
    assert!(
        !log.iter().any(|line| line.starts_with("on_disconnect")),
        "{log:?}"
    );
}

#[tokio::test]
async fn a_connection_dropped_within_a_hook_leaves_its_groups() {
    let (registry, log) = logging();
    for room in ["connect hang", "disconnect hang", "authorize hang"] {
        let mut client = Client::new(&registry);
        let params = json!({"room": room}).to_string();
        let whole = async {
            client.subscribe("chat", r#"{"room":"b"}"#).await;
            client.subscribe("chat", &params).await;
            client.unsubscribe("chat", &params).await;
        };
        let mut whole = Box::pin(whole);
        // Until the hook hangs.
        assert!(futures_util::poll!(whole.as_mut()).is_pending(), "{room}");
        assert!(!registry.hub().is_empty());
        drop(whole);
        drop(client);
        assert!(registry.hub().is_empty(), "{room}");
    }
    assert!(!log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_message_dropped_within_its_hook_leaves_the_others() {
    let registry = builder().build().unwrap();
    let mut client = Client::new(&registry);
    client.subscribe("chat", r#"{"room":"a"}"#).await;
    {
        let whole = client.message("chat", r#"{"room":"a"}"#, r#"{"text":"fail hang"}"#);
        assert!(futures_util::poll!(Box::pin(whole).as_mut()).is_pending());
    }
    client
        .message("chat", r#"{"room":"a"}"#, r#"{"text":"yo"}"#)
        .await;
    assert_eq!(client.received().last().unwrap()["data"]["text"], "yo");
}

#[tokio::test(start_paused = true)]
async fn the_last_hooks_are_called_at_once() {
    let chat = Chat::default();
    let log = chat.log.clone();
    let registry = Registry::builder().channel("chat", chat).build().unwrap();
    let mut client = Client::new(&registry);
    for room in [
        "disconnect hang",
        "disconnect hang 2",
        "disconnect panic",
        "b",
    ] {
        let params = json!({"room": room}).to_string();
        client.subscribe("chat", &params).await;
    }
    log.lock().unwrap().clear();
    let began = tokio::time::Instant::now();
    client.subscriptions.end().await;
    assert_eq!(began.elapsed(), std::time::Duration::from_millis(100));
    assert_eq!(log.lock().unwrap().len(), 4);
}

/// Its hooks may take for ever, and do.
struct Endless;

impl Channel for Endless {
    type Params = ();
    type ClientMessage = Never;
    type ServerMessage = Never;

    async fn authorize(&self, _: &Subscriber, (): &()) -> Result<bool> {
        Ok(true)
    }

    async fn on_disconnect(&self, _: &Subscriber, (): &()) -> Result<Reaction<Never>> {
        std::future::pending().await
    }

    fn settings(&self) -> Settings {
        Settings::new().deadline(None)
    }
}

#[tokio::test(start_paused = true)]
async fn no_last_hook_takes_for_ever() {
    let registry = Registry::builder().channel("endless", Endless);
    let mut client = Client::new(&registry.build().unwrap());
    client.subscribe("endless", "").await;
    let began = tokio::time::Instant::now();
    client.subscriptions.end().await;
    assert_eq!(began.elapsed(), std::time::Duration::from_secs(30));
}
