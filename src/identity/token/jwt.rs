//! Access JWTs, the tokens of `Authorization: Bearer`.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::keys::{KeyError, KeyRing};
use super::values::{Audience, NumericDate, present};
use super::verify::{KeyId, TokenError, current, signed};
use super::{Claims, TokenKind};

/// The keys that access JWTs are verified with; configuring them makes `Authorization: Bearer` be
/// read.
///
/// A token with a `kid` in its header is verified with the key of that id alone, and refused if
/// there is none. One without is tried with every key.
///
/// Defects are reported as a [`KeyError`] when `MizanLayer` is built: no key at all, a secret under
/// 32 bytes, an id that is empty or given twice. `Debug` shows the ids, never a secret.
///
/// ```
/// use mizan::identity::JwtKeys;
///
/// # let (current, previous) = ([1; 32], [2; 32]);
/// let keys = JwtKeys::new().key("k2", current).unnamed_key(previous);
/// # let _ = keys;
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct JwtKeys {
    ring: KeyRing,
}

#[derive(Deserialize)]
struct AccessClaims<'a> {
    sub: String,
    sid: String,
    staff: bool,
    #[serde(rename = "super")]
    superuser: bool,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "iat")]
    _issued_at: NumericDate,
    exp: NumericDate,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<NumericDate>,
    #[serde(default, deserialize_with = "present")]
    aud: Option<Audience>,
}

impl JwtKeys {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key: the `kid` that names it, and its secret of at least 32 random bytes.
    pub fn key(mut self, id: impl Into<String>, secret: impl AsRef<[u8]>) -> Self {
        self.ring.add(Some(id.into()), secret.as_ref());
        self
    }

    /// Adds a key that no `kid` names: it verifies tokens without one.
    pub fn unnamed_key(mut self, secret: impl AsRef<[u8]>) -> Self {
        self.ring.add(None, secret.as_ref());
        self
    }

    /// Allows for clocks that differ: `nbf` and `exp` are each taken this much more generously.
    /// Counted in whole seconds, a fraction dropped; the default is zero.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.ring.set_leeway(leeway);
        self
    }

    pub(crate) fn validate(&self) -> Result<(), KeyError> {
        self.ring.validate()
    }

    /// `now` is in seconds of the Unix epoch.
    pub(crate) fn verify(&self, token: &str, now: u64) -> Result<Claims, TokenError> {
        let signed = signed(&self.ring, token, KeyId::Optional)?;
        let claims: AccessClaims<'_> = signed.claims()?;
        if claims.kind != "access" {
            return Err(TokenError::Type);
        }
        if claims.sub.is_empty() {
            return Err(TokenError::Claims);
        }
        // The protocol asks for no audience here, but one that is given binds (RFC 7519, 4.1.3).
        if claims.aud.is_some_and(|audience| !audience.is_ours) {
            return Err(TokenError::Audience);
        }
        let expires_at = current(&self.ring, now, claims.nbf, claims.exp)?;
        let (subject, session) = (claims.sub, claims.sid);
        Ok(Claims {
            kind: TokenKind::Access,
            subject,
            staff: claims.staff,
            superuser: claims.superuser,
            session: Some(session),
            permission_key: None,
            expires_at,
            key_id: signed.key_id,
        })
    }
}

impl fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JwtKeys({:?})", self.ring)
    }
}
