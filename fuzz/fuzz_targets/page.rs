//! A page that is given its data: how its body is cut makes no difference, all that is there besides
//! the data is the page, and a page that has its data is given no more.
//!
//! The first byte says how many bytes after it are the lengths of pieces. What follows is the page.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use mizan_fuzz::page::{BLOCK, primed};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let count = usize::from(first & 15).min(rest.len());
    let (lengths, page) = rest.split_at(count);
    let text = String::from_utf8_lossy(page);

    let whole = primed(vec![Bytes::copy_from_slice(page)]);
    let pieces = primed(cut(Bytes::copy_from_slice(page), lengths));
    assert_eq!(pieces, whole, "{text}");
    let bytes = primed(page.chunks(1).map(Bytes::copy_from_slice).collect());
    assert_eq!(bytes, whole, "{text}");

    if whole != page {
        assert!(is_with_block(&whole, page), "{text}");
        assert_eq!(primed(vec![Bytes::from(whole.clone())]), whole, "{text}");
    }
});

fn is_with_block(whole: &[u8], page: &[u8]) -> bool {
    let block = BLOCK.as_bytes();
    let mut places = whole.windows(block.len()).enumerate();
    places.any(|(at, found)| {
        found == block && [&whole[..at], &whole[at + block.len()..]].concat() == page
    })
}

fn cut(mut page: Bytes, lengths: &[u8]) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    for length in lengths {
        pieces.push(page.split_to(usize::from(*length).min(page.len())));
    }
    pieces.push(page);
    pieces
}
