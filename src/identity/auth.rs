//! What a function asks of its caller.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use super::User;

/// The requirement of a function (protocol, section 6).
///
/// A caller without an identity is answered 401 by every requirement but [`Auth::None`], one whose
/// identity lacks the right 403. `Display` and `Serialize` give the text of a listing.
///
/// ```
/// use mizan::Auth;
///
/// assert_eq!(Auth::default(), Auth::None);
/// assert_eq!(Auth::permission("orders.view").to_string(), "permission:orders.view");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// Anyone may call, anonymous callers included.
    #[default]
    None,
    /// Any identity will do.
    Required,
    /// The user is staff. A superuser who is not also staff is refused: the two are separate flags.
    Staff,
    /// The user is a superuser.
    Superuser,
    /// The user has this permission, as [`User::has_permission`] tells: superusers have all.
    Permission(Cow<'static, str>),
}

/// Why a requirement is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// No identity where one is needed: 401.
    Unauthenticated,
    /// The identity lacks the right: 403.
    Forbidden,
}

impl Auth {
    /// Asks for a permission.
    #[must_use]
    pub fn permission(permission: impl Into<Cow<'static, str>>) -> Self {
        Self::Permission(permission.into())
    }

    pub(crate) fn check(&self, user: Option<&User>) -> Result<(), Denied> {
        if *self == Self::None {
            return Ok(());
        }
        let user = user.ok_or(Denied::Unauthenticated)?;
        let met = match self {
            Self::None | Self::Required => true,
            Self::Staff => user.is_staff(),
            Self::Superuser => user.is_superuser(),
            Self::Permission(permission) => user.has_permission(permission),
        };
        if met { Ok(()) } else { Err(Denied::Forbidden) }
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Required => f.write_str("required"),
            Self::Staff => f.write_str("staff"),
            Self::Superuser => f.write_str("superuser"),
            Self::Permission(permission) => write!(f, "permission:{permission}"),
        }
    }
}

impl Serialize for Auth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirement_against_caller() {
        const OK: Result<(), Denied> = Ok(());
        const ANONYMOUS: Result<(), Denied> = Err(Denied::Unauthenticated);
        const NO: Result<(), Denied> = Err(Denied::Forbidden);

        let plain = User::new("1");
        let holder = User::new("2").permission("p");
        let staff = User::new("3").staff(true);
        let superuser = User::new("4").superuser(true);
        let callers = [
            None,
            Some(&plain),
            Some(&holder),
            Some(&staff),
            Some(&superuser),
        ];
        let table = [
            (Auth::None, [OK, OK, OK, OK, OK]),
            (Auth::Required, [ANONYMOUS, OK, OK, OK, OK]),
            (Auth::Staff, [ANONYMOUS, NO, NO, OK, NO]),
            (Auth::Superuser, [ANONYMOUS, NO, NO, NO, OK]),
            (Auth::permission("p"), [ANONYMOUS, NO, OK, NO, OK]),
            (Auth::permission("q"), [ANONYMOUS, NO, NO, NO, OK]),
        ];
        for (auth, expected) in table {
            for (user, expected) in callers.iter().zip(expected) {
                assert_eq!(auth.check(*user), expected, "{auth} of {user:?}");
            }
        }
    }

    #[test]
    fn listing_text() {
        let table = [
            (Auth::None, "none"),
            (Auth::Required, "required"),
            (Auth::Staff, "staff"),
            (Auth::Superuser, "superuser"),
            (Auth::permission(String::from("a.b")), "permission:a.b"),
        ];
        for (auth, text) in table {
            assert_eq!(auth.to_string(), text);
            assert_eq!(serde_json::to_value(&auth).unwrap(), text);
        }
    }
}
