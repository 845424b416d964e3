//! Bodies: how a request's is read, and what a response's is.

mod read;
mod response;

pub(super) use self::read::ReadBody;
#[cfg(feature = "forms")]
pub(super) use self::read::broken;
pub use self::response::MizanBody;
