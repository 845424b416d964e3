//! UTF-8 in text messages (RFC 6455 section 8.1): what is no UTF-8 closes with 1007, wherever a
//! fragment ends.

use super::frame::{Frame, TEXT, fragments, fragments_of};
use super::row::{Row, check};
use super::server::call;

const VALID: [&str; 23] = [
    "",
    "Hello-µ@ßöäüàá-UTF-8!!",
    "κόσμε",
    // The first and the last of each length (Autobahn 6.7 to 6.9, 6.11).
    "\u{1}",
    "\u{7f}",
    "\u{80}",
    "\u{7ff}",
    "\u{800}",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    // Around the surrogates.
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}",
    // Noncharacters are characters here (6.22).
    "\u{fffe}",
    "\u{1fffe}",
    "\u{1ffff}",
    "\u{8fffe}",
    "\u{10fffe}",
    "\u{fdd0}",
    // Planes one to sixteen, alone and joined.
    "\u{1d11e}\u{20000}\u{e0001}\u{100000}",
    "👩‍👩‍👧‍👦",
    "日本語 русский עברית 🎈",
];

const INVALID: [&[u8]; 51] = [
    // Autobahn 6.3: valid, then a surrogate, then valid.
    b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65\x64\x69\x74\x65\x64",
    // 6.6: cut off in mid-character.
    b"\xce",
    b"\xe1\xbd",
    b"\xe1",
    b"\xce\xba\xe1",
    b"\xf0\x90\x80",
    b"\xf0\x90",
    b"\xf4",
    // 6.8: more bytes than four, and beyond U+10FFFF.
    b"\xf8\x88\x80\x80\x80",
    b"\xfc\x84\x80\x80\x80\x80",
    b"\xf7\xbf\xbf\xbf",
    b"\xfb\xbf\xbf\xbf\xbf",
    b"\xfd\xbf\xbf\xbf\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    // 6.12 and 6.13: continuations of nothing.
    b"\x80",
    b"\xbf",
    b"\x80\xbf",
    b"\x80\xbf\x80",
    b"\x80\xbf\x80\xbf\x80\xbf",
    // 6.14: starts that go nowhere.
    b"\xc3\x20",
    b"\xe3\x20\x20",
    b"\xf3\x20",
    b"\xc2\xc2\x80",
    // 6.15: the last byte is missing, and something follows.
    b"\xc0\x20",
    b"\xe0\x80\x20",
    b"\xf0\x80\x80\x20",
    b"\xdf\x20",
    b"\xef\xbf\x20",
    b"\xf4\x8f\xbf\x20",
    b"\xf0\x90\x80\xc3\xa4",
    b"\xe2\x82\xf0\x9f\x8e\x88",
    // 6.17: bytes that are never there.
    b"\xfe",
    b"\xff",
    b"\xfe\xfe\xff\xff",
    // 6.18 and 6.19: longer than they need to be.
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\xf0\x80\x80\xaf",
    b"\xf8\x80\x80\x80\xaf",
    b"\xc1\xbf",
    b"\xe0\x9f\xbf",
    b"\xf0\x8f\xbf\xbf",
    b"\xc0\x80",
    b"\xe0\x80\x80",
    b"\xf0\x80\x80\x80",
    // 6.20 and 6.21: surrogates, alone and in pairs.
    b"\xed\xa0\x80",
    b"\xed\xad\xbf",
    b"\xed\xae\x80",
    b"\xed\xbf\xbf",
    b"\xed\xa0\x80\xed\xb0\x80",
    b"\xed\xaf\xbf\xed\xbf\xbf",
];

/// The bytes of a call, of which the part within is the text.
fn around(text: &[u8]) -> (Vec<u8>, usize) {
    let call = call("");
    let at = call.find(r#""text":""#).unwrap() + r#""text":""#.len();
    let (before, behind) = call.as_bytes().split_at(at);
    ([before, text, behind].concat(), at)
}

fn valid() -> Vec<Row> {
    let mut rows = Vec::new();
    for text in VALID {
        let message = call(text).into_bytes();
        let name = text.escape_unicode();
        rows.push(
            Row::new(format!("{name}, whole"))
                .send(Frame::text(&message))
                .echo(text),
        );
        rows.push(
            Row::new(format!("{name}, in fragments of a byte"))
                .send_all(fragments_of(1, TEXT, &message))
                .echo(text),
        );
        rows.push(
            Row::new(format!("{name}, byte by byte"))
                .chopped(1, &Frame::text(&message).bytes())
                .echo(text),
        );
        let at = message.windows(8).position(|part| part == br#""text":""#);
        let start = at.unwrap() + 8;
        for cut in start..=start + text.len() {
            rows.push(
                Row::new(format!("{name}, in two fragments at {}", cut - start))
                    .send_all(fragments(TEXT, &message, &[cut]))
                    .echo(text),
            );
        }
    }
    rows
}

fn invalid() -> Vec<Row> {
    let mut rows = Vec::new();
    for text in INVALID {
        let name = text.escape_ascii();
        let (message, start) = around(text);
        for (within, message) in [("alone", text), ("in a call", &message[..])] {
            rows.push(
                Row::new(format!("{name}, {within}, whole"))
                    .send(Frame::text(message))
                    .closes(1007),
            );
            rows.push(
                Row::new(format!("{name}, {within}, in fragments of a byte"))
                    .send_all(fragments_of(1, TEXT, message))
                    .closes(1007),
            );
            rows.push(
                Row::new(format!("{name}, {within}, byte by byte"))
                    .chopped(1, &Frame::text(message).bytes())
                    .closes(1007),
            );
        }
        for cut in 0..=text.len() {
            rows.push(
                Row::new(format!("{name} in two fragments at {cut}"))
                    .send_all(fragments(TEXT, text, &[cut]))
                    .closes(1007),
            );
            rows.push(
                Row::new(format!("{name} in a call in two fragments at {cut}"))
                    .send_all(fragments(TEXT, &message, &[start + cut]))
                    .closes(1007),
            );
        }
        rows.push(
            Row::new(format!("{name} in fragments with a ping between"))
                .send(Frame::text(&text[..1]).more())
                .send_all([Frame::ping("a"), Frame::continuation(&text[1..])])
                .closes_with_pongs(1007),
        );
    }
    rows
}

/// Autobahn 6.4: a fragment that cannot become a text any more ends the connection, whether or not
/// the message does.
fn at_once() -> Vec<Row> {
    let mut rows = Vec::new();
    for text in INVALID {
        // What is cut off can still become a text.
        let (Some(_), name) = (
            str::from_utf8(text).unwrap_err().error_len(),
            text.escape_ascii(),
        ) else {
            continue;
        };
        rows.push(
            Row::new(format!("{name} in a fragment, and nothing more"))
                .send(Frame::text(text).more())
                .closes(1007),
        );
        rows.push(
            Row::new(format!("{name} in a second fragment, and nothing more"))
                .send(Frame::text("κόσμε").more())
                .send(Frame::continuation(text).more())
                .closes(1007),
        );
    }
    rows
}

/// What is said of texts is not said of bytes.
fn binary() -> Vec<Row> {
    INVALID
        .iter()
        .map(|bytes| {
            Row::new(format!("{} in a binary message", bytes.escape_ascii()))
                .send(Frame::new(super::frame::BINARY, bytes))
                .invalid_json()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn valid_texts() {
    check(valid).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_texts() {
    check(invalid).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_fragments_at_once() {
    check(at_once).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_bytes_in_binary_messages() {
    check(binary).await;
}
