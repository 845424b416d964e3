use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::body::MizanBody;
use super::config::Config;
use super::exchange::{Exchange, open};
use super::future::ResponseFuture;
use super::not_found::NotFound;
use super::route::endpoint;
use crate::error::BoxError;
use crate::layer::MizanLayer;
use crate::page::Asked;
use crate::registry::Registry;
#[cfg(feature = "websocket")]
use crate::service::websocket::Connections;

/// Serves a registry under its mount, and leaves every other request to the service behind it.
///
/// [`MizanLayer`] makes one around a service. By itself, mounted whole, it has nothing behind it
/// and takes paths with and without the mount's prefix, because some hosts take the prefix off:
///
/// ```
/// # use mizan::{Call, Function, MizanService, Registry, Result};
/// # use axum::Router;
/// # fn answer(_: Call) -> Result<i64> { Ok(42) }
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// let app: Router = Router::new().nest_service("/api/mizan", MizanService::new(registry));
/// # Ok::<(), mizan::RegistryError>(())
/// ```
/// It is ready when the service behind it is, whichever of the two a request turns out to be for:
/// what that service reserves when it becomes ready, such as a permit, an answer of Mizan's own does
/// not use. Hosts that clone a service for every request, as hyper-util and axum do, give it back.
#[derive(Clone)]
pub struct MizanService<S = NotFound> {
    inner: S,
    config: Arc<Config>,
}

impl MizanService {
    /// A service to mount, with the settings that [`MizanLayer::new`] has. For others, build a
    /// layer and take its [`into_service`](MizanLayer::into_service).
    pub fn new(registry: Registry) -> Self {
        MizanLayer::new(registry).into_service()
    }
}

impl<S> MizanService<S> {
    pub(crate) fn with_config(inner: S, config: Arc<Config>) -> Self {
        Self { inner, config }
    }

    /// The WebSockets of this service, of its clones, and of the layer that it came from: how many
    /// there are, and their end.
    ///
    /// ```
    /// # use mizan::{MizanService, Registry};
    /// use std::time::Duration;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let registry = Registry::builder().build().unwrap();
    /// let service = MizanService::new(registry);
    /// let connections = service.connections();
    /// // …the service serves, and the process is told to end…
    /// connections.close(Duration::from_secs(1)).await;
    /// assert_eq!(connections.count(), 0);
    /// # });
    /// ```
    #[cfg(feature = "websocket")]
    pub fn connections(&self) -> Connections {
        Connections::of(&self.config)
    }

    #[cfg(feature = "poem")]
    pub(crate) fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// The service behind.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service behind, to be changed.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The service behind, without Mizan.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B, RB> Service<Request<B>> for MizanService<S>
where
    S: Service<Request<B>, Response = Response<RB>>,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<MizanBody<RB>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, B, RB>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let config = &self.config;
        match endpoint(request.uri().path(), &config.mount, config.whole) {
            None => match Asked::of(config, &mut request) {
                None => ResponseFuture::inner(self.inner.call(request), config),
                Some(asked) => ResponseFuture::asked(self.inner.call(request), asked),
            },
            Some(found) => {
                let opened = open(config, found, request.method(), request.headers());
                let (head, body) = request.into_parts();
                ResponseFuture::own(Exchange::new(config, opened, head, body))
            }
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for MizanService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MizanService")
            .field("inner", &self.inner)
            .field("mount", &self.config.mount)
            .finish_non_exhaustive()
    }
}
