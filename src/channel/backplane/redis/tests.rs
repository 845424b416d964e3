//! Registries over Redis. What happens to the backplane alone is tried in `tests/nodes`.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Redis;
use crate::channel::testing::{Client, builder, room, said};
use crate::registry::Registry;

const A: &str = r#"{"room":"a"}"#;

/// A Redis behind a Unix socket.
struct Server {
    directory: TempDir,
    process: Option<Child>,
}

impl Server {
    fn absent() -> Self {
        let directory = TempDir::new().unwrap();
        Self {
            directory,
            process: None,
        }
    }

    fn start(&mut self) {
        let directory = self.directory.path();
        let process = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--dir"])
            .arg(directory)
            .arg("--unixsocket")
            .arg(directory.join("socket"))
            .stdout(Stdio::null())
            .spawn();
        self.process = Some(process.expect("redis-server is installed"));
    }

    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    fn node(&self) -> Registry {
        let socket = self.directory.path().join("socket");
        let redis = Redis::new(format!("unix://{}", socket.display())).unwrap();
        builder().backplane(redis).build().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "still: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn member(node: &Registry, user: &str) -> Client {
    let mut client = Client::new(node).user(user);
    client.subscribe("chat", A).await;
    client.texts();
    client
}

/// The texts of what was said up to this one.
async fn texts_until(client: &mut Client, last: &str) -> Vec<Value> {
    let mut texts = Vec::new();
    eventually(last, || {
        let frames = client.received().into_iter();
        texts.extend(frames.map(|frame| frame["data"]["text"].clone()));
        texts.iter().any(|text| text == last)
    })
    .await;
    texts
}

async fn push(node: &Registry, text: &str) {
    let pushed = node.channels().push("chat", &room("a"), &said(text)).await;
    pushed.unwrap();
}

#[tokio::test]
async fn members_hear_what_is_meant_for_them() {
    let mut server = Server::absent();
    server.start();
    let (first, second) = (server.node(), server.node());
    let mut ada = member(&first, "ada").await;
    let mut bob = member(&second, "bob").await;
    for (from, to) in [(&first, &mut bob), (&second, &mut ada)] {
        // Until the way is open.
        let mut is_heard = false;
        while !is_heard {
            push(from, "open").await;
            tokio::time::sleep(Duration::from_millis(10)).await;
            is_heard = to.texts().iter().any(|text| text.contains("open"));
        }
        push(from, "settled").await;
        texts_until(to, "settled").await;
    }
    bob.texts();
    ada.texts();
    ada.message("chat", A, r#"{"text":"yo"}"#).await;
    ada.message("chat", A, r#"{"text":"others"}"#).await;
    let channels = first.channels();
    for user in ["ada", "bob"] {
        channels
            .push_to_user("chat", &room("a"), user, &said(user))
            .await
            .unwrap();
    }
    push(&first, "end").await;
    assert_eq!(
        texts_until(&mut bob, "end").await,
        ["yo", "others", "bob", "end"]
    );
    assert_eq!(texts_until(&mut ada, "end").await, ["yo", "ada", "end"]);
}

#[tokio::test]
async fn who_comes_before_the_first_connection_is_told() {
    let mut server = Server::absent();
    server.start();
    let other = server.node();
    eventually("a connection", || other.channels().health().connected).await;
    // Its first attempt succeeds.
    let node = server.node();
    let mut ada = member(&node, "ada").await;
    let missed = json!({"type": "Missed", "channel": "chat", "params": {"room": "a"}});
    eventually("to be told", || ada.received().contains(&missed)).await;
}

#[tokio::test]
async fn without_redis_a_node_serves_its_own() {
    let mut server = Server::absent();
    let (first, second) = (server.node(), server.node());
    let mut ada = member(&first, "ada").await;
    let mut bob = member(&second, "bob").await;
    let missed = json!({"type": "Missed", "channel": "chat", "params": {"room": "a"}});
    let is_connected = |is: bool| {
        let nodes = [&first, &second];
        move || {
            nodes
                .iter()
                .all(|node| node.channels().health().connected == is)
        }
    };
    for round in 0..2 {
        for number in 0..100 {
            let text = number.to_string();
            push(&first, &text).await;
            // Nothing was awaited but the push.
            let received = ada.received();
            assert_eq!(received.len(), 1, "{round} {number}: {received:?}");
            assert_eq!(received[0]["data"]["text"], *text);
        }
        assert!(is_connected(false)());
        let unknown = first.channels().presence("chat", &room("a")).await;
        assert!(unknown.unwrap_err().status().is_server_error());
        // So long that nobody comes back before an attempt failed.
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.start();
        eventually("a connection", is_connected(true)).await;
        for client in [&mut ada, &mut bob] {
            eventually("to be told", || client.received().contains(&missed)).await;
        }
        push(&second, "resumed").await;
        texts_until(&mut ada, "resumed").await;
        push(&first, "back").await;
        texts_until(&mut bob, "back").await;
        server.kill();
        eventually("the loss", is_connected(false)).await;
        ada.texts();
        bob.texts();
    }
}
