//! What kind of body a request says that it has.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use super::config::Config;
use crate::error::{Error, Result};

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
    /// The kind of a body, unless it says that it is too long or of none. The size is told first
    /// (protocol section 1).
    #[inline]
    pub(super) fn accept(config: &Config, headers: &HeaderMap) -> Result<Self> {
        let content = Self::of(headers);
        let max = content.unwrap_or(Self::Json).max(config);
        if declared_size(headers).is_some_and(|size| size > max) {
            return Err(Error::too_large());
        }
        content.ok_or_else(Error::content_type)
    }

    /// JSON, whatever its parameters, is also a body that does not say what it is.
    fn of(headers: &HeaderMap) -> Option<Self> {
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
    fn max(self, config: &Config) -> u64 {
        match self {
            #[cfg(feature = "forms")]
            Self::Multipart => config.max_multipart,
            _ => config.max_body as u64,
        }
    }
}

fn declared_size(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
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
