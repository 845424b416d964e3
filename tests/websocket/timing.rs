//! Clients that are slow, gone or silent.

use std::time::Duration;

use serde_json::json;

use super::frame::{CLOSE, Frame, PING, TEXT, fragments_of};
use super::row::{Row, check};
use super::server::{Server, Stack, answer, call, fast};
use super::wire::{Came, Wire};

/// RFC 6455 section 7.1.4: nobody is left to say anything to.
fn ends() -> Vec<Row> {
    let whole = Frame::text(call("a")).bytes();
    let mut rows = vec![
        Row::new("the end at once").close_half().drops(),
        Row::new("the end behind a call")
            .send(Frame::text(call("a")))
            .echo("a")
            .close_half()
            .drops(),
        Row::new("the end between fragments")
            .send(Frame::text("a").more())
            .close_half()
            .drops(),
        Row::new("the end behind a close")
            .send(Frame::close(1000, ""))
            .close_half()
            .closes(1000),
    ];
    for at in [1, 2, 5, 6, whole.len() - 1] {
        rows.push(
            Row::new(format!("the end within a frame, at byte {at}"))
                .write(whole[..at].to_vec())
                .close_half()
                .drops(),
        );
    }
    rows
}

fn slowly() -> Vec<Row> {
    let fragments = fragments_of(5, TEXT, call("a").as_bytes());
    let fragments: Vec<_> = fragments.iter().map(Frame::bytes).collect();
    vec![
        Row::new("a call, byte by byte with time between")
            .bytewise(Frame::text(call("a")).bytes())
            .echo("a"),
        Row::new("fragments, byte by byte with time between")
            .bytewise(fragments.concat())
            .echo("a"),
        Row::new("a ping, byte by byte with time between")
            .bytewise(Frame::ping("a").bytes())
            .pong("a"),
        Row::new("a close, byte by byte with time between")
            .bytewise(Frame::close(1000, "a").bytes())
            .closes(1000),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ends_of_the_stream() {
    check(ends).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients() {
    check(slowly).await;
}

/// Pings come, and who answers none of them is left, whatever it has begun to send.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_clients() {
    let unfinished = Frame::text(call("a")).bytes();
    for stack in Stack::ALL {
        let sockets = fast()
            .ping_every(Duration::from_millis(100))
            .idle_timeout(Duration::from_millis(350))
            // An answer to the close is taken for what the unfinished frame still lacks.
            .close_timeout(Duration::from_millis(300));
        let server = Server::start(stack, sockets).await;
        for begun in [&[][..], &unfinished[..1], &unfinished[..20]] {
            let mut wire = Wire::open(server.address).await;
            wire.write(begun).await;
            let mut pings = 0;
            let last = loop {
                match wire.next().await {
                    Came::Frame { opcode: PING, .. } => pings += 1,
                    came => break came,
                }
            };
            assert!(pings > 0, "[{stack:?}] no ping");
            let Came::Frame {
                opcode: CLOSE,
                payload,
            } = last
            else {
                panic!("[{stack:?}] {last:?} instead of a close");
            };
            assert_eq!(payload[..2], 1001_u16.to_be_bytes(), "[{stack:?}]");
            wire.send(Frame::new(CLOSE, payload)).await;
            assert!(matches!(wire.next().await, Came::End | Came::Reset));
        }
        server.assert_empty().await;
    }
}

/// Who does nothing but answer pings stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pongs_keep_a_connection() {
    for stack in Stack::ALL {
        let sockets = fast()
            .ping_every(Duration::from_millis(100))
            .idle_timeout(Duration::from_secs(2));
        let server = Server::start(stack, sockets).await;
        let mut wire = Wire::open(server.address).await;
        for _ in 0..25 {
            let came = wire.next().await;
            let Came::Frame {
                opcode: PING,
                payload,
            } = came
            else {
                panic!("[{stack:?}] {came:?} instead of a ping");
            };
            wire.send(Frame::pong(payload)).await;
        }
        wire.send(Frame::close(1000, "")).await;
        loop {
            match wire.next().await {
                Came::Frame { opcode: PING, .. } => {}
                Came::Frame { opcode: CLOSE, .. } => break,
                came => panic!("[{stack:?}] {came:?} instead of a close"),
            }
        }
        drop(wire);
        server.assert_empty().await;
    }
}

/// What a client sends before it has read the answer to its handshake is not lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_in_one_piece_with_the_handshake() {
    for stack in Stack::ALL {
        let server = Server::start(stack, fast()).await;
        let early = [Frame::ping("early").bytes(), Frame::text(call("a")).bytes()].concat();
        let mut wire = Wire::open_with(server.address, &early).await;
        let pong = wire.next().await;
        assert!(matches!(&pong, Came::Frame { payload, .. } if payload == b"early"));
        let Came::Frame { payload, .. } = wire.next().await else {
            panic!("[{stack:?}] no answer");
        };
        let found: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(found, answer("a"));
        drop(wire);
        server.assert_empty().await;
    }
}

/// A flood of pings is answered or not (RFC 6455 section 5.5.3 lets an endpoint answer the last
/// alone), but the last is, and the call behind them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pings_in_one_piece() {
    for stack in Stack::ALL {
        let server = Server::start(stack, fast()).await;
        let mut wire = Wire::open(server.address).await;
        let pings = (0..1000_u32).map(|n| Frame::ping(n.to_be_bytes()).bytes());
        wire.write(&pings.collect::<Vec<_>>().concat()).await;
        let mut before = None;
        while before != Some(999) {
            let came = wire.next().await;
            let Came::Frame { payload, .. } = &came else {
                panic!("[{stack:?}] {came:?} instead of a pong");
            };
            let n = u32::from_be_bytes(payload[..].try_into().unwrap());
            assert!(before < Some(n), "[{stack:?}] pongs in disorder");
            before = Some(n);
        }
        wire.send(Frame::text("no JSON")).await;
        let Came::Frame { payload, .. } = wire.next().await else {
            panic!("[{stack:?}] no answer");
        };
        let found: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(found, json!({"error": "Invalid JSON"}));
        drop(wire);
        server.assert_empty().await;
    }
}
