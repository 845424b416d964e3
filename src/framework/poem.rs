//! A native middleware for poem.
//!
//! poem's own bridge to Tower puts a buffer in front of the whole application, which every request
//! then pays for; this endpoint costs a request outside the mount one comparison of its path.

use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method};
use http_body_util::combinators::BoxBody;
use poem::error::NotFoundError;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response};

use crate::invalidate::Invalidation;
use crate::layer::MizanLayer;
use crate::page::{Asked, PageRequest, Primes, prepare, sealed};
use crate::registry::Telling;
#[cfg(feature = "websocket")]
use crate::service::PoemUpgrade;
use crate::service::{
    Config, MizanBody, MizanService, Opened, Pending, announce, answer, endpoint, open,
};

/// What [`MizanLayer`] makes of a poem endpoint.
///
/// An [`Invalidation`](crate::Invalidation) counts in a response that the endpoint returns; one in
/// a [`poem::Error`] does not.
///
/// ```
/// use mizan::{Call, Function, MizanLayer, Registry, Result};
/// use poem::{EndpointExt, Route, endpoint::make_sync};
/// # fn answer(_: Call) -> Result<i64> { Ok(42) }
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// let app = Route::new()
///     .at("/", make_sync(|_| "a page"))
///     .with(MizanLayer::new(registry));
/// # Ok::<(), mizan::RegistryError>(())
/// ```
pub struct MizanEndpoint<E> {
    inner: E,
    config: Arc<Config>,
}

impl<E: Endpoint> Middleware<E> for MizanLayer {
    type Output = MizanEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        MizanEndpoint {
            inner,
            config: Arc::clone(self.config()),
        }
    }
}

impl<E: Endpoint> Endpoint for MizanEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let opened = endpoint(request.uri().path(), &self.config.mount, self.config.whole)
            .map(|found| open(&self.config, found, request.method(), request.headers()));
        let Some(opened) = opened else {
            let asked = Asked::of(&self.config, &mut request);
            let mut response = self.inner.call(request).await?.into_response();
            let telling = self.annotate(&mut response);
            match asked {
                None => told(telling).await,
                Some(asked) => prime(asked, telling, &mut response).await,
            }
            return Ok(response);
        };
        Ok(answered(&self.config, opened, request).await)
    }
}

/// Mounted whole, with nothing behind it:
///
/// ```
/// use mizan::{Call, Function, MizanService, Registry, Result};
/// use poem::Route;
/// # fn answer(_: Call) -> Result<i64> { Ok(42) }
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// let app = Route::new().nest_no_strip("/api/mizan", MizanService::new(registry));
/// # Ok::<(), mizan::RegistryError>(())
/// ```
///
/// poem's own bridge to Tower services works too, but loses the handle of an upgrade: through it,
/// the WebSocket answers 426.
impl Endpoint for MizanService {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let config = self.config();
        let found = endpoint(request.uri().path(), &config.mount, config.whole);
        let found = found.ok_or(NotFoundError)?;
        let opened = open(config, found, request.method(), request.headers());
        Ok(answered(config, opened, request).await)
    }
}

async fn answered(
    config: &Arc<Config>,
    opened: Result<Pending, Opened>,
    request: Request,
) -> Response {
    // poem keeps it outside of the extensions, where a conversion drops it.
    #[cfg(feature = "websocket")]
    let upgrade = match &opened {
        Err(Opened::Upgrade) => request.take_upgrade().ok(),
        _ => None,
    };
    let (head, body) = into_http(request);
    #[cfg(feature = "websocket")]
    let head = match upgrade {
        Some(upgrade) => PoemUpgrade::carried(upgrade, head),
        None => head,
    };
    from_http(answer(config, opened, head, body).await)
}

impl<E> MizanEndpoint<E> {
    fn annotate(&self, response: &mut Response) -> Option<Telling> {
        let found = response.extensions_mut().remove::<Invalidation>()?;
        let status = response.status();
        announce(&self.config, &found, status, response.headers_mut())
    }
}

async fn prime(asked: Box<Asked>, mut telling: Option<Telling>, response: &mut Response) {
    let status = response.status();
    let primes = asked.prime(status, response.headers_mut(), &mut telling);
    let insertion = match primes {
        Primes::Nothing => None,
        Primes::Head(insertion) => Some(insertion),
        Primes::Page(data) => prepare(data.await, response.headers_mut()),
    };
    told(telling).await;
    if let Some(insertion) = insertion {
        let body: BoxBody<Bytes, io::Error> = response.take_body().into();
        response.set_body(BoxBody::new(MizanBody::page(body, insertion)));
    }
}

async fn told(telling: Option<Telling>) {
    if let Some(telling) = telling {
        telling.await;
    }
}

impl PageRequest for Request {}
impl sealed::Head for Request {
    fn method(&self) -> &Method {
        self.method()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn extensions_mut(&mut self) -> &mut Extensions {
        self.extensions_mut()
    }

    fn head(&self) -> Parts {
        let (mut head, ()) = http::Request::new(()).into_parts();
        head.method = self.method().clone();
        head.uri = self.uri().clone();
        head.version = self.version();
        head.headers = self.headers().clone();
        head.extensions = self.extensions().clone();
        head
    }
}

fn into_http(request: Request) -> (Parts, BoxBody<Bytes, io::Error>) {
    let (poem, body) = request.into_parts();
    let (mut head, ()) = http::Request::new(()).into_parts();
    head.method = poem.method;
    head.uri = poem.uri;
    head.version = poem.version;
    head.headers = poem.headers;
    head.extensions = poem.extensions;
    (head, body.into())
}

/// poem's own conversion forgets how long the body is, and the answer would go out in chunks.
fn from_http(response: http::Response<MizanBody<BoxBody<Bytes, io::Error>>>) -> Response {
    let (head, body) = response.into_parts();
    let mut response = Response::default();
    response.set_status(head.status);
    *response.headers_mut() = head.headers;
    *response.extensions_mut() = head.extensions;
    response.set_body(BoxBody::new(body));
    response
}

impl<E: fmt::Debug> fmt::Debug for MizanEndpoint<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MizanEndpoint")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
