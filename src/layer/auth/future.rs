use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::reply::Reply;

pin_project! {
    /// The future of [`Authorize`](super::Authorize).
    pub(crate) struct AuthorizeFuture<S: Service<Call>> {
        #[pin]
        state: State<S, S::Future>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<S, F> {
        Asking { gates: BoxFuture<'static, Result<()>>, next: Option<(Call, S)> },
        Admitted { #[pin] future: F },
        Refused { error: Option<Error> },
    }
}

impl<S: Service<Call>> AuthorizeFuture<S> {
    pub(super) fn asking(gates: BoxFuture<'static, Result<()>>, call: Call, ready: S) -> Self {
        Self {
            state: State::Asking {
                gates,
                next: Some((call, ready)),
            },
        }
    }

    pub(super) fn admitted(future: S::Future) -> Self {
        Self {
            state: State::Admitted { future },
        }
    }

    pub(super) fn refused(error: Error) -> Self {
        Self {
            state: State::Refused { error: Some(error) },
        }
    }
}

impl<S> Future for AuthorizeFuture<S>
where
    S: Service<Call, Response = Reply, Error = Error>,
{
    type Output = Result<Reply>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            match state.as_mut().project() {
                StateProj::Admitted { future } => return future.poll(cx),
                StateProj::Refused { error } => {
                    let error = error.take();
                    return Poll::Ready(Err(error.unwrap_or_else(Error::access_denied)));
                }
                StateProj::Asking { gates, next } => {
                    let verdict = ready!(gates.as_mut().poll(cx));
                    let next = next.take().ok_or_else(Error::access_denied);
                    let next_state = match verdict.and(next) {
                        Ok((call, mut ready)) => State::Admitted {
                            future: ready.call(call),
                        },
                        Err(error) => State::Refused { error: Some(error) },
                    };
                    state.set(next_state);
                }
            }
        }
    }
}
