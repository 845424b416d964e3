//! A multipart body with the boundary `XX`, cut into chunks: how it is cut makes no difference.
//!
//! The first byte says how many bytes after it are the lengths of chunks, and whether what follows
//! is the body itself or a text and a file to make one of. What is made so arrives as it was sent.
#![no_main]

use bytes::Bytes;
use futures_util::stream;
use http::Request;
use http::header::CONTENT_TYPE;
use http_body::Frame;
use http_body_util::StreamBody;
use libfuzzer_sys::fuzz_target;
use mizan_fuzz::forms::{Given, MAX_FILE, MAX_TEXT};
use mizan_fuzz::service::{Answer, ask};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let count = usize::from(first & 15).min(rest.len());
    let (lengths, rest) = rest.split_at(count);
    let path = match first & 64 {
        0 => "/api/mizan/call/",
        _ => "/api/mizan/form/x/",
    };
    if first & 128 == 0 {
        let body = Bytes::copy_from_slice(rest);
        let whole = send(path, vec![body.clone()]);
        let pieces = send(path, cut(body, lengths));
        assert_eq!(pieces.status, whole.status, "{}", pieces.text);
        assert_eq!(pieces.text, whole.text);
    } else if let Some((body, given)) = made(rest) {
        let answer = send("/api/mizan/call/", cut(body, lengths));
        assert_eq!(answer.status, 200, "{}", answer.text);
        let arrived: Given = serde_json::from_value(answer.body["result"].clone())
            .expect("the function answers what it was given");
        assert_eq!(arrived, given);
    }
});

/// A body, and what of it the function is given: up to the first NUL a text, then two files.
fn made(data: &[u8]) -> Option<(Bytes, Given)> {
    let mut parts = data.splitn(3, |byte| *byte == 0);
    let (text, one, other) = (parts.next()?, parts.next()?, parts.next()?);
    let text = std::str::from_utf8(text).ok()?;
    let fits = one.len() + other.len() <= MAX_FILE as usize && text.len() < MAX_TEXT / 2;
    let bounded = [text.as_bytes(), one, other].iter().any(|part| {
        let part = [b"\r\n", *part, b"\r\n"].concat();
        part.windows(6).any(|window| window == b"\r\n--XX")
    });
    // Empty text counts as absent, and lines end with LF.
    if !fits || bounded || text.is_empty() || text.contains('\r') {
        return None;
    }
    let mut body = Vec::new();
    let mut part = |head: &str, content: &[u8]| {
        body.extend_from_slice(b"--XX\r\nContent-Disposition: form-data; ");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    const FILE: &str = "filename=\"a\"\r\nContent-Type: application/octet-stream";
    part("name=\"fn\"", b"take");
    part("name=\"text\"", text.as_bytes());
    part(&format!("name=\"file\"; {FILE}"), one);
    part(&format!("name=\"files\"; {FILE}"), other);
    body.extend_from_slice(b"--XX--\r\n");
    let file = |content: &[u8]| {
        let octets = "application/octet-stream".to_owned();
        ("a".to_owned(), octets, content.to_vec())
    };
    let given = Given {
        text: Some(text.to_owned()),
        files: vec![file(one), file(other)],
    };
    Some((body.into(), given))
}

fn cut(mut body: Bytes, lengths: &[u8]) -> Vec<Bytes> {
    let mut chunks = Vec::new();
    for length in lengths {
        chunks.push(body.split_to(usize::from(*length).min(body.len())));
    }
    chunks.push(body);
    chunks
}

fn send(path: &str, chunks: Vec<Bytes>) -> Answer {
    let frames = chunks.into_iter();
    let frames = frames.map(|chunk| Ok::<_, std::io::Error>(Frame::data(chunk)));
    let request = Request::post(path)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=XX")
        .body(StreamBody::new(stream::iter(frames)));
    ask(request.expect("the request is one"))
}
