//! Which requests may be for pages, and which responses are.

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, HeaderName,
    HeaderValue,
};
use http::{HeaderMap, Method, StatusCode};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What a browser says that it loads a document for. Not `empty`, which scripts, service workers
/// and prefetches say: a script has no use for the block, and the cache of a service worker keeps
/// what it is given, `no-store` or not.
const FOR_DOCUMENTS: [&str; 5] = ["document", "iframe", "frame", "embed", "object"];

/// Whether the answer may be a page: a `GET` or `HEAD` that no browser makes for an image, a
/// script, a `fetch` or the like.
pub(super) fn may_be_for_a_page(method: &Method, headers: &HeaderMap) -> bool {
    (method == Method::GET || method == Method::HEAD)
        && headers
            .get(SEC_FETCH_DEST)
            .is_none_or(|dest| FOR_DOCUMENTS.iter().any(|known| dest == known))
}

/// Whether the response is a whole page, as text, that may be changed.
pub(super) fn is_page(status: StatusCode, headers: &HeaderMap) -> bool {
    status == StatusCode::OK
        && is_utf8_html(headers)
        && is_plain(headers)
        && !headers.contains_key(CONTENT_RANGE)
        && !is_download(headers)
        && !forbids_changes(headers)
}

fn is_utf8_html(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else {
        return false;
    };
    let Ok(only) = only.to_str() else {
        return false;
    };
    let mut parts = only.split(';').map(str::trim_ascii);
    let is_html = parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case("text/html"));
    is_html && parts.all(|parameter| charset(parameter).is_none_or(is_utf8))
}

/// Whether the headers say what encoding the page is in. Otherwise the page itself may, or nobody
/// does, and a browser takes it for windows-1252.
pub(super) fn declares_charset(headers: &HeaderMap) -> bool {
    let types = headers.get_all(CONTENT_TYPE).iter();
    let mut texts = types.filter_map(|value| value.to_str().ok());
    texts.any(|text| text.split(';').any(|part| charset(part).is_some()))
}

fn charset(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    name.trim_ascii()
        .eq_ignore_ascii_case("charset")
        .then_some(value.trim_ascii().trim_matches('"'))
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

fn is_plain(headers: &HeaderMap) -> bool {
    let identity = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    headers.get_all(CONTENT_ENCODING).iter().all(identity)
}

fn is_download(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_DISPOSITION).is_some_and(|value| {
        let kind = value.as_bytes().split(|byte| *byte == b';').next();
        kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"attachment"))
    })
}

/// `no-transform` is a page's way out (RFC 9111 section 5.2.2.6).
fn forbids_changes(headers: &HeaderMap) -> bool {
    headers
        .get_all(CACHE_CONTROL)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .any(|directive| directive.trim_ascii().eq_ignore_ascii_case(b"no-transform"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(status: u16, fields: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_page(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn content_types() {
        for (value, expected) in [
            ("text/html", true),
            ("Text/HTML; Charset=\"UTF-8\"", true),
            ("text/html;charset=utf-8", true),
            ("text/html; charset=utf8; v=1", true),
            ("text/html; charset=latin1", false),
            ("text/html; charset=utf-16", false),
            ("text/html; charset=utf-8; charset=latin1", false),
            ("text/htmlx", false),
            ("text/plain; text/html", false),
            ("application/xhtml+xml", false),
            ("application/json", false),
            ("", false),
        ] {
            assert_eq!(page(200, &[("content-type", value)]), expected, "{value}");
        }
        assert!(!page(200, &[]));
        let declares = |value: &'static str| {
            let pair = (CONTENT_TYPE, HeaderValue::from_static(value));
            declares_charset(&HeaderMap::from_iter([pair]))
        };
        assert!(declares("text/html; charset=utf-8") && declares("text/html;Charset=utf8;v=1"));
        assert!(!declares("text/html") && !declares("text/html; v=1"));
        let html = ("content-type", "text/html");
        assert!(!page(200, &[html, html]));
    }

    #[test]
    fn what_else_tells() {
        let html = ("content-type", "text/html");
        for (field, expected) in [
            (("content-encoding", "gzip"), false),
            (("content-encoding", "identity"), true),
            (("content-range", "bytes 0-1/2"), false),
            (("content-disposition", "Attachment; filename=a"), false),
            (("content-disposition", "inline"), true),
            (("cache-control", "public, No-Transform"), false),
            (("cache-control", "public, max-age=60"), true),
        ] {
            assert_eq!(page(200, &[html, field]), expected, "{field:?}");
        }
        for status in [201, 203, 206, 304, 404, 500] {
            assert!(!page(status, &[html]), "{status}");
        }
    }

    #[test]
    fn requests() {
        let ask = |method: Method, dest: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(dest) = dest {
                headers.insert(SEC_FETCH_DEST, HeaderValue::from_static(dest));
            }
            may_be_for_a_page(&method, &headers)
        };
        assert!(ask(Method::GET, None) && ask(Method::HEAD, None));
        assert!(!ask(Method::POST, None) && !ask(Method::OPTIONS, None));
        assert!(ask(Method::GET, Some("document")) && ask(Method::GET, Some("iframe")));
        assert!(!ask(Method::GET, Some("empty")));
        assert!(!ask(Method::GET, Some("image")) && !ask(Method::GET, Some("script")));
    }
}
