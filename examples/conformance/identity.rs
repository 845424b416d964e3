//! Who calls: the keys of the contract, and ids that are integers.

use mizan::identity::{Claims, JwtKeys, MwtKeys};
use mizan::{Call, Result, User};

const MWT_SECRET: &str = "conformance-mwt-secret-0123456789abcdef";
const JWT_SECRET: &str = "conformance-jwt-secret-0123456789abcdef";

/// The id of a caller, as the loader leaves it on the [`User`].
struct UserId(i64);

pub(crate) fn mwt_keys() -> MwtKeys {
    MwtKeys::new().key("v1", MWT_SECRET)
}

pub(crate) fn jwt_keys() -> JwtKeys {
    JwtKeys::new().unnamed_key(JWT_SECRET)
}

/// The user of a token. There is none whose id is no integer, or another spelling of one: two
/// tokens would name one user by two ids.
pub(crate) fn load(claims: Claims) -> Option<User> {
    let id: i64 = claims.subject().parse().ok()?;
    let canonical = claims.subject() == id.to_string();
    canonical.then(|| User::from(claims).with(UserId(id)))
}

/// The caller's id.
///
/// # Errors
/// `UNAUTHORIZED` where nobody is known to be calling.
pub(crate) fn id(call: &Call) -> Result<i64> {
    Ok(call.user_as::<UserId>()?.0)
}
