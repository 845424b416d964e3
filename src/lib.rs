#![doc = include_str!("../docs/guide.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod call;
#[cfg(feature = "websocket")]
pub mod channel;
mod error;
#[cfg(feature = "export")]
pub mod export;
#[cfg(feature = "forms")]
pub mod form;
#[cfg(feature = "poem")]
mod framework;
mod guard;
pub mod identity;
mod invalidate;
mod layer;
pub mod page;
mod panic;
mod registry;
mod reply;
mod schema;
mod service;
mod time;
#[cfg(feature = "forms")]
pub mod upload;

pub use self::call::Call;
pub use self::error::{BoxError, Code, Error, Result};
#[cfg(feature = "poem")]
pub use self::framework::poem::MizanEndpoint;
pub use self::identity::{Auth, User};
pub use self::invalidate::{
    Entries, Entry, IntoScalar, Invalidation, Merge, Params, ParseEntriesError, Scalar,
};
pub use self::layer::{LayerError, MizanLayer, MizanLayerBuilder};
#[cfg(feature = "websocket")]
pub use self::registry::ChannelInfo;
pub use self::registry::{
    AsyncWithInput, AsyncWithoutInput, Certainty, Context, ContextInfo, Contexts, Defect,
    EffectInfo, Function, FunctionInfo, Handler, InProcess, IntoScopes, Invalidated, Registry,
    RegistryBuilder, RegistryError, Started, SyncWithInput, SyncWithoutInput,
};
#[cfg(feature = "forms")]
pub use self::registry::{FormInfo, FormsetInfo};
pub use self::reply::Reply;
pub use self::schema::Fields;
#[cfg(all(feature = "websocket", fuzzing))]
#[doc(hidden)]
pub use self::service::fuzz_frame;
#[cfg(feature = "websocket")]
pub use self::service::{Connections, Sockets};
pub use self::service::{MizanBody, MizanService, NotFound, ResponseFuture, Route};

// The examples in the prose compile.
#[cfg(all(doctest, feature = "forms", feature = "websocket"))]
#[doc = include_str!("../README.md")]
mod readme {}
#[cfg(doctest)]
#[doc = include_str!("../docs/mounting.md")]
mod mounting {}
