use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use proptest::prelude::*;

use super::{OriginError, SEC_FETCH_SITE, TrustedOrigins, is_unsafe, split_authority};

fn headers(fields: &[(HeaderName, &str)]) -> HeaderMap {
    fields
        .iter()
        .map(|(name, value)| {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            (name.clone(), value)
        })
        .fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        })
}

fn trusted() -> TrustedOrigins {
    TrustedOrigins::new()
        .origin("https://friend.example")
        .origin("capacitor://localhost")
}

fn same_site(uri: &str, fields: &[(HeaderName, &str)]) -> bool {
    let uri = uri.parse::<Uri>().unwrap();
    trusted().same_site(&headers(fields), &uri)
}

#[test]
fn origin_against_host() {
    let table = [
        ("http://example.com", "example.com", true),
        ("https://example.com", "example.com", true),
        ("https://example.com", "example.com:443", true),
        ("http://example.com", "example.com:80", true),
        ("https://example.com:443", "example.com", true),
        ("https://example.com", "example.com:80", false),
        ("http://example.com", "example.com:443", false),
        ("http://example.com:8000", "example.com:8000", true),
        ("http://example.com:8000", "example.com:8001", false),
        ("http://example.com:8000", "example.com", false),
        ("http://example.com", "example.com:", true),
        ("http://Example.COM", "eXample.com", true),
        ("HTTP://example.com", "example.com", true),
        ("http://my_box:3000", "my_box:3000", true),
        ("http://example.com.", "example.com", false),
        ("http://example.com", "sub.example.com", false),
        ("http://sub.example.com", "example.com", false),
        ("http://example.com.evil.test", "example.com", false),
        ("http://evil.test", "example.com", false),
        ("http://127.0.0.1:8800", "127.0.0.1:8800", true),
        ("http://localhost:8800", "127.0.0.1:8800", false),
        ("http://[::1]:8800", "[::1]:8800", true),
        ("http://[::1]", "[0:0:0:0:0:0:0:1]:80", true),
        ("http://[2001:DB8::A]", "[2001:db8::a]", true),
        ("http://[::1]", "[::2]", false),
        ("http://[::1]", "::1", false),
        ("http://[::1", "[::1", false),
        ("http://[::1]x", "[::1]x", false),
        ("http://[::1%eth0]", "[::1%eth0]", false),
        ("null", "null", false),
        ("null", "example.com", false),
        ("http://null", "null", true),
        ("example.com", "example.com", false),
        ("//example.com", "example.com", false),
        ("://example.com", "example.com", false),
        ("ftp://example.com", "example.com", false),
        ("ws://example.com", "example.com", false),
        ("chrome-extension://example.com", "example.com", false),
        ("http://", "", false),
        ("http://example.com/", "example.com", false),
        ("http://example.com/", "example.com/", false),
        ("http://example.com?", "example.com?", false),
        ("http://example.com\\", "example.com\\", false),
        ("http://user@example.com", "example.com", false),
        ("http://user@example.com", "user@example.com", false),
        ("http://example.com", "user@example.com", false),
        ("http://example.com:+80", "example.com", false),
        ("http://example.com:80x", "example.com", false),
        ("http://example.com:65536", "example.com:65536", false),
        ("http://example.com:80:80", "example.com", false),
        (
            "http://example.com http://example.com",
            "example.com",
            false,
        ),
        (
            "http://example.com, http://example.com",
            "example.com",
            false,
        ),
        ("http://bücher.example", "bücher.example", false),
        (" http://example.com", "example.com", false),
    ];
    for (origin, host, expected) in table {
        let fields = [(ORIGIN, origin), (HOST, host)];
        assert_eq!(same_site("/", &fields), expected, "{origin} at {host}");
    }
}

#[test]
fn authority_of_the_target_goes_before_host() {
    let table = [
        ("http://example.com/", Some("other.test"), true),
        ("http://example.com/", None, true),
        ("https://example.com:80/", Some("other.test"), true),
        ("http://other.test/", Some("example.com"), false),
        ("http://user@example.com/", Some("example.com"), false),
        ("/", None, false),
    ];
    for (uri, host, expected) in table {
        let mut fields = vec![(ORIGIN, "http://example.com")];
        fields.extend(host.map(|host| (HOST, host)));
        assert_eq!(same_site(uri, &fields), expected, "{uri} {host:?}");
    }
}

#[test]
fn fetch_metadata_goes_before_the_authority() {
    let same = Some("http://example.com");
    let other = Some("http://evil.test");
    let friend = Some("https://friend.example");
    let table = [
        ("same-origin", None, true),
        ("same-origin", same, true),
        // Behind a proxy that rewrites Host, the browser's word stands.
        ("same-origin", other, true),
        ("same-origin", Some("null"), true),
        ("none", None, true),
        ("none", other, true),
        ("same-site", None, false),
        ("same-site", same, false),
        ("same-site", friend, true),
        ("cross-site", None, false),
        ("cross-site", same, false),
        ("cross-site", friend, true),
        ("Same-Origin", same, false),
        ("same-origin, same-origin", same, false),
        ("whatever", same, false),
        ("whatever", friend, true),
        ("", None, true),
        ("", same, true),
        ("", other, false),
        ("", friend, true),
    ];
    for (site, origin, expected) in table {
        let mut fields = vec![(HOST, "example.com"), (SEC_FETCH_SITE, site)];
        fields.extend(origin.map(|origin| (ORIGIN, origin)));
        assert_eq!(same_site("/", &fields), expected, "{site:?} {origin:?}");
    }
}

#[test]
fn requests_without_either_header_pass() {
    assert!(same_site("/", &[]));
    assert!(same_site("/", &[(HOST, "example.com")]));
    assert!(same_site("/", &[(HOST, "example.com"), (ORIGIN, "")]));
}

#[test]
fn trusted_origins_are_compared_byte_for_byte() {
    let table = [
        ("https://friend.example", true),
        ("capacitor://localhost", true),
        ("https://FRIEND.example", false),
        ("https://friend.example:443", false),
        ("http://friend.example", false),
        ("https://friend.example/", false),
        ("https://friend.example.evil.test", false),
        ("https://a.friend.example", false),
    ];
    for (origin, expected) in table {
        let fields = [(ORIGIN, origin), (HOST, "example.com")];
        assert_eq!(same_site("/", &fields), expected, "{origin}");
    }
}

#[test]
fn repeated_headers_are_refused() {
    let same = "http://example.com";
    let host = (HOST, "example.com");
    let friend = (ORIGIN, "https://friend.example");
    let site = |value| (SEC_FETCH_SITE, value);
    let table = [
        (vec![host.clone(), (ORIGIN, same), (ORIGIN, same)], false),
        (vec![host.clone(), friend.clone(), (ORIGIN, same)], false),
        (vec![friend.clone(), friend.clone()], false),
        (
            vec![(ORIGIN, same), (ORIGIN, same), site("same-origin")],
            false,
        ),
        (vec![host.clone(), host.clone(), (ORIGIN, same)], false),
        (
            vec![host.clone(), site("same-origin"), site("same-origin")],
            false,
        ),
        (vec![host.clone(), site("none"), site("cross-site")], false),
        (vec![host.clone(), site(""), site("")], false),
        (vec![friend, site("same-origin"), site("cross-site")], true),
    ];
    for (fields, expected) in table {
        assert_eq!(same_site("/", &fields), expected, "{fields:?}");
    }
}

#[test]
fn configured_origins_are_checked() {
    let ok = [
        "https://example.com",
        "http://localhost:3000",
        "http://[::1]:3000",
        "https://a-b.example:8443",
        "capacitor://localhost",
        "chrome-extension://abcdefghijklmnop",
        "http://example.com:443",
    ];
    for origin in ok {
        assert_eq!(TrustedOrigins::new().origin(origin).validate(), Ok(()));
    }
    let malformed = [
        "",
        "*",
        "example.com",
        "https://",
        "://example.com",
        "1http://example.com",
        "https:example.com",
        "https://*",
        "https://*.example.com",
        "https://example.com/",
        "https://example.com/path",
        "https://example.com?q",
        "https://example.com#f",
        "https://example.com:",
        "https://example.com:x",
        "https://example.com:70000",
        "https://user@example.com",
        "https://bücher.example",
        "https://example.com ",
        "https://a.example,https://b.example",
        "https://[::1",
    ];
    for origin in malformed {
        let expected = OriginError::Malformed(origin.into());
        let found = TrustedOrigins::new()
            .origin("https://ok.example")
            .origin(origin)
            .validate();
        assert_eq!(found, Err(expected));
    }
    for origin in [
        "https://Example.com",
        "HTTPS://example.com",
        "https://a.example:443",
    ] {
        let expected = OriginError::Spelling(origin.into());
        assert_eq!(
            TrustedOrigins::new().origin(origin).validate(),
            Err(expected)
        );
    }
    let null = TrustedOrigins::new().origin("null").validate();
    assert_eq!(null, Err(OriginError::Null));
    assert!(null.unwrap_err().to_string().contains("null"));
}

#[test]
fn unsafe_methods() {
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        assert!(!is_unsafe(&method));
    }
    let custom = Method::from_bytes(b"get").unwrap();
    for method in [
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::TRACE,
        custom,
    ] {
        assert!(is_unsafe(&method), "{method}");
    }
}

proptest! {
    #[test]
    fn random_origins_never_panic_and_never_match(
        origin in "[ -~]{0,3}(://)?[\\[\\]:@./a-z0-9]{0,12}|[\\x01-\\x08é]{1,8}",
        host in "[\\[\\]:@./a-z0-9]{0,12}",
    ) {
        let _ = split_authority(&origin);
        let _ = TrustedOrigins::new().origin(origin.as_str()).validate();
        let (Ok(origin), Ok(host)) = (HeaderValue::from_str(&origin), HeaderValue::from_str(&host))
        else {
            return Ok(());
        };
        let mut map = HeaderMap::new();
        map.insert(ORIGIN, origin.clone());
        map.insert(HOST, host);
        // None of these starts with a whole "http" or "https".
        prop_assert_eq!(
            TrustedOrigins::new().same_site(&map, &Uri::from_static("/")),
            origin.is_empty()
        );
    }
}
