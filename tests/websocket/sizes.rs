//! Lengths that are too long or written wrongly, and masks that are missing.

use super::frame::{BINARY, CLOSE, Frame, PING, PONG, TEXT, Width, fragments_of};
use super::row::{Row, check};
use super::server::{LONGEST, call};

fn lengths() -> Vec<Row> {
    let mut rows = Vec::new();
    for (opcode, name) in [(TEXT, "text"), (BINARY, "binary")] {
        for length in [LONGEST as u64 + 1, 1 << 20, 1 << 32, (1 << 62) + 1] {
            let header = Frame::new(opcode, "").says_length(length);
            rows.push(
                Row::new(format!("the head of a {name} of {length}"))
                    .send(header.clone())
                    .closes(1009),
            );
            rows.push(
                Row::new(format!("a {name} of {length}, byte by byte"))
                    .chopped(1, &header.bytes())
                    .closes(1009),
            );
        }
        // The first bit of the eight bytes has to be 0 (RFC 6455 section 5.2).
        for length in [1 << 63, u64::MAX] {
            rows.push(
                Row::new(format!("a {name} of {length}"))
                    .send(Frame::new(opcode, "").says_length(length))
                    .closes_with_one_of(&[1002, 1009]),
            );
        }
        // All of it is there: a connection that was cut with bytes unread would be reset, and the
        // close lost on its way.
        for length in [LONGEST + 1, 4 * LONGEST, 40 * LONGEST] {
            rows.push(
                Row::new(format!("a whole {name} of {length}"))
                    .send(Frame::new(opcode, vec![b'*'; length]))
                    .closes(1009),
            );
        }
        for length in [1000, LONGEST / 2, LONGEST] {
            let frames = fragments_of(length, opcode, &vec![b'*'; LONGEST + 1]);
            rows.push(
                Row::new(format!(
                    "a {name} that is too long in fragments of {length}"
                ))
                .send_all(frames.clone())
                .closes(1009),
            );
            // The message does not end.
            let unfinished = frames.into_iter().map(Frame::more);
            rows.push(
                Row::new(format!("fragments of {length} of a {name} without end"))
                    .send_all(unfinished)
                    .closes(1009),
            );
        }
        rows.push(
            Row::new(format!("the head of a second fragment of a {name}"))
                .send(Frame::new(opcode, vec![b'*'; LONGEST / 2]).more())
                .send(Frame::continuation("").says_length(LONGEST as u64 + 1))
                .closes(1009),
        );
    }
    for opcode in [PING, PONG, CLOSE] {
        rows.push(
            Row::new(format!("the head of a control frame {opcode} of 2^62"))
                .send(Frame::new(opcode, "").says_length(1 << 62))
                .closes_with_one_of(&[1002, 1009]),
        );
    }
    rows
}

/// A sender has to take the shortest form of a length; nothing tells a receiver to look, and both
/// are lived with elsewhere. The server is lenient, and answers in the shortest form.
fn widths() -> Vec<Row> {
    let mut rows = Vec::new();
    for (width, name) in [(Width::Two, "two"), (Width::Eight, "eight")] {
        rows.push(
            Row::new(format!("a length in {name} bytes"))
                .send(Frame::text("{").width(width))
                .invalid_json(),
        );
        rows.push(
            Row::new(format!("a length of 0 in {name} bytes"))
                .send(Frame::text("").width(width))
                .invalid_json(),
        );
        rows.push(
            Row::new(format!("a ping's length in {name} bytes"))
                .send(Frame::ping("a").width(width))
                .pong("a"),
        );
    }
    rows.push(
        Row::new("a length beyond 125 in eight bytes")
            .send(Frame::text(call(&"*".repeat(200))).width(Width::Eight))
            .echo(&"*".repeat(200)),
    );
    rows
}

/// RFC 6455 section 5.1.
fn masks() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, frame) in [
        ("call", Frame::text(call("a"))),
        ("empty text", Frame::text("")),
        ("binary", Frame::new(BINARY, "a")),
        ("ping", Frame::ping("a")),
        ("pong", Frame::pong("")),
        ("close", Frame::close(1000, "")),
        ("fragment", Frame::text("a").more()),
        ("long text", Frame::text("*".repeat(LONGEST))),
    ] {
        rows.push(
            Row::new(format!("unmasked {name}"))
                .send(frame.clone().unmasked())
                .closes(1002),
        );
        rows.push(
            Row::new(format!("unmasked {name} behind a call"))
                .send(Frame::text(call("a")))
                .echo("a")
                .send(frame.unmasked())
                .closes(1002),
        );
    }
    rows.push(
        Row::new("unmasked continuation")
            .send_all([Frame::text("a").more(), Frame::continuation("b").unmasked()])
            .closes(1002),
    );
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_long() {
    check(lengths).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lengths_in_more_bytes_than_needed() {
    check(widths).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_masks() {
    check(masks).await;
}
