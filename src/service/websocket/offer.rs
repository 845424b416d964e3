//! What a handshake brings beside its headers proper: subprotocols, and tokens where only a
//! browser's constructor and an URL have room for them (protocol section 7).

use std::borrow::Cow;

use http::Uri;
use http::header::{HeaderMap, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use http::request::Parts;
use http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;

/// The only subprotocol that is ever selected.
pub(super) const SUBPROTOCOL: &str = "mizan.v1";
const TOKEN_PREFIX: &[u8] = b"mizan.token.";
const TOKEN_PARAMETER: &str = "token";

pub(super) struct Offer {
    pub(super) token: Option<Token>,
    /// [`SUBPROTOCOL`] is among those offered.
    pub(super) selects: bool,
}

/// A token that came outside of the headers for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Of a subprotocol or of the query.
    Text(String),
    /// Several, or none that is text.
    Unclear,
}

impl Offer {
    /// Takes the tokens out of the request, so that no handler and no log sees them. Where none are
    /// read, the parameter is the host's.
    pub(super) fn take(head: &mut Parts, reads_tokens: bool) -> Self {
        let (selects, subprotocol) = take_subprotocols(&mut head.headers);
        let query = reads_tokens
            .then(|| take_parameter(&mut head.uri))
            .flatten();
        Self {
            token: subprotocol.or(query),
            selects,
        }
    }
}

fn take_subprotocols(headers: &mut HeaderMap) -> (bool, Option<Token>) {
    let (mut selects, mut token) = (false, None);
    let mut others: Vec<&[u8]> = Vec::new();
    for value in headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
        for offered in value.as_bytes().split(|byte| *byte == b',') {
            let offered = offered.trim_ascii();
            let Some(text) = offered.strip_prefix(TOKEN_PREFIX) else {
                selects |= offered == SUBPROTOCOL.as_bytes();
                others.push(offered);
                continue;
            };
            token = Some(match (str::from_utf8(text), token) {
                (Ok(text), None) => Token::Text(text.to_owned()),
                _ => Token::Unclear,
            });
        }
    }
    if token.is_some() {
        match HeaderValue::from_bytes(&others.join(&b", "[..])) {
            Ok(others) if !others.is_empty() => {
                headers.insert(SEC_WEBSOCKET_PROTOCOL, others);
            }
            _ => {
                headers.remove(SEC_WEBSOCKET_PROTOCOL);
            }
        }
    }
    (selects, token)
}

fn take_parameter(uri: &mut Uri) -> Option<Token> {
    let mut token = None;
    let mut others = String::new();
    for pair in uri.query()?.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decoded(name).as_deref() != Some(TOKEN_PARAMETER) {
            let separator = if others.is_empty() { '?' } else { '&' };
            others.push(separator);
            others.push_str(pair);
            continue;
        }
        token = Some(match (decoded(value), token) {
            (Some(text), None) => Token::Text(text.into_owned()),
            _ => Token::Unclear,
        });
    }
    if token.is_some() {
        *uri = with_query(uri, &others);
    }
    token
}

/// As in forms, where `+` is a space.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
        return Some(Cow::Owned(decoded.into_owned()));
    }
    percent_decode_str(text).decode_utf8().ok()
}

/// A URI with another query. Its parts were parts of one before; were they none, nothing is left
/// rather than the token.
fn with_query(uri: &Uri, query: &str) -> Uri {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(format!("{}{query}", uri.path())).ok();
    Uri::from_parts(parts).unwrap_or_default()
}

#[cfg(test)]
mod tests;
