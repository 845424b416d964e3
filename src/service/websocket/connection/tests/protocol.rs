//! RFC 6455 by hand: what is no frame, what stands where it must not, and how it is closed.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};

use super::bytes::{BINARY, CLOSE, Frame, PING, TEXT, close, frame, read, text};
use super::rig::{Server, Setup};
use crate::service::websocket::Sockets;

const RPC: &str = r#"{"action":"rpc","id":1,"fn":"path"}"#;
const ANSWER: &str = r#"{"id":1,"ok":true,"data":{"result":"/api/mizan/ws/"}}"#;

fn begin() -> (Server, DuplexStream) {
    Setup::sockets(Sockets::new().max_message(256)).begin()
}

fn said(text: &str) -> Option<Frame> {
    Some(Frame {
        first: TEXT,
        payload: text.into(),
    })
}

/// After these bytes the server closes with this code, and then cuts.
async fn closes(bytes: &[u8], code: u16) {
    let (server, mut io) = begin();
    io.write_all(bytes).await.unwrap();
    let frame = read(&mut io).await.expect("a close frame");
    assert_eq!(frame.code(), Some(code), "{bytes:x?}: {frame:?}");
    io.write_all(&close(code)).await.ok();
    assert_eq!(read(&mut io).await, None, "{bytes:x?}");
    drop(io);
    server.over().await;
}

#[tokio::test(start_paused = true)]
async fn what_breaks_the_protocol_is_closed_with_1002() {
    let unmasked = [&[TEXT, 2][..], b"{}"].concat();
    let reserved_bit = frame(TEXT | 0x40, b"{}");
    let fragmented_ping = frame(PING & 0x7f, b"");
    let long_ping = frame(PING, &[0; 126]);
    let nothing_to_continue = frame(0x80, b"{}");
    let not_continued = [frame(0x01, b"{"), text("{}")].concat();
    for bytes in [
        unmasked,
        reserved_bit,
        fragmented_ping,
        long_ping,
        nothing_to_continue,
        not_continued,
        frame(0x83, b""),
        frame(0x8b, b""),
        frame(CLOSE, b"x"),
        close(999),
        close(1005),
        close(2000),
    ] {
        closes(&bytes, 1002).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_utf8_is_closed_with_1007() {
    let good = "{\"x\":\"κόσμε\"}".as_bytes();
    let bad = b"{\"x\":\"\xce\xba\xed\xa0\x80\"}";
    closes(&frame(TEXT, bad), 1007).await;
    for cut in 0..=bad.len() {
        let (before, behind) = bad.split_at(cut);
        let bytes = [frame(0x01, before), frame(0x80, behind)].concat();
        closes(&bytes, 1007).await;
    }
    // A character that is never finished.
    let half = [frame(0x01, b"\"\xce"), frame(0x80, b"")].concat();
    closes(&half, 1007).await;
    closes(&frame(CLOSE, b"\x03\xe8\xff"), 1007).await;
    // The same text, cut anywhere, is one where it is whole.
    for cut in 0..=good.len() {
        let (before, behind) = good.split_at(cut);
        let (server, mut io) = begin();
        let bytes = [frame(0x01, before), frame(0x80, behind)].concat();
        io.write_all(&bytes).await.unwrap();
        let answer = read(&mut io).await;
        assert_eq!(answer, said(r#"{"error":"Unknown action: "}"#));
        drop(io);
        server.over().await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_closed_with_1009() {
    let large = "x".repeat(257);
    closes(&text(&large), 1009).await;
    // By its length alone, before anything of it came.
    let declared = [&[TEXT, 0xff][..], &u64::MAX.to_be_bytes(), &[0; 4]].concat();
    closes(&declared[..14], 1009).await;
    let fragments = [frame(0x01, &[b'x'; 200]), frame(0x80, &[b'x'; 57])].concat();
    closes(&fragments, 1009).await;
    closes(&frame(BINARY, large.as_bytes()), 1009).await;
    let (server, mut io) = begin();
    io.write_all(&text(&"x".repeat(256))).await.unwrap();
    let answer = read(&mut io).await;
    assert_eq!(answer, said(r#"{"error":"Invalid JSON"}"#));
    drop(io);
    server.over().await;
}

/// What a client still sends does not take back what it is told.
#[tokio::test]
async fn who_goes_on_sending_is_told_all_the_same() {
    let sockets = Sockets::new().close_timeout(Duration::from_millis(200));
    let (server, io) = Setup::sockets(sockets).begin();
    let large = text(&"x".repeat(100_000));
    let (mut reader, mut writer) = tokio::io::split(io);
    let sending = tokio::spawn(async move { while writer.write_all(&large).await.is_ok() {} });
    let mut first = [0; 4];
    reader.read_exact(&mut first).await.unwrap();
    let [opcode, _, code @ ..] = first;
    assert_eq!((opcode, code), (CLOSE, 1009_u16.to_be_bytes()));
    server.over().await;
    drop(reader);
    sending.await.unwrap();
}

/// The same over TCP, which takes back what it sent where something is left unread.
#[tokio::test]
async fn a_socket_is_not_cut_under_its_own_goodbye() {
    let (listener, mut client) = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        (listener, client.await.unwrap())
    };
    let (io, _) = listener.accept().await.unwrap();
    let server = Setup::sockets(Sockets::new().max_message(256)).serve(io);
    client.write_all(&text(&"x".repeat(300_000))).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut first = [0; 4];
    client.read_exact(&mut first).await.unwrap();
    let [opcode, _, code @ ..] = first;
    assert_eq!((opcode, code), (CLOSE, 1009_u16.to_be_bytes()));
    drop(client);
    server.over().await;
}

#[tokio::test(start_paused = true)]
async fn control_frames_stand_between_fragments() {
    let (server, mut io) = begin();
    for cut in 0..=RPC.len() {
        let (before, behind) = RPC.as_bytes().split_at(cut);
        let bytes = [
            frame(0x01, before),
            frame(PING, b"are you there"),
            frame(0x00, b""),
            frame(0x8a, b""),
            frame(0x80, behind),
        ];
        io.write_all(&bytes.concat()).await.unwrap();
        let pong = Frame {
            first: 0x8a,
            payload: b"are you there".into(),
        };
        assert_eq!(read(&mut io).await, Some(pong));
        assert_eq!(read(&mut io).await, said(ANSWER));
    }
    drop(io);
    server.over().await;
}

#[tokio::test(start_paused = true)]
async fn frames_arrive_byte_by_byte_or_many_at_once() {
    let (server, mut io) = begin();
    for byte in text(RPC) {
        io.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(read(&mut io).await, said(ANSWER));
    io.write_all(&text(RPC).repeat(50)).await.unwrap();
    for _ in 0..50 {
        assert_eq!(read(&mut io).await, said(ANSWER));
    }
    drop(io);
    server.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_close_is_answered_with_its_own_code() {
    for code in [1000, 1001, 1011, 3000, 4999] {
        closes(&close(code), code).await;
    }
    let (server, mut io) = begin();
    io.write_all(&frame(CLOSE, b"")).await.unwrap();
    let frame = read(&mut io).await.expect("a close frame");
    assert_eq!((frame.first, frame.payload), (CLOSE, Vec::new()));
    assert_eq!(read(&mut io).await, None);
    drop(io);
    server.over().await;
}

/// A frame behind a close counts for nothing.
#[tokio::test(start_paused = true)]
async fn nothing_is_served_behind_a_close() {
    closes(&[close(1000), text(RPC)].concat(), 1000).await;
}

/// Fragments of nothing are no message that the pace could count, and no bytes that the largest
/// message could.
#[tokio::test(start_paused = true)]
async fn fragments_without_end_are_closed_with_1009() {
    let empty = frame(0x00, b"").repeat(50_000);
    closes(&[frame(0x01, b""), empty].concat(), 1009).await;
}

#[tokio::test(start_paused = true)]
async fn small_fragments_make_a_message() {
    let (server, mut io) = begin();
    let message = format!("{RPC}{}", " ".repeat(256 - RPC.len()));
    let (first, last) = (&message[..1], &message[255..]);
    for _ in 0..100 {
        let mut bytes = frame(0x01, first.as_bytes());
        for byte in message[1..255].bytes() {
            bytes.extend(frame(0x00, &[byte]));
        }
        bytes.extend(frame(0x80, last.as_bytes()));
        io.write_all(&bytes).await.unwrap();
        assert_eq!(read(&mut io).await, said(ANSWER));
    }
    drop(io);
    server.over().await;
}
