//! What is served one after another: channel frames and `auth` (protocol section 7).

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;

use crate::channel::Subscriptions;
use crate::error::{Error, Result};
use crate::identity::User;
use crate::service::Config;
use crate::service::websocket::by_token;
use crate::time::within;

/// How long a hook that runs when its connection ends is waited for.
const TURN: Duration = Duration::from_secs(60);

/// A frame that has to wait for those before it.
pub(super) enum Turn {
    Channel(Order),
    Auth(String),
}

/// A channel's frame. What stands in it as JSON is a part of its text.
pub(super) struct Order {
    pub(super) verb: Verb,
    pub(super) channel: String,
    /// Empty where there are none.
    pub(super) params: Bytes,
    pub(super) data: Bytes,
}

#[derive(Clone, Copy)]
pub(super) enum Verb {
    Subscribe,
    Unsubscribe,
    Message,
}

/// What a turn came to.
pub(super) enum Done {
    Channel,
    Auth(Result<User>),
    /// It panicked, and what it was about is lost.
    Lost,
}

type Given = BoxFuture<'static, Option<Subscriptions>>;

pub(super) enum Lane {
    Free(Subscriptions),
    /// The subscriptions are with whoever changes them, and come back.
    Channel(Given),
    Auth(Subscriptions, BoxFuture<'static, Result<User>>),
    Lost,
}

impl Lane {
    pub(super) fn is_free(&self) -> bool {
        matches!(self, Self::Free(_))
    }

    /// Nothing behind an `auth` is taken before it is through.
    pub(super) fn is_barred(&self) -> bool {
        matches!(self, Self::Auth(..))
    }

    /// Begins a turn; the lane has to be free.
    pub(super) fn begin(&mut self, turn: Turn, config: &Arc<Config>) {
        let Some(subscriptions) = self.take() else {
            return;
        };
        *self = match turn {
            Turn::Channel(order) => Self::Channel(given(serve(subscriptions, order))),
            Turn::Auth(token) => {
                let config = Arc::clone(config);
                let user = async move { by_token(&config, &token).await };
                let user = AssertUnwindSafe(user).catch_unwind().map(|caught| {
                    caught.unwrap_or_else(|panic| {
                        let message = crate::panic::message(&*panic);
                        Err(Error::internal(format!("auth panicked: {message}")))
                    })
                });
                Self::Auth(subscriptions, user.boxed())
            }
        };
    }

    /// Tells the subscriptions who uses them from now on, and has each of them checked anew; the
    /// lane has to be free.
    pub(super) fn recheck(&mut self, user: Option<User>) {
        let Some(mut subscriptions) = self.take() else {
            return;
        };
        subscriptions.set_user(user);
        *self = if subscriptions.is_empty() {
            Self::Free(subscriptions)
        } else {
            Self::Channel(given(async move {
                subscriptions.check_anew().await;
                subscriptions
            }))
        };
    }

    fn take(&mut self) -> Option<Subscriptions> {
        match std::mem::replace(self, Self::Lost) {
            Self::Free(subscriptions) => Some(subscriptions),
            other => {
                *self = other;
                None
            }
        }
    }

    /// Ready when a turn is done.
    pub(super) fn poll_done(&mut self, cx: &mut Context<'_>) -> Poll<Done> {
        match self {
            Self::Free(_) => Poll::Pending,
            Self::Channel(given) => {
                let given = ready!(given.as_mut().poll(cx));
                *self = given.map_or(Self::Lost, Self::Free);
                let lost = matches!(self, Self::Lost);
                Poll::Ready(if lost { Done::Lost } else { Done::Channel })
            }
            Self::Auth(_, user) => {
                let user = ready!(user.as_mut().poll(cx));
                if let Self::Auth(subscriptions, _) = std::mem::replace(self, Self::Lost) {
                    *self = Self::Free(subscriptions);
                }
                Poll::Ready(Done::Auth(user))
            }
            Self::Lost => Poll::Ready(Done::Lost),
        }
    }

    /// Ends every subscription, once what changes them is through.
    pub(super) async fn end(self) {
        let subscriptions = match self {
            Self::Free(subscriptions) | Self::Auth(subscriptions, _) => Some(subscriptions),
            Self::Channel(given) => within(Some(TURN), given).await.unwrap_or_else(|_| {
                tracing::error!("a hook of a channel did not end with its connection");
                None
            }),
            Self::Lost => None,
        };
        if let Some(subscriptions) = subscriptions {
            let ended = AssertUnwindSafe(subscriptions.end()).catch_unwind();
            if let Err(panic) = ended.await {
                let message = crate::panic::message(&*panic);
                tracing::error!(message, "the end of a connection's subscriptions panicked");
            }
        }
    }
}

async fn serve(mut subscriptions: Subscriptions, order: Order) -> Subscriptions {
    let (channel, params) = (&*order.channel, raw(&order.params));
    match order.verb {
        Verb::Subscribe => subscriptions.subscribe(channel, params).await,
        Verb::Unsubscribe => subscriptions.unsubscribe(channel, params).await,
        Verb::Message => {
            let data = raw(&order.data);
            subscriptions.message(channel, params, data).await;
        }
    }
    subscriptions
}

fn given(turn: impl Future<Output = Subscriptions> + Send + 'static) -> Given {
    let caught = AssertUnwindSafe(turn).catch_unwind();
    caught
        .map(|caught| {
            caught
                .inspect_err(|panic| {
                    let message = crate::panic::message(&**panic);
                    tracing::error!(message, "a channel's frame panicked");
                })
                .ok()
        })
        .boxed()
}

/// What was a JSON value where it was read first is one still.
fn raw(text: &Bytes) -> Option<&RawValue> {
    serde_json::from_slice(text).ok()
}
