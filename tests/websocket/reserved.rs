//! What RFC 6455 keeps for extensions, of which none is negotiated: it fails the connection
//! (section 5.2).

use super::frame::{BINARY, CLOSE, CONTINUATION, Frame, PING, PONG, TEXT};
use super::row::{Row, check};
use super::server::call;

fn bits() -> Vec<Row> {
    let mut rows = Vec::new();
    for bits in 1..=7 {
        for opcode in [TEXT, BINARY, CLOSE, PING, PONG] {
            let payload = if opcode == CLOSE { "" } else { "small" };
            rows.push(
                Row::new(format!("reserved bits {bits:03b} on {opcode}"))
                    .send(Frame::new(opcode, payload).reserved(bits))
                    .closes(1002),
            );
        }
        rows.push(
            Row::new(format!("reserved bits {bits:03b} on a continuation"))
                .send_all([
                    Frame::text("a").more(),
                    Frame::new(CONTINUATION, "b").reserved(bits),
                ])
                .closes(1002),
        );
        rows.push(
            Row::new(format!("reserved bits {bits:03b} behind a good call"))
                .send(Frame::text(call("a")))
                .echo("a")
                .send(Frame::text(call("b")).reserved(bits))
                .closes(1002),
        );
        rows.push(
            Row::new(format!("reserved bits {bits:03b} byte by byte"))
                .chopped(1, &Frame::text("small").reserved(bits).bytes())
                .closes(1002),
        );
    }
    rows
}

fn opcodes() -> Vec<Row> {
    let mut rows = Vec::new();
    for opcode in (3..=7).chain(11..=15) {
        for payload in ["", "small"] {
            let frame = Frame::new(opcode, payload);
            rows.push(
                Row::new(format!("opcode {opcode} with {payload:?}"))
                    .send(frame.clone())
                    .closes(1002),
            );
            rows.push(
                Row::new(format!("opcode {opcode} with {payload:?}, then a ping"))
                    .send_all([frame.clone(), Frame::ping("")])
                    .closes(1002),
            );
            rows.push(
                Row::new(format!("opcode {opcode} with {payload:?} behind a call"))
                    .send(Frame::text(call("a")))
                    .echo("a")
                    .send(frame.clone())
                    .closes(1002),
            );
            rows.push(
                Row::new(format!("opcode {opcode} with {payload:?} in a message"))
                    .send_all([Frame::text("a").more(), frame])
                    .closes(1002),
            );
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reserved_bits() {
    check(bits).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reserved_opcodes() {
    check(opcodes).await;
}
