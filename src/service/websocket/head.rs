//! What is kept of the request that was upgraded, for as long as its connection lives.

use bytes::BytesMut;
use http::request::Parts;
use http::{HeaderValue, Uri};

/// What a head takes, counted as HTTP/2 counts it: 32 bytes beside the texts of each header (RFC
/// 9113, section 6.5.2).
pub(super) fn length(head: &Parts) -> usize {
    const EACH: usize = 32;
    let uri = head.uri.path().len() + head.uri.query().map_or(0, str::len);
    let headers = head.headers.iter();
    let fields = headers.map(|(name, value)| name.as_str().len() + value.len() + EACH);
    uri + fields.sum::<usize>()
}

/// The same head, in memory of its own. A server cuts the values and the URI out of the buffer that
/// it read the request into, 16 KiB of hyper's, and each of them keeps the whole of it.
pub(super) fn detached(mut head: Parts) -> Parts {
    let length = head.headers.values().map(HeaderValue::len).sum();
    // One allocation for all of them.
    let mut texts = BytesMut::with_capacity(length);
    for value in head.headers.values_mut() {
        texts.extend_from_slice(value.as_bytes());
        if let Ok(mut own) = HeaderValue::from_maybe_shared(texts.split().freeze()) {
            own.set_sensitive(value.is_sensitive());
            *value = own;
        }
    }
    if let Ok(own) = Uri::try_from(head.uri.to_string()) {
        head.uri = own;
    }
    head
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Request;

    use super::*;

    #[test]
    fn a_head_is_as_long_as_all_of_it() {
        let request = Request::get("http://host/ws/?a=1")
            .header("x-one", "first")
            .header("x-one", "");
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(length(&head), 4 + 3 + (5 + 5 + 32) + (5 + 32));
    }

    #[test]
    fn nothing_of_the_buffer_is_kept() {
        let buffer = Bytes::from(b"/ws/?a=1 first second".to_vec());
        let value = |range| HeaderValue::from_maybe_shared(buffer.slice(range)).unwrap();
        let mut secret = value(15..21);
        secret.set_sensitive(true);
        let request = Request::get(Uri::from_maybe_shared(buffer.slice(0..8)).unwrap())
            .header("x-one", value(9..14))
            .header("x-two", secret)
            .header("x-two", value(9..9));
        let (head, ()) = request.body(()).unwrap().into_parts();
        let before = head.clone();

        let head = detached(head);
        assert_eq!(head.uri, before.uri);
        assert_eq!(head.headers, before.headers);
        assert!(head.headers["x-two"].is_sensitive());
        drop(before);
        assert!(buffer.is_unique());
    }
}
