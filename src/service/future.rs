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
                (response, None) => return Poll::Ready(Ok(response)),
                (response, Some(telling)) => state.set(State::Telling {
                    telling,
                    response: Some(response),
                }),
            }
        }
        state.poll_own(cx).map(Ok)
    }
}

impl<F, B, RB> State<F, B, RB>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    #[inline(never)]
    fn poll_own(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response<MizanBody<RB>>> {
        match self.project() {
            StateProj::Own { exchange } => exchange.poll_response(cx),
            StateProj::Telling { telling, response } => {
                ready!(Pin::new(telling).poll(cx));
                // Polled after completion, nothing is left to answer with.
                response.take().map_or(Poll::Pending, Poll::Ready)
            }
            // Never asked here: `poll` asks the service itself.
            StateProj::Inner { .. } => Poll::Pending,
        }
    }
}

/// A response of the service behind, and whoever has to be told of its entries before it leaves.
#[inline(never)]
fn passed<RB>(
    config: &Config,
    mut response: Response<RB>,
) -> (Response<MizanBody<RB>>, Option<Telling>) {
    let found = response.extensions_mut().remove::<Invalidation>();
    let status = response.status();
    let telling = found.and_then(|found| announce(config, &found, status, response.headers_mut()));
    (response.map(MizanBody::inner), telling)
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
