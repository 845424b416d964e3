//! Two nodes, and what a backplane is told.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::channel::testing::{Client, builder, room, said};
use crate::channel::{Backplane, Health, Inbox, MemoryNodes, Present};
use crate::error::Result;
use crate::registry::Registry;

const A: &str = r#"{"room":"a"}"#;

fn two() -> (MemoryNodes, Registry, Registry) {
    let nodes = MemoryNodes::new();
    let [first, second] = [(); 2].map(|()| builder().backplane(nodes.node()).build().unwrap());
    (nodes, first, second)
}

/// What is on its way between the nodes arrives.
pub(super) async fn settle() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

fn texts(client: &mut Client) -> Vec<Value> {
    let frames = client.received().into_iter();
    frames.map(|frame| frame["data"]["text"].clone()).collect()
}

#[tokio::test]
async fn messages_cross_once() {
    let (_, first, second) = two();
    let mut here = Client::new(&first).user("ada");
    let mut there = Client::new(&second).user("bob");
    for client in [&mut here, &mut there] {
        client.subscribe("chat", A).await;
        client.texts();
    }
    here.message("chat", A, r#"{"text":"yo"}"#).await;
    here.message("chat", A, r#"{"text":"others"}"#).await;
    let channels = second.channels();
    channels
        .push_to_user("chat", &room("a"), "ada", &said("ada"))
        .await
        .unwrap();
    settle().await;
    assert_eq!(texts(&mut here), ["yo", "ada"]);
    assert_eq!(texts(&mut there), ["yo", "others"]);
    there.unsubscribe("chat", A).await;
    there.texts();
    here.message("chat", A, r#"{"text":"yo"}"#).await;
    settle().await;
    assert_eq!(texts(&mut there), [] as [Value; 0]);
}

#[tokio::test]
async fn those_who_asked_are_told_that_they_may_have_missed_something() {
    let (nodes, first, second) = two();
    let mut here = Client::new(&first);
    let mut there = Client::new(&second);
    for client in [&mut here, &mut there] {
        client.subscribe("chat", A).await;
        client.subscribe("feed", "").await;
        client.texts();
    }
    nodes.cut();
    assert!(!first.channels().health().connected);
    first
        .channels()
        .push("chat", &room("a"), &said("lost"))
        .await
        .unwrap();
    settle().await;
    assert_eq!(texts(&mut here), ["lost"]);
    assert_eq!(texts(&mut there), [] as [Value; 0]);
    assert_eq!(first.channels().health().dropped, 1);
    nodes.mend();
    let missed = json!({"type": "Missed", "channel": "chat", "params": {"room": "a"}});
    assert_eq!(
        [here.received(), there.received()],
        [[missed.clone()], [missed]]
    );
    assert!(second.channels().health().connected);
}

#[tokio::test(start_paused = true)]
async fn presence_is_told_a_moment_later() {
    let (_, first, second) = two();
    let of = |user: Option<&str>, count| Present::new(user.map(Into::into), count);
    let mut here = Client::new(&first).user("ada");
    let mut there = Client::new(&second).user("ada");
    let mut nobody = Client::new(&second);
    for client in [&mut here, &mut there, &mut nobody] {
        client.subscribe("chat", A).await;
    }
    let present = async |registry: &Registry| {
        registry
            .channels()
            .presence("chat", &room("a"))
            .await
            .unwrap()
    };
    assert_eq!(present(&first).await, [of(Some("ada"), 1)]);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let both = [of(None, 1), of(Some("ada"), 2)];
    assert_eq!(present(&first).await, both);
    assert_eq!(present(&second).await, both);
    drop((there, nobody));
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(present(&first).await, [of(Some("ada"), 1)]);
    // A node that is gone has nobody.
    drop(here);
    drop(first);
    assert_eq!(present(&second).await, []);
}

#[derive(Clone, Default)]
struct Recorder(Arc<std::sync::Mutex<Vec<String>>>);

impl Recorder {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Backplane for Recorder {
    fn start(&self, _: Inbox) {
        self.note("start".to_owned());
    }
    fn join(&self, group: &str) {
        self.note(format!("join {group}"));
    }
    fn leave(&self, group: &str) {
        self.note(format!("leave {group}"));
    }
    fn publish(&self, group: &str, message: Bytes) {
        let message: Value = serde_json::from_slice(&message).unwrap();
        assert_eq!(message["node"].as_str().unwrap().len(), 32);
        self.note(format!(
            "publish {group} {} {}",
            message["user"], message["data"]
        ));
    }
    fn announce(&self, group: &str, members: Vec<Present>) {
        let members = serde_json::to_string(&members).unwrap();
        self.note(format!("announce {group} {members}"));
    }
    fn presence(&self, _: &str) -> BoxFuture<'_, Result<Vec<Present>>> {
        Box::pin(std::future::pending())
    }
    fn health(&self) -> Health {
        Health::new(false, std::time::UNIX_EPOCH, 3)
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_backplane_is_told() {
    let recorder = Recorder::default();
    let registry = builder().backplane(recorder.clone()).build().unwrap();
    assert_eq!(recorder.taken(), [] as [&str; 0]);
    let mut first = Client::new(&registry);
    let mut second = Client::new(&registry).user("ada");
    first.subscribe("chat", A).await;
    second.subscribe("chat", A).await;
    second.subscribe("feed", "").await;
    assert_eq!(recorder.taken(), ["start", "join chat:a", "join feed:{}"]);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let members = r#"[{"user":null,"connections":1},{"user":"ada","connections":1}]"#;
    assert_eq!(recorder.taken(), [format!("announce chat:a {members}")]);
    let channels = registry.channels();
    channels.push("feed", &(), &7_i64).await.unwrap();
    channels
        .push_to_user("chat", &room("z"), "ada", &said("x"))
        .await
        .unwrap();
    assert_eq!(
        recorder.taken(),
        [
            r#"publish feed:{} null 7"#,
            r#"publish chat:z "ada" {"text":"x"}"#
        ]
    );
    first.unsubscribe("chat", A).await;
    drop(second);
    let left = recorder.taken();
    assert!(
        left.contains(&"leave chat:a".to_owned()) && left.len() == 2,
        "{left:?}"
    );
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(recorder.taken(), ["announce chat:a []"]);
    assert_eq!(channels.health().dropped, 3);
    let asked = channels.presence("chat", &room("a")).await;
    assert_eq!(asked.unwrap_err().code(), crate::Code::Timeout);
}

#[tokio::test]
async fn what_cannot_be_read_and_what_came_back_is_ignored() {
    let registry = builder().build().unwrap();
    let mut client = Client::new(&registry);
    client.subscribe("chat", A).await;
    client.texts();
    let hub = registry.hub();
    let own = format!(r#"{{"node":"{}","data":{{"text":"own"}}}}"#, hub.node);
    for message in ["", "nonsense", "{}", r#"{"node":"x"}"#, "\u{0}", &own] {
        hub.deliver("chat:a", message.as_bytes());
    }
    hub.deliver("chat:nobody", br#"{"node":"x","data":1}"#);
    hub.deliver("chat:a", b"{\"node\":\"x\",\"data\":\"\xff\"}");
    assert_eq!(client.received(), [] as [Value; 0]);
    hub.deliver(
        "chat:a",
        br#"{"node":"x","data":{"text":"other"},"more":1}"#,
    );
    assert_eq!(texts(&mut client), ["other"]);
}
