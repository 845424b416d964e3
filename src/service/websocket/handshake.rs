//! The opening handshake: RFC 6455 section 4.2, over HTTP/2 RFC 8441 section 5.

use bytes::Bytes;
use http::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::request::Parts;
use http::{Method, Response, StatusCode, Version};
use hyper::ext::Protocol;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Refusal;
use super::offer::SUBPROTOCOL;
use crate::error::Error;
use crate::service::config::Config;
use crate::service::encode;

pub(super) const VERSION: HeaderValue = HeaderValue::from_static("13");
pub(super) const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// A handshake that can be answered.
pub(super) enum Handshake {
    /// With the value of `Sec-WebSocket-Accept`.
    Http1(HeaderValue),
    /// A stream of HTTP/2 needs no proof that nobody answers from a cache.
    Http2,
}

impl Handshake {
    /// What is wrong with a request that [asks for](is_asked_for) an upgrade, if something is.
    pub(super) fn read(head: &Parts) -> Result<Self, Refusal> {
        if single(&head.headers, &SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
            return Err(Refusal {
                error: Error::upgrade_required("Version 13 of the WebSocket protocol is spoken"),
                version: true,
            });
        }
        if !is_http1(head) {
            return Ok(Self::Http2);
        }
        let accept = single(&head.headers, &SEC_WEBSOCKET_KEY)
            .filter(|key| is_key(key.as_bytes()))
            .and_then(|key| derive_accept_key(key.as_bytes()).try_into().ok());
        let accept =
            accept.ok_or_else(|| Error::bad_request("`Sec-WebSocket-Key` is not 16 bytes"))?;
        Ok(Self::Http1(accept))
    }

    /// The answer that takes the upgrade.
    pub(super) fn response(self, config: &Config, selects: bool) -> Response<Bytes> {
        let status = match self {
            Self::Http1(_) => StatusCode::SWITCHING_PROTOCOLS,
            Self::Http2 => StatusCode::OK,
        };
        let mut response = encode::upgraded(config, status);
        let headers = response.headers_mut();
        if let Self::Http1(accept) = self {
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(UPGRADE, WEBSOCKET);
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        if selects {
            headers.insert(
                SEC_WEBSOCKET_PROTOCOL,
                HeaderValue::from_static(SUBPROTOCOL),
            );
        }
        response
    }
}

/// Whether the request is an upgrade to a WebSocket, whatever else is wrong with it.
pub(super) fn is_asked_for(head: &Parts) -> bool {
    if !is_http1(head) {
        let protocol = head.extensions.get::<Protocol>();
        return head.method == Method::CONNECT
            && protocol.is_some_and(|protocol| protocol.as_str() == "websocket");
    }
    head.version == Version::HTTP_11
        && head.method == Method::GET
        && lists(&head.headers, &CONNECTION, "upgrade")
        && lists(&head.headers, &UPGRADE, "websocket")
}

pub(super) fn is_http1(head: &Parts) -> bool {
    head.version < Version::HTTP_2
}

/// The one field of this name.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// Whether a list field has this member, in any case.
fn lists(headers: &HeaderMap, name: &HeaderName, member: &str) -> bool {
    let is_member = |found: &[u8]| found.trim_ascii().eq_ignore_ascii_case(member.as_bytes());
    let mut values = headers.get_all(name).iter();
    values.any(|value| value.as_bytes().split(|byte| *byte == b',').any(is_member))
}

/// The Base64 of 16 bytes: 22 digits, of which the last holds two bits.
fn is_key(key: &[u8]) -> bool {
    let Some((digits, last)) = key
        .strip_suffix(b"==")
        .and_then(|digits| digits.split_at_checked(21))
    else {
        return false;
    };
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    digits.iter().all(is_digit) && matches!(last, b"A" | b"Q" | b"g" | b"w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (key, is) in [
            ("dGhlIHNhbXBsZSBub25jZQ==", true),
            ("AAAAAAAAAAAAAAAAAAAAAA==", true),
            ("/////////////////////w==", true),
            ("", false),
            ("==", false),
            ("dGhlIHNhbXBsZSBub25jZQ", false),
            ("dGhlIHNhbXBsZSBub25jZQ=", false),
            ("dGhlIHNhbXBsZSBub25jZR==", false),
            ("dGhlIHNhbXBsZSBub25j", false),
            ("dGhlIHNhbXBsZSBub25jZQ==AA==", false),
            ("dGhlIHNhbXBsZSB-b25jZQ==", false),
            ("dGhl IHNhbXBsZSBub25jZQ==", false),
        ] {
            assert_eq!(is_key(key.as_bytes()), is, "{key:?}");
        }
    }

    #[test]
    fn list_members() {
        let mut headers = HeaderMap::new();
        headers.append(CONNECTION, HeaderValue::from_static("keep-alive, Upgrade"));
        headers.append(CONNECTION, HeaderValue::from_static("te"));
        assert!(lists(&headers, &CONNECTION, "upgrade"));
        assert!(lists(&headers, &CONNECTION, "te"));
        assert!(!lists(&headers, &CONNECTION, "up"));
        assert!(!lists(&headers, &UPGRADE, "websocket"));
    }
}
