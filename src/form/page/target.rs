//! Where a browser goes once a form is done: nowhere but to the site it is on.

use http::header::REFERER;
use http::{HeaderMap, HeaderValue, Uri};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::identity::equals_authority;

/// What browsers would encode in a path, and what other readers of a `Location` trip over.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A `Location` on the same origin: an absolute path, with a query and a fragment perhaps. `None`
/// for anything that a browser could read as another origin.
///
/// Browsers read `\` as `/`, and drop tabs and newlines wherever they stand (WHATWG URL, section
/// 4.4), so that `//host` has many spellings. Non-ASCII text is percent-encoded; what is encoded
/// already stays.
pub(crate) fn target(text: &str) -> Option<HeaderValue> {
    let path = text.split(['?', '#']).next()?;
    let is_foreign = path.strip_prefix('/')?.starts_with('/') || path.contains('\\');
    if is_foreign || text.contains(char::is_control) {
        return None;
    }
    HeaderValue::from_str(&utf8_percent_encode(text, ENCODED).to_string()).ok()
}

/// The page that the request came from, if that is of the request's own host and port. A form's
/// own path, from which it is sent once it had errors, is no page to go to.
pub(crate) fn back(headers: &HeaderMap, uri: &Uri) -> Option<HeaderValue> {
    let mut referers = headers.get_all(REFERER).iter();
    let (Some(referer), None) = (referers.next(), referers.next()) else {
        return None;
    };
    let referer = referer.to_str().ok()?;
    let start = referer.find("://")? + "://".len();
    let path = start + referer.get(start..)?.find('/')?;
    if !equals_authority(referer.get(..path)?, headers, uri) {
        return None;
    }
    let page = referer.get(path..)?;
    // The host may have stripped the prefix of the request's.
    if page.split(['?', '#']).next()?.ends_with(uri.path()) {
        return None;
    }
    target(page.split('#').next()?)
}

#[cfg(test)]
mod tests {
    use http::header::HOST;
    use proptest::prelude::*;

    use super::*;

    fn headers(fields: &[(http::HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    #[test]
    fn targets() {
        let table = [
            ("/", Some("/")),
            ("/thanks", Some("/thanks")),
            ("/thanks?x=1#y", Some("/thanks?x=1#y")),
            (
                "/thanks?next=//evil.test/",
                Some("/thanks?next=//evil.test/"),
            ),
            ("/a//b", Some("/a//b")),
            ("/a:b", Some("/a:b")),
            ("/?", Some("/?")),
            ("/#//x", Some("/#//x")),
            ("/a?b=c\\d", Some("/a?b=c%5Cd")),
            ("/grüße", Some("/gr%C3%BC%C3%9Fe")),
            ("/a b\"<c>", Some("/a%20b%22%3Cc%3E")),
            ("/a%20b%2F", Some("/a%20b%2F")),
            ("/\u{202e}x", Some("/%E2%80%AEx")),
            ("", None),
            ("thanks", None),
            ("?x=1", None),
            ("#y", None),
            ("//evil.test", None),
            ("///evil.test", None),
            ("/\\evil.test", None),
            ("\\\\evil.test", None),
            ("\\/evil.test", None),
            ("/a\\b", None),
            ("/\t/evil.test", None),
            ("/\n/evil.test", None),
            ("/a\r\nSet-Cookie: x=1", None),
            ("/a?b\u{0}", None),
            ("/a#\u{7f}", None),
            ("/a\u{85}", None),
            (" /thanks", None),
            ("\t/thanks", None),
            ("https://evil.test/", None),
            ("https:/evil.test", None),
            ("javascript:alert(1)", None),
        ];
        for (text, expected) in table {
            let found = target(text);
            let found = found.as_ref().map(|value| value.to_str().unwrap());
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn back_to_the_page() {
        let table = [
            ("https://a.test/contact", Some("/contact")),
            ("http://a.test/contact?x=1", Some("/contact?x=1")),
            ("https://A.TEST:443/contact#y", Some("/contact")),
            ("https://a.test/", Some("/")),
            (
                "https://a.test/?next=https://evil.test/",
                Some("/?next=https://evil.test/"),
            ),
            ("https://a.test/api/mizan/form/contact/", None),
            ("https://a.test/prefix/api/mizan/form/contact/?x=1#y", None),
            ("https://a.test//evil.test/", None),
            ("https://a.test/\\evil.test/", None),
            ("https://a.test", None),
            ("https://a.test:444/contact", None),
            ("https://evil.test/contact", None),
            ("https://evil.test/https://a.test/", None),
            ("https://a.test.evil.test/", None),
            ("https://a.test@evil.test/", None),
            ("https://evil.test@a.test/", None),
            ("https://evil.test\\a.test/", None),
            ("https:///a.test/", None),
            ("://a.test/", None),
            ("javascript://a.test/", None),
            ("about:blank", None),
            ("/contact", None),
            ("", None),
        ];
        let own = "/api/mizan/form/contact/".parse::<Uri>().unwrap();
        let http2 = "https://a.test/api/mizan/form/contact/"
            .parse::<Uri>()
            .unwrap();
        for (referer, expected) in table {
            let http1 = headers(&[(HOST, "a.test"), (REFERER, referer)]);
            let without = headers(&[(HOST, "evil.test"), (REFERER, referer)]);
            for (headers, uri) in [(http1, &own), (without, &http2)] {
                let found = back(&headers, uri);
                let found = found.as_ref().map(|value| value.to_str().unwrap());
                assert_eq!(found, expected, "{referer:?} to {uri}");
            }
        }
        let good = "https://a.test/contact";
        for fields in [
            &[(HOST, "a.test")][..],
            &[(REFERER, good)],
            &[(HOST, "a.test"), (HOST, "a.test"), (REFERER, good)],
            &[(HOST, "a.test"), (REFERER, good), (REFERER, good)],
            &[(HOST, "a.test"), (REFERER, "https://a.test/ü")],
        ] {
            assert_eq!(back(&headers(fields), &own), None, "{fields:?}");
        }
    }

    /// The host of a reference against a base, as WHATWG's parser for `https` finds it: ends
    /// trimmed, tabs and newlines dropped, `\` for `/`, any number of slashes behind a scheme.
    fn host(reference: &str, base: &str) -> String {
        let trimmed = reference.trim_matches(|c: char| c <= ' ');
        let text: String = trimmed
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
            .collect();
        let is_slash = |c: char| c == '/' || c == '\\';
        let until = text.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        let scheme = match until {
            Some(end) if end > 0 && text[end..].starts_with(':') => &text[..end],
            _ => "",
        };
        let rest = match scheme {
            "" => &text[..],
            scheme => &text[scheme.len() + 1..],
        };
        let slashes = rest.len() - rest.trim_start_matches(is_slash).len();
        let has_authority = match scheme.to_ascii_lowercase().as_str() {
            "" => slashes >= 2,
            // The base's own scheme may stand before a relative reference.
            "https" => slashes >= 2,
            "http" => true,
            other => return format!("{other}:"),
        };
        if !has_authority {
            return base.to_owned();
        }
        let authority = rest.trim_start_matches(is_slash);
        let end = authority.find(|c| is_slash(c) || c == '?' || c == '#');
        let authority = &authority[..end.unwrap_or(authority.len())];
        authority.rsplit('@').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn the_resolver_sees_foreign_hosts() {
        let table = [
            ("/a", "base"),
            ("a", "base"),
            ("//e", "e"),
            ("/\\e/x", "e"),
            ("/\t/e", "e"),
            ("\n//u@e?x", "e"),
            (" https://e", "e"),
            ("ht\ntps:\\\\e", "e"),
            ("https:e", "base"),
            ("http:e", "e"),
            ("javascript:e", "javascript:"),
        ];
        for (reference, expected) in table {
            assert_eq!(host(reference, "base"), expected, "{reference:?}");
        }
    }

    proptest! {
        #[test]
        fn targets_stay(text in "(/|\\\\|[\t\n\r \0]|https?|:|//|e|@|\\?|#|\\.|%2f|ü){1,12}") {
            if let Some(value) = target(&text) {
                let value = value.to_str().unwrap();
                prop_assert_eq!(host(value, "base"), "base");
                // As it was meant before it was encoded, too.
                prop_assert_eq!(host(&text, "base"), "base");
            }
        }

        #[test]
        fn any_path_that_is_plain_is_taken(text in "/([a-z0-9._~-][a-z0-9._~/-]*)?(\\?[a-z=&/]*)?(#[a-z]*)?") {
            prop_assert_eq!(target(&text).unwrap(), text.as_str());
        }

        #[test]
        fn back_stays(
            referer in "(https?://)?(base|e|base:443|base\\.e|e@base|base@e)?(/|\\\\|:|e|@|\\?|#|%2f){0,8}",
        ) {
            let headers = headers(&[(HOST, "base"), (REFERER, &referer)]);
            let uri = Uri::from_static("/api/mizan/form/contact/");
            if let Some(value) = back(&headers, &uri) {
                prop_assert_eq!(host(value.to_str().unwrap(), "base"), "base");
                prop_assert!(matches!(&*host(&referer, "none"), "base" | "base:" | "base:443"));
            }
        }
    }
}
