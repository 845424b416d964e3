//! From a reply or an error to an HTTP response.

use std::mem;

use bytes::Bytes;
#[cfg(feature = "forms")]
use http::header::LOCATION;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use http::{HeaderMap, Response, StatusCode};

use super::body::MizanBody;
use super::config::Config;
use crate::error::Error;
use crate::registry::Registry;
#[cfg(feature = "forms")]
use crate::reply::Page;
use crate::reply::{Extra, Reply};

pub(crate) const X_MIZAN_INVALIDATE: HeaderName = HeaderName::from_static("x-mizan-invalidate");
const X_MIZAN_INSTANCE: HeaderName = HeaderName::from_static("x-mizan-instance");
const X_MIZAN_CONTRACT: HeaderName = HeaderName::from_static("x-mizan-contract");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
#[cfg(feature = "forms")]
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");
const BEARER_INVALID: HeaderValue = HeaderValue::from_static("Bearer error=\"invalid_token\"");

/// What a handler has no say in: how the body is framed, and what is Mizan's own.
const RESERVED: [HeaderName; 7] = [
    CACHE_CONTROL,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    TRANSFER_ENCODING,
    X_MIZAN_CONTRACT,
    X_MIZAN_INSTANCE,
    X_MIZAN_INVALIDATE,
];

/// The headers of the usual answers. A copy of a whole map costs half of what it takes to insert
/// one header after another.
#[derive(Clone, Debug)]
pub(crate) struct Templates {
    /// What every answer with a body carries.
    plain: HeaderMap,
    /// With a place for `X-Mizan-Invalidate` at its front.
    affecting: HeaderMap,
    /// With a place for `X-Mizan-Instance` at its front.
    reading: HeaderMap,
}

impl Templates {
    pub(crate) fn new(registry: &Registry) -> Self {
        let mut plain = HeaderMap::new();
        plain.insert(CONTENT_TYPE, JSON);
        plain.insert(CACHE_CONTROL, NO_STORE);
        plain.insert(X_MIZAN_CONTRACT, registry.contract_header().clone());
        let with_place = |name: HeaderName| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(""));
            headers.extend(plain.clone());
            headers
        };
        Self {
            affecting: with_place(X_MIZAN_INVALIDATE),
            reading: with_place(X_MIZAN_INSTANCE),
            plain,
        }
    }

    fn of(&self, extra: Option<Box<Extra>>) -> HeaderMap {
        let Some(mut extra) = extra else {
            return self.plain.clone();
        };
        match (&mut extra.header, &mut extra.instance, &extra.headers) {
            (header @ Some(_), None, None) => filled(&self.affecting, header),
            (None, instance @ Some(_), None) => filled(&self.reading, instance),
            _ => self.assemble(*extra),
        }
    }

    fn assemble(&self, extra: Extra) -> HeaderMap {
        let Extra {
            header,
            instance,
            headers: set,
            ..
        } = extra;
        let mut headers = self.plain.clone();
        if let Some(mut set) = set {
            for name in RESERVED {
                set.remove(name);
            }
            headers.extend(*set);
        }
        if let Some(header) = header {
            headers.insert(X_MIZAN_INVALIDATE, header);
        }
        if let Some(instance) = instance {
            headers.insert(X_MIZAN_INSTANCE, instance);
        }
        headers
    }
}

fn filled(template: &HeaderMap, value: &mut Option<HeaderValue>) -> HeaderMap {
    let mut headers = template.clone();
    // The place was made first.
    if let (Some(place), Some(value)) = (headers.values_mut().next(), value) {
        mem::swap(place, value);
    }
    headers
}

/// The answer to a call.
pub(super) fn call<B>(config: &Config, reply: Reply) -> Response<MizanBody<B>> {
    #[cfg(feature = "forms")]
    let reply = match reply.split_page() {
        (reply, None) => reply,
        (reply, Some(page)) => return self::page(config, reply, page),
    };
    let (body, extra) = reply.into_call_body();
    success(config, body, extra)
}

/// The answer to the read of a context: the value by itself. A `HEAD` gets everything but the
/// value (RFC 9110 section 9.3.2).
pub(super) fn context<B>(config: &Config, reply: Reply, head_only: bool) -> Response<MizanBody<B>> {
    let (value, extra) = reply.into_value();
    if !head_only {
        return success(config, value, extra);
    }
    let length = value.len();
    let mut response = success(config, Bytes::new(), extra);
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn success<B>(config: &Config, body: Bytes, extra: Option<Box<Extra>>) -> Response<MizanBody<B>> {
    respond(StatusCode::OK, config.templates.of(extra), body)
}

/// The answer to whatever went wrong.
pub(super) fn error<B>(config: &Config, error: &Error, head_only: bool) -> Response<MizanBody<B>> {
    refusal(config, error, head_only).map(MizanBody::own)
}

/// [`error`], before it is known what else the body may be.
pub(super) fn refusal(config: &Config, error: &Error, head_only: bool) -> Response<Bytes> {
    if error.status().is_server_error() && !error.is_logged() {
        error.log(None);
    }
    let mut headers = config.templates.plain.clone();
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
        let seconds = after
            .as_secs()
            .saturating_add(u64::from(after.subsec_nanos() > 0));
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    let body = serde_json::to_vec(error).unwrap_or_default();
    let body = if head_only {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        Bytes::new()
    } else {
        Bytes::from(body)
    };
    answer(error.status(), headers, body)
}

/// The answer to an upgrade that is taken, without the headers of the handshake.
#[cfg(feature = "websocket")]
pub(super) fn upgraded(config: &Config, status: StatusCode) -> Response<Bytes> {
    let mut headers = config.templates.plain.clone();
    headers.remove(CONTENT_TYPE);
    answer(status, headers, Bytes::new())
}

/// The answer to a page without JavaScript (protocol section 5).
#[cfg(feature = "forms")]
fn page<B>(config: &Config, reply: Reply, page: Page) -> Response<MizanBody<B>> {
    let (_, extra) = reply.into_call_body();
    let mut headers = config.templates.of(extra);
    match page {
        Page::Html(html) => {
            headers.insert(CONTENT_TYPE, HTML);
            respond(StatusCode::UNPROCESSABLE_ENTITY, headers, html.into())
        }
        Page::GoTo(target) => {
            headers.remove(CONTENT_TYPE);
            headers.insert(LOCATION, target.unwrap_or(HeaderValue::from_static("/")));
            respond(StatusCode::SEE_OTHER, headers, Bytes::new())
        }
    }
}

/// [`error`] for people.
#[cfg(feature = "forms")]
pub(super) fn error_page<B>(config: &Config, error: &Error) -> Response<MizanBody<B>> {
    let (mut head, _) = self::error::<B>(config, error, false).into_parts();
    head.headers.insert(CONTENT_TYPE, HTML);
    let html = crate::form::error_page(error);
    Response::from_parts(head, MizanBody::own(html.into()))
}

/// The answer to `OPTIONS`.
pub(super) fn options<B>(config: &Config, allow: &'static str) -> Response<MizanBody<B>> {
    let mut headers = config.templates.plain.clone();
    headers.remove(CONTENT_TYPE);
    headers.insert(ALLOW, HeaderValue::from_static(allow));
    respond(StatusCode::NO_CONTENT, headers, Bytes::new())
}

fn respond<B>(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<MizanBody<B>> {
    answer(status, headers, body).map(MizanBody::own)
}

fn answer(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
