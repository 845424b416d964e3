#![doc = include_str!("../../docs/pages.md")]

mod asked;
mod data;
mod eligible;
mod escape;
mod insert;
mod place;
mod privacy;
mod request;

pub use self::data::PageData;
pub use self::request::PageRequest;

pub(crate) use self::asked::{Asked, Primes, prepare};
pub(crate) use self::insert::Insertion;
#[cfg(feature = "poem")]
pub(crate) use self::request::sealed;
