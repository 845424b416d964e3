//! What kind of body a request says that it has.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::config::Config;

const JSON: &str = "application/json";

/// A kind of body that some endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Json,
    #[cfg(feature = "forms")]
    Multipart,
    #[cfg(feature = "forms")]
    UrlEncoded,
}

impl Content {
    /// JSON, whatever its parameters, is also a body that does not say what it is.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let Some(value) = headers.get(CONTENT_TYPE) else {
            return Some(Self::Json);
        };
        // As nearly all clients write it.
        if value == JSON {
            return Some(Self::Json);
        }
        let mut parts = value.as_bytes().split(|byte| *byte == b';');
        let essence = parts.next().unwrap_or_default().trim_ascii();
        [
            (JSON, Self::Json),
            #[cfg(feature = "forms")]
            ("multipart/form-data", Self::Multipart),
            #[cfg(feature = "forms")]
            ("application/x-www-form-urlencoded", Self::UrlEncoded),
        ]
        .into_iter()
        .find(|(name, _)| essence.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, content)| content)
    }

    /// How long a body of this kind may be, in bytes.
    pub(super) fn max(self, config: &Config) -> u64 {
        match self {
            #[cfg(feature = "forms")]
            Self::Multipart => config.max_multipart,
            _ => config.max_body as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(value));
            Content::of(&headers)
        };
        assert_eq!(Content::of(&HeaderMap::new()), Some(Content::Json));
        for value in [
            JSON,
            "application/json; charset=utf-8",
            "Application/JSON ;x",
        ] {
            assert_eq!(of(value), Some(Content::Json), "{value}");
        }
        for value in ["text/plain", "", "application/jsonx", "multipart/mixed"] {
            assert_eq!(of(value), None, "{value}");
        }
        #[cfg(feature = "forms")]
        assert_eq!(
            of("Multipart/form-data; boundary=x"),
            Some(Content::Multipart)
        );
    }
}
