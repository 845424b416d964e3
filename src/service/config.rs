use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::request::Parts;

use super::encode::Templates;
use super::stack::Stack;
use crate::error::Result;
use crate::identity::{Claims, Credentials, TrustedOrigins, User};
use crate::registry::Registry;

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
    pub(crate) templates: Templates,
}
