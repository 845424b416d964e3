use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{HeaderMap, Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;

use super::body::MizanBody;
use super::config::Config;
use super::encode::X_MIZAN_INVALIDATE;
use super::exchange::Exchange;
use crate::error::BoxError;
use crate::invalidate::{Entries, Invalidation};
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
        Telling { telling: Telling, response: Option<Response<MizanBody<RB>>> },
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

    pub(super) fn own(exchange: Exchange<B>) -> Self {
        Self {
            state: State::Own { exchange },
        }
    }
}

impl<F, B, RB, E> Future for ResponseFuture<F, B, RB>
where
    F: Future<Output = Result<Response<RB>, E>>,
    B: Body,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response<MizanBody<RB>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            match state.as_mut().project() {
                StateProj::Own { exchange } => return exchange.poll_response(cx).map(Ok),
                StateProj::Inner { future, config } => {
                    let mut response = ready!(future.poll(cx)?);
                    let extensions = response.extensions_mut();
                    let found = match extensions.is_empty() {
                        true => None,
                        false => extensions.remove::<Invalidation>(),
                    };
                    let Some(found) = found else {
                        return Poll::Ready(Ok(response.map(MizanBody::inner)));
                    };
                    let status = response.status();
                    let telling = announce(config, &found, status, response.headers_mut());
                    let response = response.map(MizanBody::inner);
                    let Some(telling) = telling else {
                        return Poll::Ready(Ok(response));
                    };
                    state.set(State::Telling {
                        telling,
                        response: Some(response),
                    });
                }
                StateProj::Telling { telling, response } => {
                    ready!(Pin::new(telling).poll(cx));
                    if let Some(response) = response.take() {
                        return Poll::Ready(Ok(response));
                    }
                    // Polled after completion; nothing is left to answer with.
                    return Poll::Pending;
                }
            }
        }
    }
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
