//! Bearer tokens: what they say, and how they are verified.
//!
//! 1. A token over 8 KiB is refused before anything of it is looked at.
//! 2. It has three parts in base64url without padding (RFC 7515, section 7.1). The header is a JSON
//!    object with `alg` exactly `HS256`; a `crit` is refused whatever it lists, since no extension
//!    is understood (RFC 7515, section 4.1.11).
//! 3. `kid` picks the key. An unknown one is refused; none is refused for an MWT, and tries every
//!    key for an access JWT.
//! 4. Only when the signature holds are the claims read: an object, each known claim at most once
//!    and of its type, `null` being no value of any type.
//! 5. `nbf <= now < exp`, whole seconds, with no leeway unless it is configured.

#[cfg(feature = "jwt")]
mod base64url;
mod claims;
#[cfg(feature = "jwt")]
mod jwt;
#[cfg(feature = "jwt")]
mod keys;
#[cfg(feature = "jwt")]
mod mwt;
#[cfg(feature = "jwt")]
mod values;
#[cfg(feature = "jwt")]
mod verify;

#[cfg(test)]
#[cfg(feature = "jwt")]
pub(super) mod testing;
#[cfg(test)]
#[cfg(feature = "jwt")]
mod tests;

pub use claims::{Claims, TokenKind, permission_key};
#[cfg(feature = "jwt")]
pub use jwt::JwtKeys;
#[cfg(feature = "jwt")]
pub use keys::KeyError;
#[cfg(feature = "jwt")]
pub use mwt::MwtKeys;
#[cfg(feature = "jwt")]
pub(crate) use verify::TokenError;
