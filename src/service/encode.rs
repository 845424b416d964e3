//! From a reply or an error to an HTTP response.

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use http::{HeaderMap, Response, StatusCode};

use super::body::MizanBody;
use super::config::Config;
use crate::error::Error;
use crate::registry::Registry;
use crate::reply::{Extra, Reply};

pub(crate) const X_MIZAN_INVALIDATE: HeaderName = HeaderName::from_static("x-mizan-invalidate");
const X_MIZAN_INSTANCE: HeaderName = HeaderName::from_static("x-mizan-instance");
const X_MIZAN_CONTRACT: HeaderName = HeaderName::from_static("x-mizan-contract");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");
const BEARER_INVALID: HeaderValue = HeaderValue::from_static("Bearer error=\"invalid_token\"");

/// What most answers need, so that the map is not grown while it is filled.
const USUAL_HEADERS: usize = 6;

/// The answer to a call.
pub(super) fn call<B>(config: &Config, reply: Reply) -> Response<MizanBody<B>> {
    let (body, extra) = reply.into_call_body();
    let body = Bytes::from(body);
    if extra.is_some() {
        return success(&config.registry, body, extra);
    }
    let mut response = Response::new(MizanBody::own(body));
    *response.headers_mut() = config.plain_headers.clone();
    response
}

/// The headers of an answer that nothing is said beside. A copy of them costs half of what it
/// takes to insert one after another.
pub(crate) fn plain_headers(registry: &Registry) -> HeaderMap {
    success::<()>(registry, Bytes::new(), None)
        .into_parts()
        .0
        .headers
}

/// The answer to the read of a context: the value by itself. A `HEAD` gets everything but the
/// value (RFC 9110 section 9.3.2).
pub(super) fn context<B>(
    registry: &Registry,
    reply: Reply,
    head_only: bool,
) -> Response<MizanBody<B>> {
    let (value, extra) = reply.into_value();
    if !head_only {
        return success(registry, value, extra);
    }
    let length = value.len();
    let mut response = success(registry, Bytes::new(), extra);
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn success<B>(
    registry: &Registry,
    body: Bytes,
    extra: Option<Box<Extra>>,
) -> Response<MizanBody<B>> {
    let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
    if let Some(extra) = extra {
        let Extra {
            header,
            instance,
            headers: set,
            ..
        } = *extra;
        if let Some(set) = set {
            headers.extend(*set);
            // How the body is framed is not a handler's to say, nor what Mizan has nothing to
            // say about.
            headers.remove(CONTENT_LENGTH);
            headers.remove(TRANSFER_ENCODING);
            headers.remove(X_MIZAN_INVALIDATE);
            headers.remove(X_MIZAN_INSTANCE);
        }
        if let Some(header) = header {
            headers.insert(X_MIZAN_INVALIDATE, header);
        }
        if let Some(instance) = instance {
            headers.insert(X_MIZAN_INSTANCE, instance);
        }
    }
    headers.insert(CONTENT_TYPE, JSON);
    respond(registry, StatusCode::OK, headers, body)
}

/// The answer to whatever went wrong.
pub(super) fn error<B>(
    registry: &Registry,
    error: &Error,
    head_only: bool,
) -> Response<MizanBody<B>> {
    if error.cause().is_some() && !error.is_logged() {
        error.log(None);
    }
    let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
    headers.insert(CONTENT_TYPE, JSON);
    if let Some(entries) = error.invalidate() {
        headers.insert(X_MIZAN_INVALIDATE, entries.clone());
    }
    if let Some(allow) = error.allow() {
        headers.insert(ALLOW, HeaderValue::from_static(allow));
    }
    if error.status() == StatusCode::UNAUTHORIZED {
        let challenge = if error.is_credential() {
            BEARER_INVALID
        } else {
            BEARER
        };
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if let Some(after) = error.retry_after() {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    let body = serde_json::to_vec(error).unwrap_or_default();
    let body = if head_only {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        Bytes::new()
    } else {
        Bytes::from(body)
    };
    respond(registry, error.status(), headers, body)
}

/// The answer to `OPTIONS`.
pub(super) fn options<B>(registry: &Registry, allow: &'static str) -> Response<MizanBody<B>> {
    let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
    headers.insert(ALLOW, HeaderValue::from_static(allow));
    respond(registry, StatusCode::NO_CONTENT, headers, Bytes::new())
}

fn respond<B>(
    registry: &Registry,
    status: StatusCode,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response<MizanBody<B>> {
    headers.insert(CACHE_CONTROL, NO_STORE);
    headers.insert(X_MIZAN_CONTRACT, registry.contract_header().clone());
    let mut response = Response::new(MizanBody::own(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
