//! Pings and pongs (RFC 6455 sections 5.5.2 and 5.5.3).

use super::frame::{CLOSE, Frame, PING, PONG};
use super::row::{Row, check};
use super::server::call;

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for length in [0, 1, 7, 124, 125] {
        let payload = vec![b'*'; length];
        rows.push(
            Row::new(format!("ping of {length}"))
                .send(Frame::ping(&payload))
                .pong(&payload),
        );
        rows.push(
            Row::new(format!("pong of {length} that nobody asked for")).send(Frame::pong(&payload)),
        );
    }
    let binary: Vec<u8> = (0x80..0xfd).collect();
    rows.push(
        Row::new("ping with what is no text")
            .send(Frame::ping(&binary))
            .pong(&binary),
    );
    rows.push(
        Row::new("ping byte by byte")
            .chopped(1, &Frame::ping([b'*'; 125]).bytes())
            .pong([b'*'; 125]),
    );
    let pings = (0..10_u8).flat_map(|n| [Frame::ping([n]), Frame::pong([n])]);
    rows.push(
        pings.fold(Row::new("ten pings, each with a pong"), |row, frame| {
            let payload = frame.payload.clone();
            let is_ping = frame.opcode == PING;
            let row = row.send(frame);
            if is_ping { row.pong(payload) } else { row }
        }),
    );
    for (opcode, name) in [(PING, "ping"), (PONG, "pong"), (CLOSE, "close")] {
        for length in [126, 127, 65535, 65536] {
            let mut payload = 1000_u16.to_be_bytes().to_vec();
            payload.resize(length, b'*');
            rows.push(
                Row::new(format!("{name} of {length}"))
                    .send(Frame::new(opcode, payload))
                    .closes(1002),
            );
        }
        rows.push(
            Row::new(format!("{name} that is a fragment"))
                .send(Frame::new(opcode, b"").more())
                .closes(1002),
        );
        rows.push(
            Row::new(format!("{name} that is a fragment, with its rest"))
                .send_all([Frame::new(opcode, b"").more(), Frame::continuation(b"")])
                .closes(1002),
        );
    }
    rows.push(
        Row::new("ping behind a call")
            .send(Frame::text(call("a")))
            .echo("a")
            .send(Frame::ping(b"b"))
            .pong(b"b"),
    );
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn controls() {
    check(rows).await;
}
