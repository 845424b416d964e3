//! The HTTP side: routes of the mount, decoding, encoding, and the stack that calls go through.

pub(crate) mod body;
mod config;
mod content;
pub(crate) mod dispatch;
mod encode;
pub(crate) mod envelope;
mod exchange;
mod future;
mod identify;
mod mizan;
#[cfg(feature = "forms")]
pub(crate) mod multipart;
mod not_found;
#[cfg(feature = "forms")]
mod receive;
mod route;
mod stack;
#[cfg(feature = "websocket")]
pub(crate) mod websocket;

pub use self::body::MizanBody;
pub use self::future::ResponseFuture;
pub use self::mizan::MizanService;
pub use self::not_found::NotFound;
pub use self::stack::Route;
#[cfg(all(feature = "websocket", fuzzing))]
pub use self::websocket::fuzz_frame;
#[cfg(feature = "websocket")]
pub use self::websocket::{Connections, Sockets};

pub(crate) use self::config::Config;
#[cfg(feature = "metrics")]
pub(crate) use self::dispatch::Meters;
pub(crate) use self::encode::Templates;
#[cfg(feature = "poem")]
pub(crate) use self::exchange::{Opened, Pending, answer, open};
#[cfg(feature = "poem")]
pub(crate) use self::future::announce;
pub(crate) use self::identify::{Identified, identify};
#[cfg(feature = "poem")]
pub(crate) use self::route::endpoint;
pub(crate) use self::stack::{Core, Stack};
#[cfg(all(feature = "poem", feature = "websocket"))]
pub(crate) use self::websocket::PoemUpgrade;
