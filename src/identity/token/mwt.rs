//! MWTs, the tokens of `X-Mizan-Token`.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::keys::{KeyError, KeyRing};
use super::values::{Audience, NumericDate, present};
use super::verify::{KeyId, TokenError, current, signed};
use super::{Claims, TokenKind};

/// The keys that MWTs are verified with; configuring them makes `X-Mizan-Token` be read.
///
/// Every MWT names its key by the header's `kid`, so that a secret is replaced without a gap: add
/// the new key, issue with it, and drop the old one when the last of its tokens has expired.
///
/// Defects are reported as a [`KeyError`] when `MizanLayer` is built: no key at all, a secret under
/// 32 bytes, an id that is empty or given twice. `Debug` shows the ids, never a secret.
///
/// ```
/// use mizan::identity::MwtKeys;
///
/// # let (current, previous) = ([1; 32], [2; 32]);
/// let keys = MwtKeys::new().key("v2", current).key("v1", previous);
/// assert_eq!(format!("{keys:?}"), r#"MwtKeys(["v2", "v1"])"#);
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct MwtKeys {
    ring: KeyRing,
}

#[derive(Deserialize)]
struct MwtClaims {
    sub: String,
    staff: bool,
    #[serde(rename = "super")]
    superuser: bool,
    #[serde(default, deserialize_with = "present")]
    pkey: Option<String>,
    aud: Audience,
    #[serde(rename = "iat")]
    _issued_at: NumericDate,
    nbf: NumericDate,
    exp: NumericDate,
}

impl MwtKeys {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key: the `kid` that names it, and its secret of at least 32 random bytes.
    pub fn key(mut self, id: impl Into<String>, secret: impl AsRef<[u8]>) -> Self {
        self.ring.add(Some(id.into()), secret.as_ref());
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
        let signed = signed(&self.ring, token, KeyId::Required)?;
        let claims: MwtClaims = signed.claims()?;
        if claims.sub.is_empty() {
            return Err(TokenError::Claims);
        }
        if !claims.aud.is_ours {
            return Err(TokenError::Audience);
        }
        let expires_at = current(&self.ring, now, Some(claims.nbf), claims.exp)?;
        Ok(Claims {
            kind: TokenKind::Mwt,
            subject: claims.sub,
            staff: claims.staff,
            superuser: claims.superuser,
            session: None,
            permission_key: claims.pkey,
            expires_at,
            key_id: signed.key_id,
        })
    }
}

impl fmt::Debug for MwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MwtKeys({:?})", self.ring)
    }
}
