//! Who calls, and what they may do.
//!
//! The rules are section 6 of the wire protocol. For one request they run in this order:
//!
//! 1. **The credential.** `X-Mizan-Token` is read first where MWT keys are configured, then
//!    `Authorization: Bearer` where JWT keys are; the first that is present decides. A kind without
//!    keys is not looked at, and neither is another scheme of `Authorization`: they are the host
//!    application's.
//! 2. **A bad credential ends the request.** A token that is present and invalid is answered 401,
//!    on public functions too; the caller is never quietly taken for anonymous, nor is the next
//!    kind of credential tried in its place.
//! 3. **The caller.** A valid token yields [`Claims`], and these a [`User`], either as they stand
//!    or through the application's loader. Without a token the caller is the [`User`] that the host
//!    put into the request, if it did.
//! 4. **The origin.** An unsafe request that no token authenticated must come from the same site,
//!    or from an origin that
//!    [`trust_origin`](crate::MizanLayerBuilder::trust_origin) names: a browser attaches a session cookie to whatever page
//!    asks, a token only where a script put it.
//! 5. **The requirement.** Each function has an [`Auth`]. A missing identity is told before a
//!    missing right: 401 comes before 403.
//!
//! Tokens are JWTs signed with HMAC-SHA-256 and read with the feature `jwt`. The algorithm is fixed
//! here and never taken from the token's header.

mod auth;
mod credential;
mod origin;
mod token;
mod user;

pub use auth::Auth;
pub(crate) use auth::Denied;
pub(crate) use credential::{Credential, Credentials};
pub use origin::OriginError;
pub(crate) use origin::TrustedOrigins;
#[cfg(feature = "forms")]
pub(crate) use origin::equals_authority;
pub(crate) use origin::is_unsafe;
pub use token::{Claims, TokenKind, permission_key};
#[cfg(feature = "jwt")]
pub use token::{JwtKeys, KeyError, MwtKeys};
pub use user::User;
