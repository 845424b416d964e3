//! Bodies that are too large, or not all there.

use mizan::MizanLayer;

use super::rig::{Server, wire_call};
use super::{answers, lives, registry, serve};

const MIB: usize = 1024 * 1024;

fn head(length: usize) -> String {
    format!("POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n")
}

/// An echo whose body has exactly this many bytes.
fn echo_of(length: usize) -> String {
    let empty = r#"{"fn":"echo","args":{"text":""}}"#;
    let text = "x".repeat(length - empty.len());
    format!(r#"{{"fn":"echo","args":{{"text":"{text}"}}}}"#)
}

async fn bounded(bytes: usize) -> Server {
    let registry = registry().build().unwrap();
    let layer = MizanLayer::builder(registry).max_body(bytes);
    Server::start(layer.build().unwrap()).await
}

fn chunked(body: &str, piece: usize) -> Vec<u8> {
    let mut bytes =
        b"POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for piece in body.as_bytes().chunks(piece) {
        bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

#[tokio::test]
async fn a_declared_length_over_the_bound_is_answered_before_the_body() {
    for (server, bound) in [
        (serve(registry()).await, 2 * MIB),
        (bounded(100).await, 100),
    ] {
        for length in [bound + 1, 1 << 40] {
            // Not a byte of the body is ever sent.
            let answer = server.exchange(head(length)).await;
            assert_eq!((answer.status, &*answer.code()), (413, "BAD_REQUEST"));
            answers(&server).await;
        }
    }
}

#[tokio::test]
async fn a_body_of_the_bound_itself_is_taken() {
    for (server, bound) in [
        (serve(registry()).await, 2 * MIB),
        (bounded(100).await, 100),
    ] {
        let mut wire = server.connect().await;
        wire.write(wire_call(echo_of(bound))).await;
        assert_eq!(wire.answer().await.unwrap().status, 200);
        lives(&mut wire).await;
        wire.write(chunked(&echo_of(bound), bound / 7)).await;
        assert_eq!(wire.answer().await.unwrap().status, 200);
        lives(&mut wire).await;
    }
}

#[tokio::test]
async fn a_chunked_body_over_the_bound_is_refused() {
    let server = bounded(100).await;
    for piece in [1, 60, 101] {
        let answer = server.exchange(chunked(&echo_of(101), piece)).await;
        assert_eq!((answer.status, &*answer.code()), (413, "BAD_REQUEST"));
        answers(&server).await;
    }
}

#[tokio::test]
async fn a_client_that_closes_its_half_too_early_harms_nobody() {
    let server = serve(registry()).await;
    for sent in ["", r#"{"fn":"ec"#] {
        let mut wire = server.connect().await;
        wire.write(head(50)).await;
        wire.write(sent).await;
        wire.close_half().await;
        if let Some(answer) = wire.answer().await {
            assert_eq!((answer.status, &*answer.code()), (400, "BAD_REQUEST"));
        }
        answers(&server).await;
    }
    let mut wire = server.connect().await;
    let cut = chunked(super::ECHO, 10);
    wire.write(&cut[..cut.len() - 8]).await;
    wire.close_half().await;
    assert!(
        wire.answer()
            .await
            .is_none_or(|answer| answer.status == 400)
    );
    answers(&server).await;
}

#[tokio::test]
async fn chunks_that_are_no_chunks_harm_nobody() {
    let server = serve(registry()).await;
    for junk in ["zz\r\nabc\r\n", "ffffffffffffffffff\r\n", "-1\r\n\r\n"] {
        let head =
            "POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut wire = server.connect().await;
        wire.write(format!("{head}{junk}")).await;
        assert!(
            wire.answer()
                .await
                .is_none_or(|answer| answer.status == 400)
        );
        answers(&server).await;
    }
}
