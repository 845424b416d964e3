//! What exists: functions, contexts, and the graph between them.
//!
//! Everything that depends on the registry alone is worked out in
//! [`build`](RegistryBuilder::build): look-up tables, each context's parameters, each mutation's
//! scoping plan, merge slots, schemas, the contract's hash. A defect anywhere in the graph is found
//! there too, and all of them are reported together.

mod builder;
#[cfg(feature = "websocket")]
mod channels;
mod check;
mod context;
mod defect;
mod entry;
#[cfg(feature = "forms")]
mod forms;
mod function;
mod graph;
mod handler;
mod in_process;
mod invoke;
mod listener;
mod listing;
mod name;
mod plan;
mod scopes;
mod settling;
mod telling;

pub use self::builder::RegistryBuilder;
#[cfg(feature = "websocket")]
pub use self::channels::ChannelInfo;
pub use self::context::Context;
pub use self::defect::{Defect, RegistryError};
#[cfg(feature = "forms")]
pub use self::forms::{FormInfo, FormsetInfo};
pub use self::function::Function;
pub use self::graph::Registry;
pub use self::handler::{
    AsyncWithInput, AsyncWithoutInput, Handler, Started, SyncWithInput, SyncWithoutInput,
};
pub use self::in_process::InProcess;
pub use self::listener::{Certainty, Invalidated};
pub use self::listing::{ContextInfo, EffectInfo, FunctionInfo};
pub use self::scopes::{Contexts, IntoScopes};

pub(crate) use self::entry::{ContextEntry, ContextId, FunctionEntry, FunctionId};
#[cfg(feature = "forms")]
pub(crate) use self::function::Registered;
pub(crate) use self::in_process::FromWithin;
pub(crate) use self::invoke::Outcome;
#[cfg(feature = "websocket")]
pub(crate) use self::name::is_name;
pub(crate) use self::plan::{Ended, Found, Plan, Slot};
pub(crate) use self::telling::{Telling, tell, tell_again};
