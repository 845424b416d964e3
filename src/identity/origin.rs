//! Whether a request comes from the same site (protocol, section 6).
//!
//! tower-http's `csrf` layer guards against the same attack by the same headers, but cannot serve
//! here. Its decision is private to its service, which judges every unsafe request
//! by method alone, and its bypass sees a method and a URI: a request that a token has already
//! authenticated cannot be let through, nor can a `GET` that upgrades to a WebSocket be held to the
//! rule. It also compares `Origin` with the authority byte by byte, so that a `Host` which spells
//! out its default port, or a name in another case, is refused, and of a repeated header it reads
//! the first field alone.

use std::error::Error;
use std::fmt;
use std::net::Ipv6Addr;

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Origins other than the site's own that may make unsafe requests and open WebSockets.
///
/// Each is the text of an `Origin` header, compared byte for byte: `scheme://host`, or
/// `scheme://host:port` where the port is not the scheme's default, in lower case. Another spelling
/// is one that no browser sends, and is reported as an [`OriginError`] when the layer is built. The
/// default trusts none.
#[derive(Clone, Debug, Default)]
#[must_use]
pub(crate) struct TrustedOrigins {
    origins: Vec<String>,
}

impl TrustedOrigins {
    /// Trusts none.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Trusts one more origin.
    pub(crate) fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Reports the first entry that can never be an `Origin`.
    pub(crate) fn validate(&self) -> Result<(), OriginError> {
        self.origins.iter().try_for_each(|origin| check(origin))
    }

    /// Whether the request's headers allow that it comes from this site, or from a trusted origin.
    pub(crate) fn same_site(&self, headers: &HeaderMap, uri: &Uri) -> bool {
        let Ok(origin) = single(headers, &ORIGIN) else {
            return false;
        };
        if origin.is_some_and(|origin| self.contains(origin)) {
            return true;
        }
        match single(headers, &SEC_FETCH_SITE) {
            Ok(Some(site)) => matches!(site.as_bytes(), b"same-origin" | b"none"),
            Ok(None) => origin.is_none_or(|origin| {
                let origin = origin.to_str();
                origin.is_ok_and(|origin| equals_authority(origin, headers, uri))
            }),
            Err(Repeated) => false,
        }
    }

    fn contains(&self, origin: &HeaderValue) -> bool {
        self.origins.iter().any(|trusted| trusted == origin)
    }
}

/// Whether a method may change something, for the rule above: all but `GET`, `HEAD` and `OPTIONS`.
pub(crate) fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A configured origin that no request can have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OriginError {
    /// Not of the form `scheme://host[:port]`: a path, a user, a wildcard, or a host that is not
    /// written in ASCII.
    Malformed(String),
    /// `null` is what any sandboxed page sends, and so cannot be trusted.
    Null,
    /// An origin, but spelled as no browser sends it: upper case, or the scheme's default port.
    Spelling(String),
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(origin) => {
                write!(f, "trusted origin {origin:?} is not scheme://host[:port]")
            }
            Self::Null => f.write_str("the origin \"null\" is everyone's and cannot be trusted"),
            Self::Spelling(origin) => write!(
                f,
                "trusted origin {origin:?} must be in lower case and without the default port"
            ),
        }
    }
}

impl Error for OriginError {}

fn check(origin: &str) -> Result<(), OriginError> {
    if origin == "null" {
        return Err(OriginError::Null);
    }
    let malformed = || OriginError::Malformed(origin.to_owned());
    let (scheme, authority) = origin.split_once("://").ok_or_else(malformed)?;
    let (_, port) = split_authority(authority).ok_or_else(malformed)?;
    if !is_scheme(scheme) || authority.ends_with(':') {
        return Err(malformed());
    }
    let lower = !origin.bytes().any(|byte| byte.is_ascii_uppercase());
    if !lower || port.is_some_and(|port| Some(port) == default_port(scheme)) {
        return Err(OriginError::Spelling(origin.to_owned()));
    }
    Ok(())
}

struct Repeated;

/// The one field of this name. An empty one counts as absent.
fn single<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h HeaderValue>, Repeated> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Repeated),
        (value, None) => Ok(value.filter(|value| !value.is_empty())),
    }
}

/// Whether an origin has the host and the port that the request is for.
pub(crate) fn equals_authority(origin: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let authority = match uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => single(headers, &HOST)
            .ok()
            .flatten()
            .and_then(|host| host.to_str().ok()),
    };
    let (Some(authority), Some((scheme, origin))) = (authority, origin.split_once("://")) else {
        return false;
    };
    // The request does not say by which scheme it came to a proxy in front, so the origin's scheme
    // fills in the default port on both sides.
    let Some(default) = default_port(scheme) else {
        return false;
    };
    match (split_authority(origin), split_authority(authority)) {
        (Some((left, left_port)), Some((right, right_port))) => {
            left == right && left_port.unwrap_or(default) == right_port.unwrap_or(default)
        }
        _ => false,
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    if scheme.eq_ignore_ascii_case("https") {
        Some(443)
    } else if scheme.eq_ignore_ascii_case("http") {
        Some(80)
    } else {
        None
    }
}

/// `scheme` of RFC 3986, section 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

#[derive(Clone, Copy)]
enum Host<'a> {
    Name(&'a str),
    V6(Ipv6Addr),
}

impl PartialEq for Host<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(left), Self::Name(right)) => left.eq_ignore_ascii_case(right),
            (Self::V6(left), Self::V6(right)) => left == right,
            _ => false,
        }
    }
}

/// Splits `host[:port]`; `None` for anything else, userinfo included. An empty port is none
/// (RFC 3986, section 3.2.3).
fn split_authority(text: &str) -> Option<(Host<'_>, Option<u16>)> {
    let (host, rest) = if let Some(literal) = text.strip_prefix('[') {
        let (address, rest) = literal.split_once(']')?;
        (Host::V6(address.parse().ok()?), rest)
    } else {
        let (name, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        if name.is_empty() || !name.bytes().all(legal) {
            return None;
        }
        (Host::Name(name), rest)
    };
    let port = match rest.strip_prefix(':') {
        None if rest.is_empty() => None,
        None => return None,
        Some("") => None,
        // `parse` alone would take a sign.
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
        Some(_) => return None,
    };
    Some((host, port))
}

#[cfg(test)]
mod tests;
