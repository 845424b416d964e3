//! The token of a request, if it has one.

use http::HeaderMap;
#[cfg(feature = "jwt")]
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::Claims;
#[cfg(feature = "jwt")]
use super::token::{JwtKeys, KeyError, MwtKeys, TokenError};

#[cfg(feature = "jwt")]
const X_MIZAN_TOKEN: HeaderName = HeaderName::from_static("x-mizan-token");

/// The kinds of token that are read. Without the feature `jwt` there are none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credentials {
    #[cfg(feature = "jwt")]
    mwt: Option<MwtKeys>,
    #[cfg(feature = "jwt")]
    jwt: Option<JwtKeys>,
}

/// What a request's headers say of its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "jwt"), allow(dead_code))]
pub(crate) enum Credential {
    /// No token of a configured kind: the host's user counts, if there is one.
    None,
    Valid(Claims),
    /// Present and invalid: 401 on every function.
    Invalid,
}

#[cfg(not(feature = "jwt"))]
impl Credentials {
    #[inline]
    pub(crate) fn read(&self, _headers: &HeaderMap, _now: impl FnOnce() -> u64) -> Credential {
        Credential::None
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn verify(&self, _token: &str, _now: u64) -> Option<Claims> {
        None
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn any(&self) -> bool {
        false
    }
}

#[cfg(feature = "jwt")]
impl Credentials {
    pub(crate) fn new(mwt: Option<MwtKeys>, jwt: Option<JwtKeys>) -> Self {
        Self { mwt, jwt }
    }

    pub(crate) fn validate(&self) -> Result<(), KeyError> {
        self.mwt.as_ref().map_or(Ok(()), MwtKeys::validate)?;
        self.jwt.as_ref().map_or(Ok(()), JwtKeys::validate)
    }

    /// Reads the first credential that is present (protocol, section 6). `now` is in seconds of the
    /// Unix epoch, and asked where there is a token.
    pub(crate) fn read(&self, headers: &HeaderMap, now: impl FnOnce() -> u64) -> Credential {
        if let Some(keys) = &self.mwt
            && let Some(token) = mizan_token(headers)
        {
            return judge("mwt", token, |token| keys.verify(token, now()));
        }
        if let Some(keys) = &self.jwt
            && let Some(token) = bearer_token(headers)
        {
            return judge("jwt", token, |token| keys.verify(token, now()));
        }
        Credential::None
    }

    /// Reads a token that came by another way than a header, so that nothing but itself tells its
    /// kind.
    #[cfg(feature = "websocket")]
    pub(crate) fn verify(&self, token: &str, now: u64) -> Option<Claims> {
        let mwt = self.mwt.as_ref().map(|keys| keys.verify(token, now));
        if let Some(Ok(claims)) = mwt {
            return Some(claims);
        }
        let jwt = self.jwt.as_ref().map(|keys| keys.verify(token, now));
        if let Some(Ok(claims)) = jwt {
            return Some(claims);
        }
        let reasons = [mwt, jwt].map(|judged| judged.and_then(Result::err));
        let [mwt, jwt] = reasons.map(|reason| reason.map(tracing::field::display));
        tracing::debug!(mwt, jwt, "token refused");
        None
    }

    /// Whether tokens of any kind are read.
    #[cfg(feature = "websocket")]
    pub(crate) fn any(&self) -> bool {
        self.mwt.is_some() || self.jwt.is_some()
    }
}

/// A header that carries no single token: repeated, or not the text of one.
#[cfg(feature = "jwt")]
struct Malformed;

#[cfg(feature = "jwt")]
fn judge(
    kind: &str,
    token: Result<&str, Malformed>,
    verify: impl FnOnce(&str) -> Result<Claims, TokenError>,
) -> Credential {
    match token.map(verify) {
        Ok(Ok(claims)) => Credential::Valid(claims),
        Ok(Err(reason)) => {
            tracing::debug!(kind, %reason, "token refused");
            Credential::Invalid
        }
        Err(Malformed) => {
            tracing::debug!(kind, reason = "malformed header", "token refused");
            Credential::Invalid
        }
    }
}

#[cfg(feature = "jwt")]
fn mizan_token(headers: &HeaderMap) -> Option<Result<&str, Malformed>> {
    let mut values = headers.get_all(X_MIZAN_TOKEN).iter();
    let value = values.next()?;
    Some(match values.next() {
        None => value.to_str().map_err(|_| Malformed),
        Some(_) => Err(Malformed),
    })
}

/// `Bearer` in any of several `Authorization` fields leaves open which of them counts.
#[cfg(feature = "jwt")]
fn bearer_token(headers: &HeaderMap) -> Option<Result<&str, Malformed>> {
    let all = headers.get_all(AUTHORIZATION);
    let mut values = all.iter();
    let first = values.next()?;
    match values.next() {
        None => bearer(first),
        Some(_) => all
            .iter()
            .any(|value| bearer(value).is_some())
            .then_some(Err(Malformed)),
    }
}

/// The token behind the scheme `Bearer`, in any case (RFC 9110, section 11.1); `None` for another
/// scheme.
#[cfg(feature = "jwt")]
fn bearer(value: &HeaderValue) -> Option<Result<&str, Malformed>> {
    const SCHEME: &[u8] = b"bearer";
    let (scheme, rest) = value
        .as_bytes()
        .trim_ascii()
        .split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    match rest.first() {
        Some(b' ') => Some(str::from_utf8(rest.trim_ascii()).map_err(|_| Malformed)),
        Some(symbol) if is_token_symbol(*symbol) => None,
        _ => Some(Err(Malformed)),
    }
}

/// `tchar` of RFC 9110, section 5.6.2: it continues the name of a scheme.
#[cfg(feature = "jwt")]
fn is_token_symbol(symbol: u8) -> bool {
    symbol.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&symbol)
}

#[cfg(test)]
#[cfg(feature = "jwt")]
mod tests;
