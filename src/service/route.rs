use std::borrow::Cow;

use http::Method;
use percent_encoding::percent_decode_str;

/// What a path means under a mount.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Endpoint<'a> {
    /// `call/`
    Call,
    /// `ctx/{name}/`
    Context(Cow<'a, str>),
    /// `form/{name}/`
    #[cfg(feature = "forms")]
    Form(Cow<'a, str>),
    /// `ws/`
    #[cfg(feature = "websocket")]
    WebSocket,
    /// Under the mount, and nothing there.
    Unknown,
}

impl Endpoint<'_> {
    /// The methods that the endpoint takes, as `Allow` lists them.
    pub(super) fn allow(&self) -> &'static str {
        match self {
            Endpoint::Call => "POST, OPTIONS",
            #[cfg(feature = "forms")]
            Endpoint::Form(_) => "POST, OPTIONS",
            Endpoint::Context(_) => "GET, HEAD, OPTIONS",
            #[cfg(feature = "websocket")]
            Endpoint::WebSocket => "GET, CONNECT, OPTIONS",
            Endpoint::Unknown => "",
        }
    }

    pub(super) fn takes(&self, method: &Method) -> bool {
        match self {
            Endpoint::Call => method == Method::POST,
            #[cfg(feature = "forms")]
            Endpoint::Form(_) => method == Method::POST,
            Endpoint::Context(_) => method == Method::GET || method == Method::HEAD,
            // Over HTTP/2 (RFC 8441).
            #[cfg(feature = "websocket")]
            Endpoint::WebSocket => method == Method::GET || method == Method::CONNECT,
            Endpoint::Unknown => true,
        }
    }
}

/// The endpoint that a path names, or none where the path is outside the mount.
///
/// `mount` has no trailing slash and is empty for the root. A service that is mounted whole may
/// have had the prefix taken off by its host, and then takes both forms (`stripped`).
#[inline]
pub(crate) fn endpoint<'a>(path: &'a str, mount: &str, stripped: bool) -> Option<Endpoint<'a>> {
    match after(path, mount) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(under(rest)),
        _ if stripped => Some(under(path)),
        _ => None,
    }
}

/// What is behind the mount, by a look at one byte first: most paths of others differ there, and
/// many begin as the mount does.
#[inline]
fn after<'a>(path: &'a str, mount: &str) -> Option<&'a str> {
    match mount.as_bytes() {
        [before @ .., last] if path.as_bytes().get(before.len()) != Some(last) => None,
        _ => path.strip_prefix(mount),
    }
}

fn under(rest: &str) -> Endpoint<'_> {
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest == "call" {
        return Endpoint::Call;
    }
    let (kind, name) = rest.split_once('/').unwrap_or_default();
    if name.is_empty() || name.contains('/') {
        return nameless(rest);
    }
    match (kind, percent_decode_str(name).decode_utf8()) {
        ("ctx", Ok(name)) => Endpoint::Context(name),
        #[cfg(feature = "forms")]
        ("form", Ok(name)) => Endpoint::Form(name),
        _ => Endpoint::Unknown,
    }
}

/// Apart, so that calls and contexts are not asked whether they are WebSockets.
fn nameless(rest: &str) -> Endpoint<'_> {
    match rest {
        #[cfg(feature = "websocket")]
        "ws" => Endpoint::WebSocket,
        _ => Endpoint::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(name: &str) -> Option<Endpoint<'_>> {
        Some(Endpoint::Context(Cow::Borrowed(name)))
    }

    #[test]
    fn paths_under_a_mount() {
        for (path, expected) in [
            ("/api/mizan/call/", Some(Endpoint::Call)),
            ("/api/mizan/call", Some(Endpoint::Call)),
            ("/api/mizan/ctx/user/", context("user")),
            ("/api/mizan/ctx/user", context("user")),
            ("/api/mizan/ctx/us%65r/", context("user")),
            ("/api/mizan/ctx/", Some(Endpoint::Unknown)),
            ("/api/mizan/ctx//", Some(Endpoint::Unknown)),
            ("/api/mizan/ctx/%ff/", Some(Endpoint::Unknown)),
            ("/api/mizan/ctx/a/b/", Some(Endpoint::Unknown)),
            ("/api/mizan/call//", Some(Endpoint::Unknown)),
            ("/api/mizan//call/", Some(Endpoint::Unknown)),
            #[cfg(feature = "forms")]
            (
                "/api/mizan/form/contact/",
                Some(Endpoint::Form("contact".into())),
            ),
            ("/api/mizan/form/", Some(Endpoint::Unknown)),
            #[cfg(feature = "websocket")]
            ("/api/mizan/ws/", Some(Endpoint::WebSocket)),
            #[cfg(feature = "websocket")]
            ("/api/mizan/ws", Some(Endpoint::WebSocket)),
            #[cfg(not(feature = "websocket"))]
            ("/api/mizan/ws/", Some(Endpoint::Unknown)),
            ("/api/mizan/ws//", Some(Endpoint::Unknown)),
            ("/api/mizan/ws/x/", Some(Endpoint::Unknown)),
            ("/api/mizan/wss/", Some(Endpoint::Unknown)),
            ("/api/mizan/nope/", Some(Endpoint::Unknown)),
            ("/api/mizan/", Some(Endpoint::Unknown)),
            ("/api/mizan", Some(Endpoint::Unknown)),
            ("/api/mizanx/call/", None),
            ("/api/miza", None),
            ("/api/mizax/call/", None),
            ("/ape/mizan/call/", None),
            ("/call/", None),
            ("/", None),
        ] {
            assert_eq!(endpoint(path, "/api/mizan", false), expected, "{path}");
        }
    }

    #[test]
    fn a_stripped_prefix() {
        for (path, expected) in [
            ("/call/", Some(Endpoint::Call)),
            ("/api/mizan/call/", Some(Endpoint::Call)),
            ("/ctx/user", context("user")),
            ("/", Some(Endpoint::Unknown)),
            ("/other", Some(Endpoint::Unknown)),
        ] {
            assert_eq!(endpoint(path, "/api/mizan", true), expected, "{path}");
        }
        assert_eq!(endpoint("/call/", "", false), Some(Endpoint::Call));
        assert_eq!(endpoint("/other", "", false), Some(Endpoint::Unknown));
    }
}
