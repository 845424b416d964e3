//! Whole messages of every length that is written differently, at once and in pieces.

use super::frame::{BINARY, Frame};
use super::row::{Row, check};
use super::server::{LONGEST, call};

/// Where the length changes its form, and the longest that is taken.
const LENGTHS: [usize; 8] = [124, 125, 126, 127, 128, 65535, LONGEST - 1, LONGEST];

/// The text whose call has so many bytes.
fn text_of_call(length: usize) -> String {
    "*".repeat(length - call("").len())
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for length in LENGTHS {
        let text = text_of_call(length);
        let message = Frame::text(call(&text));
        assert_eq!(message.payload.len(), length);
        rows.push(
            Row::new(format!("text of {length}"))
                .send(message.clone())
                .echo(&text),
        );
        let piece = if length > 1000 { 997 } else { 1 };
        rows.push(
            Row::new(format!("text of {length} in pieces of {piece}"))
                .chopped(piece, &message.bytes())
                .echo(&text),
        );
    }
    for length in [0, 1, 125, 126, 127, 128, 65535, LONGEST] {
        rows.push(
            Row::new(format!("text of {length} that is no JSON"))
                .send(Frame::text("*".repeat(length)))
                .invalid_json(),
        );
        rows.push(
            Row::new(format!("binary of {length}"))
                .send(Frame::new(BINARY, vec![0xfe; length]))
                .invalid_json(),
        );
    }
    rows.push(
        Row::new("a call in a binary message")
            .send(Frame::new(BINARY, call("a")))
            .invalid_json(),
    );
    // In one piece: what is behind the first message is not lost.
    rows.push(
        Row::new("messages in one piece")
            .send_all([
                Frame::text("no JSON"),
                Frame::new(BINARY, b"no JSON"),
                Frame::text("nor this"),
            ])
            .invalid_json()
            .invalid_json()
            .invalid_json(),
    );
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages() {
    check(rows).await;
}
