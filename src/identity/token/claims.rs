//! What a verified token says.

use std::fmt;

use sha2::{Digest, Sha256};

/// Which kind of token was read (protocol, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// An MWT, from `X-Mizan-Token`.
    Mwt,
    /// An access JWT, from `Authorization: Bearer`.
    Access,
}

/// The claims of a token whose signature and times have been checked.
///
/// A loader of the application gets them to find its full user, and a handler finds them by
/// [`User::claims`](super::super::User::claims).
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    pub(super) kind: TokenKind,
    pub(super) subject: String,
    pub(super) staff: bool,
    pub(super) superuser: bool,
    pub(super) session: Option<String>,
    pub(super) permission_key: Option<String>,
    pub(super) expires_at: u64,
    pub(super) key_id: Option<String>,
}

impl Claims {
    /// Which kind of token it was.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// `sub`: the user's id, never empty.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// `staff`.
    #[must_use]
    pub fn staff(&self) -> bool {
        self.staff
    }

    /// `super`.
    #[must_use]
    pub fn superuser(&self) -> bool {
        self.superuser
    }

    /// `sid`: the session that an access JWT belongs to; `None` in an MWT.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// `pkey` of an MWT that has one: a digest of the rights it was issued with, as
    /// [`permission_key`] computes it. It is carried, not compared.
    #[must_use]
    pub fn permission_key(&self) -> Option<&str> {
        self.permission_key.as_deref()
    }

    /// `exp` in seconds of the Unix epoch, a fraction dropped: the first second in which the token
    /// is no longer valid, a configured leeway aside.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// `kid` of the header; `None` in an access JWT without one.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }
}

/// Leaves out the session and the permission key, which have no place in a log.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("kind", &self.kind)
            .field("subject", &self.subject)
            .field("staff", &self.staff)
            .field("superuser", &self.superuser)
            .field("expires_at", &self.expires_at)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// The digest of a user's rights that an MWT carries as `pkey`: the SHA-256, in lower-case hex, of
/// `{1|0 staff}:{1|0 superuser}:{sorted permissions joined by ","}` (protocol, section 6).
///
/// Permissions are a set: their order and repeats do not matter. They sort by code point. A loader
/// that compares the result with [`Claims::permission_key`] refuses a token whose user has gained
/// or lost rights since it was issued.
///
/// ```
/// use mizan::identity::permission_key;
///
/// assert_eq!(
///     permission_key(true, false, ["orders.view", "orders.edit"]),
///     permission_key(true, false, ["orders.edit", "orders.view"]),
/// );
/// assert_ne!(
///     permission_key(true, false, ["orders.view"]),
///     permission_key(false, false, ["orders.view"]),
/// );
/// ```
#[must_use]
pub fn permission_key<I>(staff: bool, superuser: bool, permissions: I) -> String
where
    I: IntoIterator<Item: AsRef<str>>,
{
    let permissions: Vec<_> = permissions.into_iter().collect();
    let mut names: Vec<&str> = permissions.iter().map(AsRef::as_ref).collect();
    names.sort_unstable();
    names.dedup();

    let flag = |set: bool| if set { "1" } else { "0" };
    let mut digest = Sha256::new();
    digest.update(flag(staff));
    digest.update(":");
    digest.update(flag(superuser));
    digest.update(":");
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            digest.update(",");
        }
        digest.update(name);
    }
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' } else { b'a' - 10 } + nibble);
    digest
        .finalize()
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values from `printf '%s' TEXT | sha256sum`.
    #[test]
    fn permission_key_known_answers() {
        let none: [&str; 0] = [];
        assert_eq!(
            permission_key(false, false, none), // 0:0:
            "390feabc786e369e55b904251d643b52b52b691c60eb74a498ef7c6df993bf12"
        );
        assert_eq!(
            permission_key(true, false, ["b", "a", "Z", "b"]), // 1:0:Z,a,b
            "5c09f7205555d4cf4c471fd6711c2b8d00f9cb9012d29b5e9316ac3d8a19030c"
        );
        assert_eq!(
            permission_key(false, true, vec![String::from("é")]), // 0:1:é
            "af5877bb908d1ea7f0cb649a7e7728a92d341e7bc38e4f3464e35c3a676e60b6"
        );
    }
}
