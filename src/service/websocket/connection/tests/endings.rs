//! How connections end, and that nothing of them stays.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::Message;

use super::bytes;
use super::rig::{Rig, Setup, host};
use crate::Certainty;
use crate::service::websocket::Sockets;

fn rpc(function: &str) -> Value {
    json!({"action": "rpc", "id": 1, "fn": function})
}

fn subscribe(room: &str) -> Value {
    json!({"action": "subscribe", "channel": "room", "params": {"room": room}})
}

fn say(room: &str) -> Value {
    json!({"action": "message", "channel": "room", "params": {"room": room}, "data": {"text": "x"}})
}

#[tokio::test(start_paused = true)]
async fn a_client_that_vanishes_takes_its_calls_along() {
    let mut rig = Rig::new().await;
    for _ in 0..3 {
        rig.send(rpc("wait")).await;
    }
    rig.settle().await;
    let shared = Arc::clone(&rig.server.shared);
    assert_eq!((shared.begun(), shared.over()), (3, 0));
    rig.over().await;
    assert_eq!(shared.over(), 3);
}

/// What the call may have changed is told, as it is where a client of HTTP goes away.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_let_go_of_has_an_unknown_effect() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let mut rig = Setup {
        registry: |registry| {
            registry.on_invalidate(|event| async move {
                assert_eq!(event.certainty, Certainty::Unknown);
                TOLD.fetch_add(1, Ordering::SeqCst);
            })
        },
        ..Setup::default()
    }
    .open()
    .await;
    rig.send(rpc("wait")).await;
    rig.settle().await;
    assert_eq!(TOLD.load(Ordering::SeqCst), 0);
    rig.over().await;
    sleep(Duration::from_millis(1)).await;
    assert_eq!(TOLD.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_vanishes_leaves_its_channels() {
    let mut rig = Rig::new().await;
    for room in ["a", "b", "slow"] {
        rig.ask(subscribe(room)).await;
    }
    // In the midst of a turn, with another one waiting for it.
    rig.send(say("slow")).await;
    rig.send(say("slow")).await;
    rig.settle().await;
    let shared = Arc::clone(&rig.server.shared);
    rig.over().await;
    assert_eq!(shared.left(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_close_in_the_midst_of_everything() {
    let mut rig = Rig::new().await;
    rig.ask(subscribe("a")).await;
    rig.send(rpc("wait")).await;
    rig.client.close(None).await.unwrap();
    assert_eq!(rig.closed().await, None);
    let shared = Arc::clone(&rig.server.shared);
    rig.over().await;
    assert_eq!((shared.over(), shared.left()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_vanishes_in_the_midst_of_a_frame() {
    use tokio::io::AsyncWriteExt;

    let frame = bytes::text(&rpc("wait").to_string());
    for cut in 0..frame.len() {
        let (server, mut io) = Setup::default().begin();
        io.write_all(&frame[..cut]).await.unwrap();
        drop(io);
        server.over().await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_answers_pings_is_not_silent() {
    let mut rig = Rig::new().await;
    let silent = tokio::time::timeout(Duration::from_secs(3600), rig.message()).await;
    assert!(silent.is_err(), "{silent:?}");
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_closed_with_1001() {
    let sockets = Sockets::new()
        .ping_every(Duration::from_secs(10))
        .idle_timeout(Duration::from_secs(25));
    let (server, mut io) = Setup::sockets(sockets).begin();
    let began = Instant::now();
    for seconds in [10, 20] {
        let ping = bytes::read(&mut io).await.unwrap();
        assert_eq!(ping.first, bytes::PING);
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
    let close = bytes::read(&mut io).await.unwrap();
    assert_eq!(close.code(), Some(1001));
    assert_eq!(began.elapsed().as_secs(), 25);
    // It does not answer that either.
    server.over().await;
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_lets_calls_end_and_begins_no_more() {
    let mut rig = Rig::new().await;
    rig.ask(subscribe("a")).await;
    rig.send(rpc("wait")).await;
    rig.settle().await;
    let connections = rig.server.layer.connections();
    let closing = tokio::spawn({
        let connections = connections.clone();
        async move { connections.close(Duration::from_secs(60)).await }
    });
    rig.settle().await;
    rig.send(rpc("path")).await;
    sleep(Duration::from_secs(5)).await;
    rig.server.shared.permits.add_permits(1);
    let answer = rig.receive().await;
    assert_eq!((&answer["id"], &answer["ok"]), (&json!(1), &json!(true)));
    match rig.message().await {
        Some(Message::Close(Some(frame))) => assert_eq!(u16::from(frame.code), 1001),
        other => panic!("{other:?} in place of a close"),
    }
    assert!(rig.client.next().await.is_none());
    closing.await.unwrap();
    assert_eq!(connections.count(), 0);
    let shared = Arc::clone(&rig.server.shared);
    rig.over().await;
    assert_eq!(shared.left(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_ever() {
    let mut rig = Rig::new().await;
    rig.send(rpc("wait")).await;
    rig.settle().await;
    let connections = rig.server.layer.connections();
    let began = Instant::now();
    let closing = tokio::spawn(async move { connections.close(Duration::from_secs(7)).await });
    assert_eq!(rig.closed().await, Some(1001));
    let took = began.elapsed();
    assert!(took.as_secs() == 7, "{took:?}");
    assert_eq!(rig.server.shared.over(), 1);
    rig.client.flush().await.ok();
    closing.await.unwrap();
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_second_shutdown_may_be_sooner() {
    let mut rig = Rig::new().await;
    rig.send(rpc("wait")).await;
    rig.settle().await;
    let began = Instant::now();
    let mut closing = Vec::new();
    for drain in [60, 7, 30] {
        let connections = rig.server.layer.connections();
        let drain = Duration::from_secs(drain);
        closing.push(tokio::spawn(async move { connections.close(drain).await }));
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(rig.closed().await, Some(1001));
    let took = began.elapsed();
    assert!(took.as_secs() == 7, "{took:?}");
    rig.client.next().await;
    for closing in closing {
        closing.await.unwrap();
    }
    rig.over().await;
}

/// What is private stays so while the last calls end.
#[tokio::test(start_paused = true)]
async fn an_identity_ends_in_a_shutdown_too() {
    let sockets = Sockets::new().identity_lifetime(Duration::from_secs(10));
    let mut rig = Setup {
        identity: host("7"),
        ..Setup::sockets(sockets)
    }
    .open()
    .await;
    rig.ask(subscribe("private")).await;
    rig.send(rpc("wait")).await;
    rig.settle().await;
    let connections = rig.server.layer.connections();
    let closing = tokio::spawn(async move { connections.close(Duration::from_secs(60)).await });
    assert_eq!(rig.receive().await, json!({"type": "expired"}));
    assert_eq!(rig.receive().await["error"], "Not authorized");
    rig.server.shared.permits.add_permits(1);
    assert_eq!(rig.receive().await["ok"], true);
    assert_eq!(rig.closed().await, Some(1001));
    rig.client.next().await;
    closing.await.unwrap();
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_of_an_idle_connection_is_over_at_once() {
    let mut rig = Rig::new().await;
    let connections = rig.server.layer.connections();
    let began = Instant::now();
    let closing = tokio::spawn(async move { connections.close(Duration::from_secs(60)).await });
    assert_eq!(rig.closed().await, Some(1001));
    rig.client.next().await;
    closing.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1));
    rig.over().await;
}

/// A task that is dropped with everything in flight leaves nothing either.
#[tokio::test(start_paused = true)]
async fn an_aborted_task_gives_its_place_back() {
    let mut rig = Rig::new().await;
    rig.ask(subscribe("slow")).await;
    rig.send(rpc("wait")).await;
    rig.send(say("slow")).await;
    rig.settle().await;
    rig.server.task.abort();
    rig.settle().await;
    assert_eq!(rig.server.layer.connections().count(), 0);
    assert_eq!(rig.server.shared.over(), 1);
}
