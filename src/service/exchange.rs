//! One request under the mount, from its head to its response.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Response, request};
use http_body::Body;
use pin_project_lite::pin_project;

use super::body::{MizanBody, ReadBody};
use super::config::Config;
use super::content::Content;
use super::identify::{Identified, identify};
#[cfg(feature = "forms")]
use super::receive::Receive;
use super::route::Endpoint;
use super::stack::StackFuture;
use super::{encode, envelope};
use crate::call::{Args, Call, Draft, Target};
use crate::error::{BoxError, Error, Result};
#[cfg(feature = "forms")]
use crate::form::wants_html;
use crate::identity::User;
use crate::registry::ContextId;

pin_project! {
    /// The checks in the order of protocol section 1: path, method, declared size, content type,
    /// credential, origin; then the body, the look-up, and the stack.
    pub(super) struct Exchange<B> {
        config: Arc<Config>,
        head_only: bool,
        reads: bool,
        // An answer that says what went wrong is for people.
        html: bool,
        #[pin]
        state: State<B>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<B> {
        Identifying {
            finding: BoxFuture<'static, Result<Option<User>>>,
            pending: Option<(Pending, Draft, B)>,
        },
        Reading {
            #[pin]
            body: ReadBody<B>,
            pending: Option<(Draft, Option<User>)>,
        },
        // A body of another kind than JSON, or one for a form.
        Receiving { call: BoxFuture<'static, Result<Call>> },
        Calling {
            #[pin]
            future: StackFuture,
        },
        Refused { error: Option<Error> },
        Options { allow: &'static str },
        // An upgrade, which reads no body.
        Upgrading { answer: BoxFuture<'static, Response<Bytes>> },
    }
}

/// What a request asks for, once its head has been looked at.
pub(crate) enum Pending {
    Call,
    #[cfg(feature = "forms")]
    Received(Receive),
    Context(Result<ContextId>),
}

impl<B> Exchange<B>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    #[inline]
    pub(super) fn new(
        config: &Arc<Config>,
        opened: Result<Pending, Opened>,
        head: request::Parts,
        body: B,
    ) -> Self {
        let head_only = head.method == Method::HEAD;
        #[cfg(feature = "forms")]
        let html = match &opened {
            Ok(Pending::Received(receive)) => receive.html,
            Err(Opened::RefusedPage(_)) => true,
            _ => false,
        };
        #[cfg(not(feature = "forms"))]
        let html = false;
        let (reads, state) = match opened {
            Ok(pending) => {
                let reads = matches!(pending, Pending::Context(_));
                (reads, begin(config, pending, head, body))
            }
            Err(Opened::Options(allow)) => (false, State::Options { allow }),
            Err(Opened::Refused(error)) => (false, refused(error)),
            #[cfg(feature = "websocket")]
            Err(Opened::Upgrade) => (false, upgrading(config, head)),
            #[cfg(feature = "forms")]
            Err(Opened::RefusedPage(error)) => (false, refused(error)),
        };
        Self {
            config: Arc::clone(config),
            head_only,
            reads,
            html,
            state,
        }
    }
}

/// A request whose head is answer enough.
pub(crate) enum Opened {
    Options(&'static str),
    Refused(Error),
    #[cfg(feature = "websocket")]
    Upgrade,
    /// To be told to people.
    #[cfg(feature = "forms")]
    RefusedPage(Error),
}

impl Opened {
    #[cfg_attr(not(feature = "forms"), expect(unused_variables))]
    fn refused(endpoint: &Endpoint<'_>, headers: &HeaderMap, error: Error) -> Self {
        match endpoint {
            #[cfg(feature = "forms")]
            Endpoint::Form(_) if wants_html(headers) => Self::RefusedPage(error),
            _ => Self::Refused(error),
        }
    }
}

#[cfg(feature = "websocket")]
fn upgrading<B>(config: &Arc<Config>, head: request::Parts) -> State<B> {
    State::Upgrading {
        answer: Box::pin(super::websocket::answer(Arc::clone(config), head)),
    }
}

fn refused<B>(error: Error) -> State<B> {
    State::Refused { error: Some(error) }
}

/// What can be said of a request by its line and its headers alone.
#[inline]
pub(crate) fn open(
    config: &Config,
    endpoint: Endpoint<'_>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Pending, Opened> {
    let allow = endpoint.allow();
    if endpoint == Endpoint::Unknown {
        return Err(Opened::Refused(Error::not_found("There is nothing here")));
    }
    if method == Method::OPTIONS {
        return Err(Opened::Options(allow));
    }
    if !endpoint.takes(method) {
        let error = Error::method_not_allowed(allow);
        return Err(Opened::refused(&endpoint, headers, error));
    }
    match endpoint {
        Endpoint::Context(name) => Ok(Pending::Context(
            config
                .registry
                .context_id(&name)
                .ok_or_else(|| unknown(config.debug, "context", &name)),
        )),
        #[cfg(feature = "forms")]
        Endpoint::Form(name) => {
            let receive = Receive::form(config, &name, headers);
            receive
                .map(Pending::Received)
                .map_err(|error| Opened::refused(&Endpoint::Form(name), headers, error))
        }
        #[cfg(feature = "websocket")]
        Endpoint::WebSocket => Err(Opened::Upgrade),
        _ => match Content::accept(config, headers) {
            Ok(Content::Json) => Ok(Pending::Call),
            #[cfg(feature = "forms")]
            Ok(Content::Multipart) => Ok(Pending::Received(Receive::call(headers))),
            #[cfg(feature = "forms")]
            Ok(Content::UrlEncoded) => Err(Opened::Refused(Error::content_type())),
            Err(error) => Err(Opened::Refused(error)),
        },
    }
}

pub(super) fn unknown(debug: bool, what: &str, name: &str) -> Error {
    Error::not_found(if debug {
        format!("There is no {what} `{name}`")
    } else {
        format!("There is no such {what}")
    })
}

#[inline]
fn begin<B>(config: &Config, pending: Pending, head: request::Parts, body: B) -> State<B>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    #[cfg(feature = "forms")]
    let (head, is_form) = match &pending {
        Pending::Received(receive) => (receive.mark(head), receive.is_form()),
        _ => (head, false),
    };
    #[cfg(not(feature = "forms"))]
    let is_form = false;
    let found = identify(config, &head, is_form);
    let draft = Draft::new(&config.registry, head);
    match found {
        Identified::Now(user) => identified(config, pending, draft, body, user),
        Identified::Later(finding) => State::Identifying {
            finding,
            pending: Some((pending, draft, body)),
        },
    }
}

fn identified<B>(
    config: &Config,
    pending: Pending,
    draft: Draft,
    body: B,
    user: Result<Option<User>>,
) -> State<B>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    match (user, pending) {
        (Err(error), _) | (_, Pending::Context(Err(error))) => refused(error),
        #[cfg(feature = "forms")]
        (Ok(user), Pending::Received(receive)) => State::Receiving {
            call: receive.receive(config, draft, body, user),
        },
        (Ok(user), Pending::Call) => State::Reading {
            body: ReadBody::new(body, config.max_body, config.body_timeout),
            pending: Some((draft, user)),
        },
        (Ok(user), Pending::Context(Ok(id))) => {
            let call = draft.decide(Target::Context(id), Args::Query, user);
            State::Calling {
                future: config.stack.call(call),
            }
        }
    }
}

/// The call that a body asks for.
fn decode(config: &Config, body: Bytes, draft: Draft, user: Option<User>) -> Result<Call> {
    let registry = &config.registry;
    let skimmed =
        envelope::skim(&body).and_then(|(name, range)| Some((registry.function_id(name)?, range)));
    let (id, args) = match skimmed {
        Some((id, range)) => (id, Args::unproven(body, range)),
        None => {
            let (name, range) = envelope::read(&body)?;
            let id = registry
                .function_id(&name)
                .ok_or_else(|| unknown(config.debug, "function", &name))?;
            drop(name);
            (id, Args::proven(body, range))
        }
    };
    Ok(draft.decide(Target::Function(id), args, user))
}

impl<B> Exchange<B>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    pub(super) fn poll_response<RB>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Response<MizanBody<RB>>> {
        let mut this = self.project();
        let config = &**this.config;
        loop {
            let next = match this.state.as_mut().project() {
                StateProj::Identifying { finding, pending } => {
                    let user = ready!(finding.as_mut().poll(cx));
                    match pending.take() {
                        Some((pending, draft, body)) => {
                            identified(config, pending, draft, body, user)
                        }
                        None => refused(polled_again()),
                    }
                }
                StateProj::Reading { body, pending } => {
                    let read = ready!(body.poll(cx));
                    let pending = pending.take().ok_or_else(polled_again);
                    let call = read.and_then(|body| {
                        let (draft, user) = pending?;
                        decode(config, body, draft, user)
                    });
                    match call {
                        Ok(call) => State::Calling {
                            future: config.stack.call(call),
                        },
                        Err(error) => refused(error),
                    }
                }
                StateProj::Receiving { call } => match ready!(call.as_mut().poll(cx)) {
                    Ok(call) => State::Calling {
                        future: config.stack.call(call),
                    },
                    Err(error) => refused(error),
                },
                StateProj::Calling { future } => match ready!(future.poll(cx)) {
                    Ok(reply) if *this.reads => {
                        let head_only = *this.head_only;
                        return Poll::Ready(encode::context(config, reply, head_only));
                    }
                    Ok(reply) => return Poll::Ready(encode::call(config, reply)),
                    Err(error) => refused(error),
                },
                StateProj::Refused { error } => {
                    let error = error.take().unwrap_or_else(polled_again);
                    #[cfg(feature = "forms")]
                    if *this.html {
                        return Poll::Ready(encode::error_page(config, &error));
                    }
                    let head_only = *this.head_only;
                    return Poll::Ready(encode::error(config, &error, head_only));
                }
                StateProj::Options { allow } => {
                    return Poll::Ready(encode::options(config, allow));
                }
                StateProj::Upgrading { answer } => {
                    let answer = ready!(answer.as_mut().poll(cx));
                    return Poll::Ready(answer.map(MizanBody::own));
                }
            };
            this.state.set(next);
        }
    }
}

/// Answers one request, for hosts that are no Tower services.
#[cfg(feature = "poem")]
pub(crate) async fn answer<B, RB>(
    config: &Arc<Config>,
    opened: Result<Pending, Opened>,
    head: request::Parts,
    body: B,
) -> Response<MizanBody<RB>>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let mut exchange = std::pin::pin!(Exchange::new(config, opened, head, body));
    std::future::poll_fn(|cx| exchange.as_mut().poll_response(cx)).await
}

#[cold]
fn polled_again() -> Error {
    Error::internal("polled after completion")
}
