//! What the headers of a page with somebody's data say of it (protocol section 8).

use http::HeaderMap;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, ETAG, EXPIRES, HeaderName, HeaderValue,
    LAST_MODIFIED,
};

const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// Fields that let a cache store, or find again, what it must not have. Targeted fields of RFC 9213
/// and tags of all vendors go by how their names end.
const TELLS_CACHES: [&str; 7] = [
    "cache-groups",
    "edge-control",
    "surrogate-control",
    "surrogate-key",
    "x-accel-expires",
    "x-litespeed-tag",
    "xkey",
];
const TELLS_CACHES_AT_ITS_END: [&str; 3] = ["cache-control", "cache-tag", "cache-tags"];

/// Fields of a body that is no longer the one they were made for.
const OF_THE_BODY: [HeaderName; 6] = [
    ACCEPT_RANGES,
    CONTENT_LENGTH,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("repr-digest"),
];

/// Makes the page one that nobody stores, and that nobody asks about again by a validator.
pub(super) fn make_private(headers: &mut HeaderMap) {
    let told: Vec<HeaderName> = headers
        .keys()
        .filter(|name| tells_caches(name))
        .cloned()
        .collect();
    for name in told.iter().chain(&[ETAG, LAST_MODIFIED, EXPIRES]) {
        headers.remove(name);
    }
    headers.insert(CACHE_CONTROL, PRIVATE);
}

/// Takes out what was said of the body before something was put into it.
pub(super) fn unframe(headers: &mut HeaderMap) {
    for name in OF_THE_BODY {
        headers.remove(name);
    }
}

/// Takes out of the trailers what does not stand in the headers of such a page either.
pub(super) fn strip_trailers(trailers: &mut HeaderMap) {
    unframe(trailers);
    trailers.remove(ETAG);
}

fn tells_caches(name: &HeaderName) -> bool {
    let name = name.as_str();
    TELLS_CACHES.contains(&name)
        || TELLS_CACHES_AT_ITS_END
            .iter()
            .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&'static str]) -> HeaderMap {
        let value = HeaderValue::from_static("v");
        let pair = |name: &&'static str| (HeaderName::from_static(name), value.clone());
        names.iter().map(pair).collect()
    }

    fn left(headers: &HeaderMap) -> Vec<&str> {
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        left
    }

    #[test]
    fn nothing_is_left_that_a_cache_goes_by() {
        let mut headers = headers(&[
            "cache-control",
            "etag",
            "last-modified",
            "expires",
            "cdn-cache-control",
            "cloudflare-cdn-cache-control",
            "surrogate-control",
            "edge-control",
            "x-accel-expires",
            "cache-tag",
            "edge-cache-tag",
            "cache-tags",
            "x-drupal-cache-tags",
            "x-litespeed-tag",
            "surrogate-key",
            "xkey",
            "cache-groups",
            "content-type",
            "set-cookie",
            "vary",
            "content-security-policy",
        ]);
        headers.append("cache-control", HeaderValue::from_static("public"));
        headers.append("cdn-cache-control", HeaderValue::from_static("max-age=9"));
        make_private(&mut headers);
        let expected = [
            "cache-control",
            "content-security-policy",
            "content-type",
            "set-cookie",
            "vary",
        ];
        assert_eq!(left(&headers), expected);
        let controls: Vec<_> = headers.get_all(CACHE_CONTROL).iter().collect();
        assert_eq!(controls, ["private, no-store"]);
    }

    #[test]
    fn the_body_is_another_one() {
        let mut headers = headers(&[
            "content-length",
            "accept-ranges",
            "repr-digest",
            "content-language",
        ]);
        unframe(&mut headers);
        assert_eq!(left(&headers), ["content-language"]);
    }
}
