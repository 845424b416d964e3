use std::convert::Infallible;

use futures_util::{FutureExt, stream};
use http_body_util::{BodyExt, StreamBody};
use proptest::prelude::*;

use super::*;
use crate::service::MizanBody;

const BLOCK: &str = "[BLOCK]";

type Frames = Vec<Frame<Bytes>>;

fn page(frames: Frames) -> MizanBody<impl Body<Data = Bytes, Error = Infallible>> {
    let body = StreamBody::new(stream::iter(frames.into_iter().map(Ok)));
    MizanBody::page(body, Insertion::new(Bytes::from_static(BLOCK.as_bytes())))
}

fn frames(pieces: &[&[u8]]) -> Frames {
    let frame = |piece: &&[u8]| Frame::data(Bytes::copy_from_slice(piece));
    pieces.iter().map(frame).collect()
}

fn whole(pieces: &[&[u8]]) -> Vec<u8> {
    let collected = page(frames(pieces)).collect().now_or_never().unwrap();
    collected.unwrap().to_bytes().to_vec()
}

fn text(pieces: &[&str]) -> String {
    let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
    String::from_utf8(whole(&pieces)).unwrap()
}

#[test]
fn the_block_goes_in_wherever_the_page_is_cut() {
    let page = "<!doctype html><head><!-- </head> --><title>é</title></head><body></body>";
    let expected = page.replacen("</title></head>", "</title>[BLOCK]</head>", 1);
    let bytes = page.as_bytes();
    for first in 0..=bytes.len() {
        for second in first..=bytes.len() {
            let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
            assert_eq!(whole(&pieces), expected.as_bytes(), "{first} {second}");
        }
    }
}

#[test]
fn what_looks_like_the_place_at_the_end_of_a_piece_goes_on() {
    assert_eq!(
        text(&["<p></hea", "ding></", "head", "er></body>"]),
        "<p></heading></header>[BLOCK]</body>"
    );
    assert_eq!(
        text(&["<html><", "<", "bod", "", "y", " a>"]),
        "<html><[BLOCK]<body a>"
    );
    assert_eq!(text(&["<html></hea"]), "<html></hea");
    assert_eq!(text(&["<html>", "x"]), "<html>x[BLOCK]");
    assert_eq!(text(&["a fragment</", "p>"]), "a fragment</p>");
    assert_eq!(text(&[]), "");
}

#[test]
fn a_page_whose_place_is_too_far_on() {
    let far = |filling: usize| format!("<html>{}</head>", "x".repeat(filling));
    // `<html>` before, and `</head` and what follows it still searched.
    let last = SEARCHED - "<html></head>".len();
    assert!(text(&[&far(last)]).contains(BLOCK));
    let lost = far(last + 1);
    assert_eq!(text(&[&lost]), lost);
    let cut: Vec<&[u8]> = lost.as_bytes().chunks(1000).collect();
    assert_eq!(whole(&cut), lost.as_bytes());
    // Not at the end either: what state a browser is in there was not looked at.
    let endless = "<html>".to_owned() + &"x".repeat(SEARCHED);
    assert_eq!(text(&[&endless]), endless);
}

#[test]
fn a_piece_is_out_before_the_next_one_is_there() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let body = StreamBody::new(stream::poll_fn(move |cx| receiver.poll_recv(cx)));
    let block = Bytes::from_static(BLOCK.as_bytes());
    let mut page = std::pin::pin!(MizanBody::page(body, Insertion::new(block)));
    let mut next = || {
        let frame = page.frame().now_or_never()?;
        frame.map(|frame| frame.unwrap().into_data().unwrap())
    };
    let send = |text: &'static str| {
        let frame: Result<_, Infallible> = Ok(Frame::data(Bytes::from(text)));
        sender.send(frame).unwrap();
    };
    assert_eq!(next(), None);
    send("<html><ti");
    assert_eq!(next().unwrap(), "<html>");
    assert_eq!(next(), None);
    send("tle>t");
    assert_eq!(next().unwrap(), "<ti");
    assert_eq!(next().unwrap(), "tle>t");
    send("</title></head>");
    assert_eq!(next().unwrap(), "</title>");
    assert_eq!(next().unwrap(), BLOCK);
    assert_eq!(next().unwrap(), "</head>");
    send("</head>");
    assert_eq!(next().unwrap(), "</head>");
}

#[test]
fn trailers_come_last() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", "1".parse().unwrap());
    let mut all = frames(&[b"<html><", b"p"]);
    all.push(Frame::trailers(trailers));
    let collected = page(all).collect().now_or_never().unwrap().unwrap();
    assert_eq!(collected.trailers().unwrap()["x-sum"], "1");
    // An open tag's name is no place for it.
    assert_eq!(collected.to_bytes(), "<html><p");

    let mut all = frames(&[b"<html>"]);
    all.push(Frame::trailers(HeaderMap::new()));
    let collected = page(all).collect().now_or_never().unwrap().unwrap();
    assert!(collected.trailers().is_some());
    assert_eq!(collected.to_bytes(), "<html>[BLOCK]");
}

/// They came with another body, as the headers did.
#[test]
fn trailers_say_nothing_of_the_body() {
    for html in ["<html>", "<html></head>"] {
        let mut trailers = HeaderMap::new();
        for name in ["content-digest", "etag", "server-timing"] {
            trailers.insert(name, "1".parse().unwrap());
        }
        let mut all = frames(&[html.as_bytes()]);
        all.push(Frame::trailers(trailers));
        let collected = page(all).collect().now_or_never().unwrap().unwrap();
        let left: Vec<_> = collected.trailers().unwrap().keys().collect();
        assert_eq!(left, ["server-timing"], "{html}");
    }
}

#[test]
fn an_error_is_passed_on() {
    let failing = stream::iter([Ok(Frame::data(Bytes::from("<html>"))), Err("broke off")]);
    let block = Bytes::from_static(BLOCK.as_bytes());
    let page = MizanBody::page(StreamBody::new(failing), Insertion::new(block));
    let error = page.collect().now_or_never().unwrap().unwrap_err();
    assert_eq!(error, "broke off");
}

#[test]
fn lengths_are_true_at_every_step() {
    for (html, is_primed) in [
        ("<html><head></head><p>", true),
        ("<html><p>", true),
        ("<p>", false),
        ("", false),
    ] {
        let body = http_body_util::Full::new(Bytes::from(html));
        let block = Bytes::from_static(BLOCK.as_bytes());
        let mut page = MizanBody::page(body, Insertion::new(block));
        let whole = html.len() + if is_primed { BLOCK.len() } else { 0 };
        let mut left = whole as u64;
        assert_eq!(page.size_hint().exact(), None, "{html}");
        loop {
            let hint = page.size_hint();
            assert!(hint.lower() <= left, "{html}: {hint:?} with {left} left");
            assert!(
                hint.upper().unwrap() >= left,
                "{html}: {hint:?} with {left} left"
            );
            if page.is_end_stream() {
                assert_eq!(left, 0, "{html}");
            }
            match page.frame().now_or_never().unwrap() {
                Some(frame) => left -= frame.unwrap().into_data().unwrap().len() as u64,
                None => break,
            }
        }
        assert_eq!(left, 0, "{html}");
        assert!(page.is_end_stream(), "{html}");
    }
}

#[test]
fn the_answer_to_head_has_no_length() {
    let body = http_body_util::Full::new(Bytes::from("<html>"));
    let page = MizanBody::page(body, Insertion::hiding_length());
    assert_eq!(page.size_hint().exact(), None);
    let collected = page.collect().now_or_never().unwrap().unwrap();
    assert_eq!(collected.to_bytes(), "<html>");
}

/// What pages are made of, and what is meant to mislead.
fn markup() -> impl Strategy<Value = String> {
    let tokens = prop::sample::select(vec![
        "<",
        ">",
        "/",
        "!",
        "-",
        "--",
        "\"",
        "'",
        "=",
        " ",
        "a",
        "é",
        "<!--",
        "-->",
        "--!>",
        "<!doctype html>",
        "<html>",
        "<head>",
        "</head>",
        "</head",
        "<body>",
        "<body ",
        "</body>",
        "</html>",
        "<script>",
        "</script>",
        "<script",
        "<title>",
        "</title>",
        "<style>",
        "</style>",
        "<template>",
        "</template>",
        "<p a=\"",
        "id=__MIZAN_DATA__",
        "<plaintext>",
    ]);
    prop::collection::vec(tokens, 0..24).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn any_cut_gives_the_same_page(
        html in markup(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let expected = whole(&[html.as_bytes()]);
        // All else is as it was.
        let text = String::from_utf8(expected.clone()).unwrap();
        prop_assert_eq!(text.replacen(BLOCK, "", 1), html.as_str());

        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(html.len() + 1)).collect();
        cuts.extend([0, html.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &html.as_bytes()[cut[0]..cut[1]]).collect();
        prop_assert_eq!(whole(&pieces), expected.clone());
        let bytes: Vec<&[u8]> = html.as_bytes().chunks(1).collect();
        prop_assert_eq!(whole(&bytes), expected);
    }

    #[test]
    fn any_bytes_go_through(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let out = whole(&[&bytes]);
        prop_assert!(out == bytes || out.len() == bytes.len() + BLOCK.len());
    }
}
