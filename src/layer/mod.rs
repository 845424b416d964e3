//! [`MizanLayer`], and the layers that every call goes through, a folder each.

pub(crate) mod auth;
mod builder;
pub(crate) mod context;
mod error;
#[cfg(feature = "forms")]
pub(crate) mod form;
pub(crate) mod invalidate;

use std::fmt;
use std::sync::Arc;

use tower_layer::Layer;

pub use self::builder::MizanLayerBuilder;
pub use self::error::LayerError;
use crate::registry::Registry;
#[cfg(feature = "websocket")]
use crate::service::Connections;
use crate::service::{Config, MizanService, NotFound};

/// The service that was ready goes with a call that has to wait; its clone stays behind.
fn take_ready<S: Clone>(inner: &mut S) -> S {
    let clone = inner.clone();
    std::mem::replace(inner, clone)
}

/// Serves a [`Registry`] in front of a service.
///
/// Requests under the mount (`/api/mizan` unless set) are answered; all others go to the service
/// behind untouched, except that a response which carries an
/// [`Invalidation`](crate::Invalidation) leaves with the header for it, and that
/// [pages](crate::page) may be given their data.
///
/// ```
/// use mizan::{Call, Function, MizanLayer, Registry, Result};
/// # use axum::{Router, routing::get};
/// # fn answer(_: Call) -> Result<i64> { Ok(42) }
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// let app: Router = Router::new()
///     .route("/", get(|| async { "a page" }))
///     .layer(MizanLayer::new(registry));
/// # Ok::<(), mizan::RegistryError>(())
/// ```
#[derive(Clone)]
#[must_use = "a layer does nothing until it stands around a service"]
pub struct MizanLayer {
    config: Arc<Config>,
}

impl MizanLayer {
    /// A layer with the default settings: mounted at `/api/mizan`, no tokens, no trusted origins,
    /// bodies of 2 MiB.
    pub fn new(registry: Registry) -> Self {
        Self {
            config: Arc::new(Config::new(registry)),
        }
    }

    /// A layer with other settings.
    pub fn builder(registry: Registry) -> MizanLayerBuilder {
        MizanLayerBuilder::new(registry)
    }

    pub(crate) fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// The registry that is served.
    pub fn registry(&self) -> &Registry {
        &self.config.registry
    }

    /// The WebSockets of this layer and of every service that it makes: how many there are, and
    /// their end.
    #[cfg(feature = "websocket")]
    pub fn connections(&self) -> Connections {
        Connections::of(&self.config)
    }

    /// A service to mount by itself, with nothing behind it.
    pub fn into_service(self) -> MizanService {
        let mut config = Arc::unwrap_or_clone(self.config);
        config.whole = true;
        MizanService::with_config(NotFound, Arc::new(config))
    }
}

impl<S> Layer<S> for MizanLayer {
    type Service = MizanService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        MizanService::with_config(inner, Arc::clone(&self.config))
    }
}

impl fmt::Debug for MizanLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MizanLayer")
            .field("mount", &self.config.mount)
            .field("registry", &self.config.registry)
            .finish_non_exhaustive()
    }
}
