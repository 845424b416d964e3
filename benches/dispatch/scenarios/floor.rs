//! What cannot be had for less.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use serde::{Deserialize, Serialize};
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, service_fn};

use super::exchange::{Exchange, Prepared, exchange};
use super::greeting::{Greet, Greeting, Payload, SMALL, greet};
use crate::Result;

/// A call as it is on the wire.
#[derive(Deserialize)]
pub(super) struct CallBody<F> {
    #[serde(rename = "fn")]
    function: F,
    pub(super) args: Greet,
}

/// The answer to it.
#[derive(Serialize)]
pub(super) struct Answer {
    pub(super) result: Greeting,
}

/// What the exchange itself costs.
pub(super) fn empty(user: bool) -> Result<Exchange> {
    let mut prepared = Prepared::post("/api/mizan/call/", SMALL.call("greet"));
    if user {
        prepared = prepared.user();
    }
    let service = service_fn(|request: Request<Full<Bytes>>| {
        drop(request);
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::new(CONSTANT))))
    });
    exchange(service, prepared, CONSTANT)
}

const CONSTANT: Bytes = Bytes::from_static(b"{\"result\":null}");

/// Answers without a look at the request.
pub(super) fn unread() -> Result<Exchange> {
    let service = service_fn(async |_: Request<Full<Bytes>>| Ok::<_, Infallible>(json(CONSTANT)));
    exchange(
        service,
        Prepared::post("/api/mizan/call/", SMALL.call("greet")),
        CONSTANT,
    )
}

/// Reads the call, does the work, writes the answer.
pub(super) fn floor(payload: Payload) -> Result<Exchange> {
    let service = service_fn(async |request: Request<Full<Bytes>>| {
        let body = request.into_body().collect().await?.to_bytes();
        let call: CallBody<&str> = serde_json::from_slice(&body)?;
        if call.function != "greet" {
            return Err(BoxError::from("there is no such function"));
        }
        let result = greet(call.args);
        let body = serde_json::to_vec(&Answer { result })?;
        Ok(json(Bytes::from(body)))
    });
    exchange(
        service,
        Prepared::post("/api/mizan/call/", payload.call("greet")),
        payload.result(),
    )
}

pub(super) fn json(body: Bytes) -> Response<Full<Bytes>> {
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let mut response = Response::new(Full::new(body));
    *response.headers_mut() = headers;
    response
}

/// A service for Mizan to stand in front of.
pub(super) fn application()
-> impl Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(async |_: Request<Full<Bytes>>| Ok::<_, Infallible>(Response::new(Full::new(PAGE))))
}

pub(super) const PAGE: Bytes = Bytes::from_static(b"a page");

/// The same as hosts have it, whose routers name neither services nor futures.
pub(super) fn boxed() -> BoxCloneSyncService<Request<Full<Bytes>>, Response<Full<Bytes>>, Infallible>
{
    BoxCloneSyncService::new(application())
}

/// The application by itself.
pub(super) fn inner() -> Result<Exchange> {
    exchange(application(), Prepared::get("/products/42"), PAGE)
}

pub(super) fn inner_boxed() -> Result<Exchange> {
    exchange(boxed(), Prepared::get("/products/42"), PAGE)
}
