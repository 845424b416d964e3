//! The stack that every call goes through, whatever brought it.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};

use futures_util::future::{BoxFuture, Either, FutureExt};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

use super::dispatch::Dispatch;
use crate::call::Call;
use crate::error::{BoxError, Error, Result};
use crate::layer::auth::{AuthLayer, Authorize};
use crate::layer::context::{ContextLayer, ReadContexts};
#[cfg(feature = "forms")]
use crate::layer::form::{FormLayer, TakeForms};
use crate::layer::invalidate::{Invalidate, InvalidateLayer};
use crate::registry::Outcome;
use crate::reply::Reply;

#[cfg(feature = "forms")]
type Layers = Authorize<ReadContexts<TakeForms<Invalidate<Dispatch>>>>;
#[cfg(not(feature = "forms"))]
type Layers = Authorize<ReadContexts<Invalidate<Dispatch>>>;

/// Mizan's own layers, outermost first: auth, contexts, forms, invalidation, dispatch. They keep nothing:
/// a call brings its registry along.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Core {
    layers: Layers,
}

impl Core {
    pub(crate) fn new() -> Self {
        let inner = InvalidateLayer.layer(Dispatch);
        #[cfg(feature = "forms")]
        let inner = FormLayer.layer(inner);
        Self {
            layers: AuthLayer.layer(ContextLayer.layer(inner)),
        }
    }
}

impl Service<Call> for Core {
    type Response = Reply;
    type Error = Error;
    type Future = <Layers as Service<Call>>::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        self.layers.call(call)
    }
}

/// A service of calls whose type is not named: what a Tower layer around one function, or around
/// all of them, is given and gives back.
///
/// ```
/// # use mizan::{Call, Error, Function, Reply, Result, Route};
/// use tower::{layer::layer_fn, util::MapRequest, ServiceExt};
///
/// #[derive(Clone)]
/// struct Tenant(String);
///
/// let layer = layer_fn(|route: Route| {
///     route.map_request(|call: Call| call.with_extension(Tenant("acme".into())))
/// });
/// # fn hello(call: Call) -> Result<()> { Ok(()) }
/// let function = Function::new("hello", hello).layer(layer);
/// ```
#[derive(Clone)]
pub struct Route {
    service: BoxCloneSyncService<Call, Reply, Error>,
}

impl Route {
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<Call, Response = Reply> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        let service = service.map_err(|error| Error::from_boxed(error.into()));
        Self {
            service: BoxCloneSyncService::new(service),
        }
    }

    /// The handler of whatever function is called.
    pub(crate) fn endpoint() -> Self {
        Self::new(Endpoint)
    }

    /// The whole of Mizan's own stack.
    pub(crate) fn core() -> Self {
        Self::new(Core::new())
    }
}

impl Service<Call> for Route {
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        self.service.call(call)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").finish_non_exhaustive()
    }
}

/// The innermost service of a function: its handler.
#[derive(Clone, Copy, Debug)]
struct Endpoint;

impl Service<Call> for Endpoint {
    type Response = Reply;
    type Error = Error;
    type Future = Outcome;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Outcome {
        let registry = call.registry().clone();
        match call.function_id() {
            Some(id) => registry.entry(id).invoke().invoke(call),
            None => Outcome::done(Err(Error::internal("a context reached a handler"))),
        }
    }
}

/// [`Core`], perhaps with the application's layers around it.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    layered: Option<Route>,
}

impl Stack {
    pub(crate) fn new(layered: Option<Route>) -> Self {
        Self { layered }
    }

    /// Without layers of the application nothing is boxed or cloned.
    pub(crate) fn call(&self, call: Call) -> StackFuture {
        match &self.layered {
            None => Either::Left(Core::new().call(call)),
            Some(route) => {
                let watched = call.clone();
                watched.progress().layered = true;
                let route = route.clone();
                // The application's layers may panic wherever they are called.
                let answer = async move { route.oneshot(call).await };
                let answer = AssertUnwindSafe(answer).catch_unwind();
                let answer = answer.map(move |result| {
                    let result = result.unwrap_or_else(|panic| {
                        let message = crate::panic::message(&*panic);
                        Err(Error::internal(format!("a layer panicked: {message}")))
                    });
                    with_lost(&watched, result)
                });
                Either::Right(answer.boxed())
            }
        }
    }
}

/// A layer that let go of a begun mutation, or made another error of its answer, does not know what
/// it may have changed.
fn with_lost(call: &Call, mut result: Result<Reply>) -> Result<Reply> {
    if let Err(error) = &mut result
        && error.status().is_server_error()
        && error.invalidate().is_none()
        && let Some(header) = call.progress().lost.take()
    {
        error.add_invalidate(Some(*header));
    }
    result
}

/// The future of [`Stack::call`].
pub(crate) type StackFuture =
    Either<<Core as Service<Call>>::Future, BoxFuture<'static, Result<Reply>>>;
