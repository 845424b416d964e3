//! Clients that do not read.

use std::time::Duration;

use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::Message;

use super::bytes::{self, text};
use super::functions::{Params, Text};
use super::rig::{Rig, Setup};
use crate::service::websocket::Sockets;

fn subscribe() -> Value {
    json!({"action": "subscribe", "channel": "room", "params": {"room": "a"}})
}

async fn push(rig: &Rig, bytes: usize) {
    let params = Params { room: "a".into() };
    let message = Text {
        text: "x".repeat(bytes),
    };
    let channels = rig.server.layer.registry().channels();
    channels.push("room", &params, &message).await.unwrap();
}

fn narrow(sockets: Sockets) -> Setup {
    Setup {
        pipe: 1024,
        ..Setup::sockets(sockets)
    }
}

#[tokio::test(start_paused = true)]
async fn who_falls_behind_is_closed_with_1013() {
    let mut rig = narrow(Sockets::new().queue(8, 1 << 20)).open().await;
    rig.ask(subscribe()).await;
    for _ in 0..40 {
        push(&rig, 300).await;
        rig.settle().await;
    }
    let began = Instant::now();
    assert_eq!(rig.closed().await, Some(1013));
    assert!(began.elapsed() < Duration::from_secs(1));
    rig.over().await;
}

/// One that never reads again cannot be told, and is cut.
#[tokio::test(start_paused = true)]
async fn who_reads_nothing_is_cut_in_time() {
    let sockets = Sockets::new()
        .queue(8, 1 << 20)
        .close_timeout(Duration::from_secs(3));
    let mut rig = narrow(sockets).open().await;
    rig.ask(subscribe()).await;
    let began = Instant::now();
    for _ in 0..40 {
        push(&rig, 300).await;
        rig.settle().await;
    }
    let Rig { server, client } = rig;
    server.over().await;
    let took = began.elapsed();
    assert!(took < Duration::from_millis(3_100), "{took:?}");
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn who_keeps_up_gets_everything() {
    let mut rig = narrow(Sockets::new().queue(4, 1 << 20)).open().await;
    rig.ask(subscribe()).await;
    for _ in 0..100 {
        push(&rig, 300).await;
        let frame = rig.receive().await;
        assert_eq!(frame["type"], "ServerMessage");
    }
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn answers_that_nobody_takes_stop_the_reading() {
    let sockets = Sockets::new().max_calls(4).max_message(1024);
    let mut rig = narrow(sockets).open().await;
    let ask = json!({"action": "rpc", "id": 1, "fn": "wait"});
    rig.server.shared.permits.add_permits(1000);
    // So many fit into what lies between here and there.
    let mut sent = 0;
    while let Ok(sending) = tokio::time::timeout(
        Duration::from_secs(1),
        rig.client.send(Message::text(ask.to_string())),
    )
    .await
    {
        sending.unwrap();
        sent += 1;
        assert!(sent < 1000, "nothing ever stops the reading");
    }
    let begun = rig.server.shared.begun();
    assert!(begun < 200, "{begun} calls begun");
    // All of them are answered once somebody reads.
    for _ in 0..sent {
        assert_eq!(rig.receive().await["ok"], true);
    }
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_never_read_ends_it() {
    let sockets = Sockets::new().close_timeout(Duration::from_secs(2));
    let (server, mut io) = narrow(sockets).begin();
    io.write_all(&text(
        r#"{"action":"rpc","id":1,"fn":"big","args":{"size":100000}}"#,
    ))
    .await
    .unwrap();
    let began = Instant::now();
    server.over().await;
    let took = began.elapsed();
    assert!(took > Duration::from_secs(60), "{took:?}");
    assert!(took < Duration::from_secs(80), "{took:?}");
}

/// Who sends and does not read is not there either.
#[tokio::test(start_paused = true)]
async fn pings_do_not_make_up_for_reading() {
    let (server, mut io) = narrow(Sockets::new()).begin();
    let ask = r#"{"action":"rpc","id":1,"fn":"big","args":{"size":3000}}"#;
    io.write_all(&text(ask)).await.unwrap();
    let began = Instant::now();
    while !server.task.is_finished() {
        assert!(began.elapsed() < Duration::from_secs(90));
        sleep(Duration::from_secs(1)).await;
        let _ = io.write_all(&bytes::frame(0x89, b"")).await;
    }
    server.over().await;
}

/// A client that sends all before it reads is told all the same, once its sending goes on.
#[tokio::test(start_paused = true)]
async fn who_is_stuck_in_sending_is_let_go_on() {
    let (server, mut io) = narrow(Sockets::new().max_calls(1)).begin();
    let ask = r#"{"action":"rpc","id":1,"fn":"big","args":{"size":5000}}"#;
    let connections = server.layer.connections();
    let closing = tokio::spawn(async move {
        sleep(Duration::from_secs(1)).await;
        connections.close(Duration::from_secs(1)).await;
    });
    for _ in 0..300 {
        io.write_all(&text(ask)).await.unwrap();
    }
    let mut code = None;
    while let Some(frame) = bytes::read(&mut io).await {
        code = code.or(frame.code());
        if frame.code().is_some() {
            io.write_all(&bytes::close(1001)).await.unwrap();
        }
    }
    assert_eq!(code, Some(1001));
    closing.await.unwrap();
    drop(io);
    server.over().await;
}

/// A long answer over a slow line goes on as long as it goes on.
#[tokio::test(start_paused = true)]
async fn a_slow_line_is_no_stall() {
    let (server, mut io) = narrow(Sockets::new()).begin();
    io.write_all(&text(
        r#"{"action":"rpc","id":1,"fn":"big","args":{"size":100000}}"#,
    ))
    .await
    .unwrap();
    let mut read = 0;
    let mut part = [0; 1000];
    while read < 100_000 {
        sleep(Duration::from_secs(5)).await;
        match io.read(&mut part).await.unwrap() {
            0 => panic!("the server gave up after {read} bytes"),
            more => read += more,
        }
    }
    drop(io);
    server.over().await;
}

/// Their bytes are bounded as those of what is broadcast are; only that the calls wait, and the
/// reading.
#[tokio::test(start_paused = true)]
async fn answers_that_nobody_takes_stop_the_calls() {
    let mut rig = narrow(Sockets::new().queue(8, 150_000)).open().await;
    for id in 0..10 {
        let ask = json!({"action": "rpc", "id": id, "fn": "big", "args": {"size": 100_000}});
        rig.send(ask).await;
        rig.settle().await;
    }
    let begun = rig.server.shared.begun();
    assert!(begun <= 3, "{begun} answers are kept");
    for _ in 0..10 {
        assert_eq!(rig.receive().await["ok"], true);
    }
    rig.over().await;
}

/// As good as none: it would take hours, and whoever wants to hold memory takes a byte a minute.
#[tokio::test(start_paused = true)]
async fn a_trickle_is_a_stall() {
    let (server, mut io) = narrow(Sockets::new()).begin();
    let ask = r#"{"action":"rpc","id":1,"fn":"big","args":{"size":100000}}"#;
    io.write_all(&text(ask)).await.unwrap();
    let began = Instant::now();
    while !server.task.is_finished() {
        assert!(began.elapsed() < Duration::from_secs(200));
        sleep(Duration::from_secs(1)).await;
        let _ = io.read(&mut [0; 20]).await;
    }
    server.over().await;
}

/// Pongs take the room of a batch that is not through.
#[tokio::test(start_paused = true)]
async fn pings_do_not_break_what_is_written_slowly() {
    let (server, mut io) = narrow(Sockets::new()).begin();
    let ask = |size| {
        text(&format!(
            r#"{{"action":"rpc","id":1,"fn":"big","args":{{"size":{size}}}}}"#
        ))
    };
    io.write_all(&ask(3000)).await.unwrap();
    for _ in 0..190 {
        let ping = bytes::frame(bytes::PING, &[b'p'; 125]);
        io.write_all(&ping).await.unwrap();
    }
    io.write_all(&ask(16_000)).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    let mut texts = 0;
    while texts < 2 {
        let frame = bytes::read(&mut io).await.expect("it lives on");
        assert_eq!(frame.code(), None, "{frame:?}");
        texts += usize::from(frame.first == bytes::TEXT);
    }
    drop(io);
    server.over().await;
}

/// Pongs are queued by the library beneath, and must be bounded too.
#[tokio::test(start_paused = true)]
async fn pings_without_end_do_not_pile_up_pongs() {
    let sockets = Sockets::new().messages_per_second(1_000_000, 1_000_000);
    let (server, mut io) = narrow(sockets).begin();
    let ping = bytes::frame(0x89, &[b'p'; 125]);
    let mut taken = 0;
    for _ in 0..5_000 {
        let sent = tokio::time::timeout(Duration::from_secs(1), io.write_all(&ping)).await;
        if sent.is_err() {
            break;
        }
        taken += 1;
    }
    // Nobody read a pong meanwhile; what comes is what the buffers hold.
    let mut pongs = Vec::new();
    let mut part = [0; 1000];
    while let Ok(read) = tokio::time::timeout(Duration::from_secs(1), io.read(&mut part)).await {
        pongs.extend_from_slice(&part[..read.unwrap()]);
    }
    assert!(
        pongs.len() < 25_000,
        "{} bytes for {taken} pings",
        pongs.len()
    );
    drop(io);
    server.over().await;
}
