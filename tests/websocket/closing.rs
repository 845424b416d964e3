//! The closing handshake (RFC 6455 sections 5.5.1, 7.1 and 7.4).

use super::frame::{CLOSE, Frame};
use super::row::{Row, check};
use super::server::{Server, Stack, call, fast};
use super::wire::{Came, Wire};

/// Those that section 7.4 and its registry give to an endpoint to send.
const LEGAL: [u16; 16] = [
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4321, 4999,
];
const ILLEGAL: [u16; 14] = [
    0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 5001, 65535,
];

fn codes() -> Vec<Row> {
    let mut rows = Vec::new();
    for code in LEGAL {
        for reason in ["", "because", "weil’s so ist"] {
            rows.push(
                Row::new(format!("close with {code} {reason:?}"))
                    .send(Frame::close(code, reason))
                    .closes(code),
            );
        }
    }
    // Of gateways, and registered after the RFC: Tungstenite has not heard of it.
    rows.push(
        Row::new("close with 1014")
            .send(Frame::close(1014, ""))
            .closes_with_one_of(&[1014, 1002]),
    );
    for code in ILLEGAL {
        for reason in ["", "because"] {
            rows.push(
                Row::new(format!("close with {code} {reason:?}"))
                    .send(Frame::close(code, reason))
                    .closes(1002),
            );
        }
    }
    rows
}

fn payloads() -> Vec<Row> {
    let mut rows = vec![
        Row::new("close without a code")
            .send(Frame::new(CLOSE, ""))
            .closes_silently(),
        Row::new("close with half a code")
            .send(Frame::new(CLOSE, b"\x03"))
            .closes(1002),
        Row::new("close with a reason of 123 bytes")
            .send(Frame::close(1000, "*".repeat(123)))
            .closes(1000),
        Row::new("close with a reason of 124 bytes")
            .send(Frame::close(1000, "*".repeat(124)))
            .closes(1002),
        Row::new("close byte by byte")
            .chopped(1, &Frame::close(1000, "because").bytes())
            .closes(1000),
    ];
    for reason in [
        b"\xff".as_slice(),
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xf4\x90\x80\x80",
        b"cut off \xe2\x82",
        b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65\x64\x69\x74\x65\x64",
    ] {
        rows.push(
            Row::new(format!("close with the reason {}", reason.escape_ascii()))
                .send(Frame::close(1000, reason))
                .closes(1007),
        );
    }
    rows
}

/// After a close the server takes no more notice of what comes.
fn behind() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, frames) in [
        ("a close", vec![Frame::close(1000, "")]),
        ("another close", vec![Frame::close(1001, "later")]),
        ("a malformed close", vec![Frame::close(0, b"\xff")]),
        ("a ping", vec![Frame::ping("a")]),
        ("a call", vec![Frame::text(call("a"))]),
        ("what is no frame", vec![Frame::new(7, "a").reserved(7)]),
        ("an unmasked frame", vec![Frame::text("a").unmasked()]),
        (
            "many calls",
            vec![Frame::text(call(&"*".repeat(1000))); 100],
        ),
    ] {
        let closed = || Row::new(format!("{name} behind a close"));
        rows.push(
            closed()
                .send_all([vec![Frame::close(1000, "first")], frames.clone()].concat())
                .closes(1000),
        );
    }
    rows.push(
        Row::new("a message, its answer, a ping, its pong, a close")
            .send(Frame::text(call("a")))
            .echo("a")
            .send(Frame::ping("b"))
            .pong("b")
            .send(Frame::close(1001, ""))
            .closes(1001),
    );
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn close_codes() {
    check(codes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn close_payloads() {
    check(payloads).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_behind_a_close() {
    check(behind).await;
}

/// The server closes the TCP connection first (section 7.1.1), without a client's help.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_answers_a_close_is_left() {
    for stack in Stack::ALL {
        let timeout = std::time::Duration::from_millis(300);
        let server = Server::start(stack, fast().close_timeout(timeout)).await;
        let mut wire = Wire::open(server.address).await;
        wire.send(Frame::text("a").unmasked()).await;
        assert!(matches!(
            wire.next().await,
            Came::Frame { opcode: CLOSE, .. }
        ));
        assert!(matches!(wire.next().await, Came::End | Came::Reset));
        server.assert_empty().await;
    }
}
