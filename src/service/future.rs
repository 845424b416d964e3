use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;

use super::body::MizanBody;
use super::config::Config;
use super::encode::X_MIZAN_INVALIDATE;
use super::exchange::Exchange;
use crate::error::BoxError;
use crate::invalidate::{Entries, Invalidation};
use crate::page::{Asked, PageData, Primes, prepare};
use crate::registry::{Certainty, Telling, tell};

pin_project! {
    /// The future of [`MizanService`](crate::MizanService).
    pub struct ResponseFuture<F, B, RB> {
        #[pin]
        state: State<F, B, RB>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, B, RB> {
        Inner { #[pin] future: F, config: Arc<Config> },
        // A request that may be for a page, where pages are primed.
        Asked { #[pin] future: F, asked: Option<Box<Asked>> },
        // A page, and the data for it.
        Priming { data: BoxFuture<'static, PageData>, response: Option<Response<RB>> },
        Telling { telling: Option<Telling>, response: Option<Response<MizanBody<RB>>> },
        Own { #[pin] exchange: Exchange<B> },
    }
}

impl<F, B, RB> ResponseFuture<F, B, RB> {
    pub(super) fn inner(future: F, config: &Arc<Config>) -> Self {
        Self {
            state: State::Inner {
                future,
                config: Arc::clone(config),
            },
        }
    }

    pub(super) fn asked(future: F, asked: Box<Asked>) -> Self {
        Self {
            state: State::Asked {
                future,
                asked: Some(asked),
            },
        }
    }

    pub(super) fn own(exchange: Exchange<B>) -> Self {
        Self {
            state: State::Own { exchange },
        }
    }
}

impl<F, B, RB, E> Future for ResponseFuture<F, B, RB>
where
    F: Future<Output = Result<Response<RB>, E>>,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Response<MizanBody<RB>>, E>;

    /// Nearly every response of the service behind passes as it is. What else there is to do stands
    /// apart, so that this alone is paid for it.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        if let StateProj::Inner { future, config } = state.as_mut().project() {
            let response = match future.poll(cx) {
                Poll::Ready(Ok(response)) => response,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            };
            if response.extensions().is_empty() {
                return Poll::Ready(Ok(response.map(MizanBody::inner)));
            }
            match passed(config, response) {
                (response, None) => return Poll::Ready(Ok(response.map(MizanBody::inner))),
                (response, Some(telling)) => state.set(State::Telling {
                    telling: Some(telling),
                    response: Some(response.map(MizanBody::inner)),
                }),
            }
        }
        state.poll_rest(cx)
    }
}

impl<F, B, RB, E> State<F, B, RB>
where
    F: Future<Output = Result<Response<RB>, E>>,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    #[inline(never)]
    fn poll_rest(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Response<MizanBody<RB>>, E>> {
        loop {
            let next = match self.as_mut().project() {
                StateProj::Own { exchange } => return exchange.poll_response(cx).map(Ok),
                StateProj::Telling { telling, response } => {
                    if let Some(telling) = telling {
                        ready!(Pin::new(telling).poll(cx));
                    }
                    return respond(response.take());
                }
                StateProj::Asked { future, asked } => {
                    let response = ready!(future.poll(cx))?;
                    match asked.take() {
                        Some(asked) => with_page(asked, response),
                        None => return Poll::Pending,
                    }
                }
                StateProj::Priming { data, response } => {
                    let data = ready!(data.as_mut().poll(cx));
                    return respond(response.take().map(|response| primed(data, response)));
                }
                // Never asked here: `poll` asks the service itself.
                StateProj::Inner { .. } => return Poll::Pending,
            };
            self.set(next);
        }
    }
}

/// Polled after completion, nothing is left to answer with.
fn respond<R, E>(response: Option<R>) -> Poll<Result<R, E>> {
    response.map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
}

/// What there is to wait for before a response leaves that may be a page.
fn with_page<F, B, RB>(asked: Box<Asked>, response: Response<RB>) -> State<F, B, RB> {
    let (mut response, mut telling) = passed(asked.config(), response);
    let status = response.status();
    let response = match asked.prime(status, response.headers_mut(), &mut telling) {
        Primes::Page(data) => {
            return State::Priming {
                data,
                response: Some(response),
            };
        }
        Primes::Head(insertion) => response.map(|body| MizanBody::page(body, insertion)),
        Primes::Nothing => response.map(MizanBody::inner),
    };
    State::Telling {
        telling,
        response: Some(response),
    }
}

fn primed<RB>(data: PageData, mut response: Response<RB>) -> Response<MizanBody<RB>> {
    match prepare(data, response.headers_mut()) {
        None => response.map(MizanBody::inner),
        Some(insertion) => response.map(|body| MizanBody::page(body, insertion)),
    }
}

/// A response of the service behind, and whoever has to be told of its entries before it leaves.
#[inline(never)]
fn passed<RB>(config: &Config, mut response: Response<RB>) -> (Response<RB>, Option<Telling>) {
    let found = response.extensions_mut().remove::<Invalidation>();
    let status = response.status();
    let telling = found.and_then(|found| announce(config, &found, status, response.headers_mut()));
    (response, telling)
}

/// Lets a plain route take part: its entries into the header, and to whoever listens.
pub(crate) fn announce(
    config: &Config,
    invalidation: &Invalidation,
    status: StatusCode,
    headers: &mut HeaderMap,
) -> Option<Telling> {
    if status.is_client_error() {
        tracing::warn!(%status, "a 4xx changed nothing; its entries are dropped");
        return None;
    }
    let entries: Entries = config.registry.checked_all(invalidation.entries());
    let header = entries.header_value()?;
    headers.insert(X_MIZAN_INVALIDATE, header);
    let certainty = if status.is_server_error() {
        Certainty::Unknown
    } else {
        Certainty::Changed
    };
    tell(&config.registry, entries, None, certainty)
}

impl<F, B, RB> std::fmt::Debug for ResponseFuture<F, B, RB> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
