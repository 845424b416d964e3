//! What waits for what.

use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::rig::{Rig, Setup};
use crate::service::websocket::Sockets;

fn rpc(id: i64, function: &str) -> Value {
    json!({"action": "rpc", "id": id, "fn": function})
}

fn subscribe(room: &str) -> Value {
    json!({"action": "subscribe", "channel": "room", "params": {"room": room}})
}

fn say(room: &str, text: &str) -> Value {
    json!({"action": "message", "channel": "room", "params": {"room": room}, "data": {"text": text}})
}

#[tokio::test(start_paused = true)]
async fn calls_overlap_and_are_answered_as_they_end() {
    let mut rig = Rig::new().await;
    for id in 0..3 {
        rig.send(rpc(id, "wait")).await;
    }
    let answer = rig.ask(rpc(9, "path")).await;
    assert_eq!(answer["id"], 9);
    assert_eq!(rig.server.shared.begun(), 3);
    rig.server.shared.permits.add_permits(3);
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(rig.receive().await["id"].as_i64());
    }
    ids.sort_unstable();
    assert_eq!(ids, [Some(0), Some(1), Some(2)]);
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn channel_frames_have_turns_and_calls_overtake_them() {
    let mut rig = Rig::new().await;
    assert_eq!(rig.ask(subscribe("slow")).await["subscribed"], true);
    rig.send(say("slow", "first")).await;
    // A call behind a turn that takes long is served.
    assert_eq!(rig.ask(rpc(1, "path")).await["id"], 1);
    // One behind a frame that waits for its turn is not read yet.
    rig.send(subscribe("b")).await;
    rig.send(rpc(2, "path")).await;
    rig.settle().await;
    rig.server.shared.permits.add_permits(1);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(rig.receive().await);
    }
    let at = |is: fn(&Value) -> bool| seen.iter().position(is);
    let said = at(|frame| frame["data"]["text"] == "first");
    let subscribed = at(|frame| frame["subscribed"] == true);
    assert!(said.is_some() && said < subscribed, "{seen:?}");
    assert!(at(|frame| frame["id"] == 2).is_some(), "{seen:?}");
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn messages_of_a_channel_keep_their_order() {
    let mut rig = Rig::new().await;
    rig.ask(subscribe("slow")).await;
    for text in ["a", "b", "c"] {
        rig.send(say("slow", text)).await;
    }
    rig.send(json!({"action": "unsubscribe", "channel": "room", "params": {"room": "slow"}}))
        .await;
    rig.settle().await;
    rig.server.shared.permits.add_permits(3);
    for text in ["a", "b", "c"] {
        assert_eq!(rig.receive().await["data"]["text"], text);
    }
    assert_eq!(rig.receive().await["unsubscribed"], true);
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn at_the_limit_of_calls_reading_stops_and_nothing_is_lost() {
    let sockets = Sockets::new().max_calls(2).max_message(1024);
    let mut rig = Setup::sockets(sockets).open().await;
    for id in 0..5 {
        rig.send(rpc(id, "wait")).await;
    }
    rig.settle().await;
    assert_eq!(rig.server.shared.begun(), 2);
    rig.server.shared.permits.add_permits(1);
    assert_eq!(rig.receive().await["ok"], true);
    rig.settle().await;
    assert_eq!(rig.server.shared.begun(), 3);
    rig.server.shared.permits.add_permits(4);
    for _ in 0..4 {
        assert_eq!(rig.receive().await["ok"], true);
    }
    rig.over().await;
}

/// Whoever waits for its own calls is not called silent.
#[tokio::test(start_paused = true)]
async fn a_pause_of_the_servers_own_is_no_silence() {
    let sockets = Sockets::new()
        .max_calls(1)
        .ping_every(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(10));
    let mut rig = Setup::sockets(sockets).open().await;
    rig.send(rpc(1, "wait")).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(rig.server.shared.begun(), 1);
    rig.server.shared.permits.add_permits(1);
    // Before the client answers the pings that it slept through.
    rig.settle().await;
    assert_eq!(rig.receive().await["ok"], true);
    // The time that was not listened through does not count later on either.
    assert_eq!(rig.ask(rpc(2, "path")).await["ok"], true);
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn the_pace_slows_reading_down_and_loses_nothing() {
    let sockets = Sockets::new().messages_per_second(10, 20);
    let mut rig = Setup::sockets(sockets).open().await;
    let began = Instant::now();
    for id in 0..60 {
        rig.send(rpc(id, "path")).await;
    }
    for id in 0..20 {
        assert_eq!(rig.receive().await["id"], id);
    }
    assert!(began.elapsed() < Duration::from_millis(50));
    for id in 20..60 {
        assert_eq!(rig.receive().await["id"], id);
    }
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(3_900), "{took:?}");
    assert!(took <= Duration::from_millis(4_300), "{took:?}");
    // After a silence there may be a burst again.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let began = Instant::now();
    for id in 0..20 {
        assert_eq!(rig.ask(rpc(id, "path")).await["id"], id);
    }
    assert!(began.elapsed() < Duration::from_millis(50));
    rig.over().await;
}

/// A hook that is never short of work shares the task with everything else of its connection.
#[tokio::test(start_paused = true)]
async fn a_hook_that_spins_holds_up_nobody() {
    let mut rig = Rig::new().await;
    rig.ask(subscribe("busy")).await;
    rig.send(say("busy", "x")).await;
    rig.settle().await;
    rig.send(rpc(1, "path")).await;
    rig.settle().await;
    let answer = rig.client.next().now_or_never();
    let answer = answer.expect("an answer, though the hook goes on");
    assert!(answer.unwrap().unwrap().to_string().contains("/api/mizan"));
    rig.server.task.abort();
}
