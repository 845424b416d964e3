//! What a mutation changed, and which held values that touches.
//!
//! The rules of the wire protocol's section 3, as this module keeps them:
//!
//! 1. An [`Entry`] names a context. A broad one stands for every instance of it, a scoped one
//!    for those that agree with its [`Params`].
//! 2. Only scalars scope: booleans, numbers and text. A null, a list, an object or a number that
//!    is not finite is left out, and an entry with fewer parameters hits more.
//! 3. Two values are the same when their canonical text is: `42` and `"42"` are one. Integers
//!    are written in decimal, other numbers as ECMAScript prints them.
//! 4. An instance is hit by an entry of its context unless some name stands in both with
//!    different values. A name that only one of them has spares nothing, so what is not known
//!    counts as changed.
//! 5. [`Entries`] keep the order in which they were declared, without repeats. A broad entry
//!    swallows the scoped ones of its context.
//! 6. In a body an entry is its context's name, or an object of `context` and `params`, where
//!    integers beyond 2^53 are text. In the header `X-Mizan-Invalidate` it is the name followed
//!    by `;name=value`, sorted and percent-encoded.
//! 7. A header that would be longer than 2 KiB says its scoped entries broadly. The body still
//!    has them scoped.
//!
//! ```
//! use mizan::{Entries, Entry, params};
//!
//! let mut entries = Entries::new();
//! entries.push(Entry::broad("notifications"));
//! entries.push(Entry::scoped("user", params! { "user_id": 42, "tab": "öffentlich" }));
//!
//! assert!(entries.hits("user", &params! { "user_id": "42" }));
//! assert!(!entries.hits("user", &params! { "user_id": 43 }));
//! assert!(entries.hits("notifications", &params! { "user_id": 43 }));
//!
//! let header = entries.header_value().unwrap();
//! assert_eq!(header, "notifications, user;tab=%C3%B6ffentlich;user_id=42");
//! let read: Entries = header.to_str()?.parse()?;
//! assert_eq!(read, entries);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod collect;
mod entries;
mod entry;
mod few;
mod header;
mod invalidation;
mod json;
mod merge;
mod one_scalar;
mod params;
mod parse;
mod scalar;
mod template;
#[cfg(test)]
mod tests;
mod told;

pub(crate) use self::collect::collect_scalars;
pub(crate) use self::header::instance_value;
pub(crate) use self::template::Template;
pub(crate) use self::told::{Scoped, Told};

pub use self::entries::Entries;
pub(crate) use self::entries::MAX_SCOPES;
pub use self::entry::Entry;
pub use self::invalidation::Invalidation;
pub use self::merge::Merge;
pub use self::params::Params;
pub use self::parse::ParseEntriesError;
pub use self::scalar::{IntoScalar, Scalar};
