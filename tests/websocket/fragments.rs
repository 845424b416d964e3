//! Fragmented messages (RFC 6455 section 5.4).

use super::frame::{BINARY, Frame, TEXT, fragments, fragments_of};
use super::row::{Row, check};
use super::server::{LONGEST, call};

fn messages() -> Vec<Row> {
    let message = call("fragmented");
    let bytes = message.as_bytes();
    let mut rows = Vec::new();
    for length in [1, 2, 3, 7, 50] {
        let frames = fragments_of(length, TEXT, bytes);
        rows.push(
            Row::new(format!("fragments of {length} in one piece"))
                .send_all(frames.clone())
                .echo("fragmented"),
        );
        rows.push(
            frames
                .iter()
                .fold(Row::new(format!("fragments of {length}")), |row, frame| {
                    row.send(frame.clone())
                })
                .echo("fragmented"),
        );
        // What Autobahn does in 5.6 to 5.8 and 5.20: a ping is answered before its message ends.
        rows.push(
            frames
                .iter()
                .enumerate()
                .fold(
                    Row::new(format!("fragments of {length}, a ping behind each")),
                    |row, (n, frame)| {
                        let row = row.send(frame.clone());
                        if n + 1 == frames.len() {
                            return row;
                        }
                        row.send(Frame::ping(n.to_string()))
                            .pong(n.to_string())
                            .send(Frame::pong("unasked"))
                    },
                )
                .echo("fragmented"),
        );
        rows.push(
            Row::new(format!("fragments of {length}, byte by byte"))
                .chopped(1, &bytes_of(&frames))
                .echo("fragmented"),
        );
    }
    rows.push(
        Row::new("fragments of which some are empty")
            .send_all([
                Frame::text("").more(),
                Frame::continuation("").more(),
                Frame::continuation(bytes).more(),
                Frame::continuation(""),
            ])
            .echo("fragmented"),
    );
    rows.push(
        Row::new("fragments of which all are empty")
            .send_all([
                Frame::text("").more(),
                Frame::continuation("").more(),
                Frame::continuation(""),
            ])
            .invalid_json(),
    );
    rows.push(
        Row::new("fragments of a binary message")
            .send_all(fragments_of(3, BINARY, b"\xff\xfe\xfd\xfc\xfb"))
            .invalid_json(),
    );
    let text = "*".repeat(LONGEST - call("").len());
    for length in [64, 1000, 16 * 1024, LONGEST - 1] {
        rows.push(
            Row::new(format!("the longest message in fragments of {length}"))
                .send_all(fragments_of(length, TEXT, call(&text).as_bytes()))
                .echo(&text),
        );
    }
    rows.push(
        Row::new("two messages in fragments")
            .send_all(fragments(TEXT, bytes, &[20]))
            .echo("fragmented")
            .send_all(fragments(TEXT, bytes, &[30, 40]))
            .echo("fragmented"),
    );
    rows
}

fn bytes_of(frames: &[Frame]) -> Vec<u8> {
    let bytes: Vec<_> = frames.iter().map(Frame::bytes).collect();
    bytes.concat()
}

fn disorder() -> Vec<Row> {
    let good = || Frame::text(call("a"));
    let mut rows = Vec::new();
    for (name, frame) in [
        ("the last continuation", Frame::continuation("b")),
        ("a continuation", Frame::continuation("b").more()),
        ("an empty continuation", Frame::continuation("")),
    ] {
        rows.push(
            Row::new(format!("{name} of nothing"))
                .send(frame.clone())
                .closes(1002),
        );
        rows.push(
            Row::new(format!("{name} of nothing, then a call"))
                .send_all([frame.clone(), good()])
                .closes(1002),
        );
        rows.push(
            Row::new(format!("{name} behind a whole message"))
                .send(good())
                .echo("a")
                .send(frame.clone())
                .closes(1002),
        );
        rows.push(
            Row::new(format!("{name} behind a message in fragments"))
                .send_all([Frame::text("no").more(), Frame::continuation("JSON")])
                .invalid_json()
                .send(frame)
                .closes(1002),
        );
    }
    for (name, second) in [
        ("text", Frame::text("b")),
        ("binary", Frame::new(BINARY, "b")),
        ("another message's fragment", Frame::text("b").more()),
    ] {
        for (of, first) in [("text", TEXT), ("binary", BINARY)] {
            rows.push(
                Row::new(format!("{name} within the fragments of a {of}"))
                    .send_all([Frame::new(first, "a").more(), second.clone()])
                    .closes(1002),
            );
        }
    }
    rows.push(
        Row::new("a close within a message")
            .send_all([Frame::text("a").more(), Frame::close(1000, "")])
            .closes(1000),
    );
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fragmented_messages() {
    check(messages).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fragments_in_disorder() {
    check(disorder).await;
}
