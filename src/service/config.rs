use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::request::Parts;

use super::encode::Templates;
use super::stack::Stack;
#[cfg(feature = "websocket")]
use super::websocket::{Admission, Sockets};
use crate::error::Result;
use crate::identity::{Claims, Credentials, TrustedOrigins, User};
use crate::registry::{ContextId, Registry};
#[cfg(feature = "forms")]
use crate::upload::Uploads;

pub(crate) type LoadUser =
    Arc<dyn Fn(Claims) -> BoxFuture<'static, Result<Option<User>>> + Send + Sync>;
pub(crate) type HostUser =
    Arc<dyn Fn(&Parts) -> BoxFuture<'static, Result<Option<User>>> + Send + Sync>;

/// What a mounted service knows, shared by all its clones.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) registry: Registry,
    pub(crate) stack: Stack,
    /// Without a trailing slash; empty for the root.
    pub(crate) mount: String,
    /// The service is mounted whole, so that its host may have taken the prefix off.
    pub(crate) whole: bool,
    pub(crate) credentials: Credentials,
    pub(crate) load_user: Option<LoadUser>,
    pub(crate) host_user: Option<HostUser>,
    pub(crate) origins: TrustedOrigins,
    pub(crate) max_body: usize,
    pub(crate) body_timeout: Option<Duration>,
    pub(crate) identity_timeout: Option<Duration>,
    pub(crate) debug: bool,
    /// The context that pages are primed with, where they are.
    pub(crate) primes: Option<ContextId>,
    /// The bounds of bodies with files, for whatever has no bounds of its own.
    #[cfg(feature = "forms")]
    pub(crate) uploads: Arc<Uploads>,
    /// How long the longest body is that some function or form takes with files, in bytes.
    #[cfg(feature = "forms")]
    pub(crate) max_multipart: u64,
    pub(crate) templates: Templates,
    #[cfg(feature = "websocket")]
    pub(crate) sockets: Sockets,
    /// One for all services that one layer made.
    #[cfg(feature = "websocket")]
    pub(crate) admission: Arc<Admission>,
}
