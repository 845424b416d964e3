//! The part of verification that both kinds of token share: form, header, signature, times.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

use super::base64url;
use super::keys::KeyRing;
use super::values::{NumericDate, Presence, present};

/// The longest token that is looked at, in bytes.
pub(super) const MAX_LENGTH: usize = 8 * 1024;

/// Why a token is invalid, for a log: a fixed text each, nothing of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    TooLong,
    Parts,
    Encoding,
    Header,
    Algorithm,
    Critical,
    NoKeyId,
    UnknownKey,
    Signature,
    Claims,
    Audience,
    Type,
    Expired,
    NotYetValid,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "longer than 8 KiB",
            Self::Parts => "not three parts",
            Self::Encoding => "not base64url",
            Self::Header => "header is not as expected",
            Self::Algorithm => "algorithm is not HS256",
            Self::Critical => "critical extension",
            Self::NoKeyId => "no key id",
            Self::UnknownKey => "unknown key id",
            Self::Signature => "signature does not match",
            Self::Claims => "a claim is missing, repeated or of the wrong type",
            Self::Audience => "meant for another audience",
            Self::Type => "not an access token",
            Self::Expired => "expired",
            Self::NotYetValid => "not valid yet",
        })
    }
}

impl Error for TokenError {}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(default, deserialize_with = "present")]
    kid: Option<String>,
    #[serde(default)]
    crit: Presence,
}

/// A token whose signature holds. Its claims are not yet read.
pub(super) struct Signed {
    pub(super) key_id: Option<String>,
    payload: Vec<u8>,
}

impl Signed {
    pub(super) fn claims<'a, T: Deserialize<'a>>(&'a self) -> Result<T, TokenError> {
        object(&self.payload).ok_or(TokenError::Claims)
    }
}

/// Whether a token must name its key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyId {
    Required,
    Optional,
}

pub(super) fn signed(ring: &KeyRing, token: &str, key_id: KeyId) -> Result<Signed, TokenError> {
    if token.len() > MAX_LENGTH {
        return Err(TokenError::TooLong);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Parts)?;
    let (header, payload) = message.split_once('.').ok_or(TokenError::Parts)?;
    if payload.contains('.') {
        return Err(TokenError::Parts);
    }
    let decode = |part| base64url::decode(part).ok_or(TokenError::Encoding);
    let header = decode(header)?;
    let header: Header<'_> = object(&header).ok_or(TokenError::Header)?;
    if header.alg != "HS256" {
        return Err(TokenError::Algorithm);
    }
    if header.crit.0 {
        return Err(TokenError::Critical);
    }
    let signature = decode(signature)?;
    let matches = |key| signature_matches(message, &signature, key);
    let authentic = match &header.kid {
        Some(id) => matches(ring.find(id).ok_or(TokenError::UnknownKey)?),
        None if key_id == KeyId::Required => return Err(TokenError::NoKeyId),
        None => ring.all().any(matches),
    };
    if !authentic {
        return Err(TokenError::Signature);
    }
    Ok(Signed {
        key_id: header.kid,
        payload: decode(payload)?,
    })
}

/// Checks that `now`, in whole seconds of the Unix epoch, is within the token's times, and gives
/// the second in which it ends. Fractions are rounded to the narrower side.
pub(super) fn current(
    ring: &KeyRing,
    now: u64,
    not_before: Option<NumericDate>,
    expires: NumericDate,
) -> Result<u64, TokenError> {
    let expires_at = expires.floor();
    if now >= expires_at.saturating_add(ring.leeway()) {
        return Err(TokenError::Expired);
    }
    if not_before.is_some_and(|start| start.ceil() > now.saturating_add(ring.leeway())) {
        return Err(TokenError::NotYetValid);
    }
    Ok(expires_at)
}

/// Compares in constant time.
///
/// The provider is named here, where `jsonwebtoken::decode` asks for the one of the process: that
/// panics once another crate of the build turns on a second provider.
fn signature_matches(message: &str, signature: &Vec<u8>, key: &DecodingKey) -> bool {
    (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::HS256, key)
        .is_ok_and(|verifier| verifier.verify(message.as_bytes(), signature).is_ok())
}

/// Reads a JSON object. Derived structs would take a list of their members as well.
fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Option<T> {
    let json = std::str::from_utf8(json).ok()?;
    if !json.trim_start().starts_with('{') {
        return None;
    }
    serde_json::from_str(json).ok()
}
