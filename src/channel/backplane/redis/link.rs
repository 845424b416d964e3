//! One connection to Redis.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::{MultiplexedConnection, SendError};
use redis::{
    AsyncConnectionConfig, FromRedisValue, Pipeline, PushInfo, PushKind, RedisResult, Value,
};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::names::Names;
use super::state::State;
use crate::channel::Inbox;

/// How many names one `SUBSCRIBE` holds.
const NAMES: usize = 512;

/// What is wrong with a connection.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Nothing was heard for the time-out.
    Silent,
    /// It was closed.
    Closed,
    /// It does not hear what it is subscribed to.
    Deaf,
    /// Redis answers with an error, or not in its language.
    Failed(redis::RedisError),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Silent => f.write_str("nothing was heard in time"),
            Trouble::Closed => f.write_str("the connection was closed"),
            Trouble::Deaf => f.write_str("the subscriptions are gone"),
            Trouble::Failed(error) => error.fmt(f),
        }
    }
}

impl Trouble {
    /// The connection can still be used: Redis does not like this one command.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            // A new connection may lead to a node that can write, or has done loading.
            Trouble::Failed(error) => {
                matches!(
                    error.kind(),
                    redis::ErrorKind::Server(_) | redis::ErrorKind::Extension
                ) && !matches!(
                    error.code(),
                    Some("READONLY" | "MASTERDOWN" | "LOADING" | "UNBLOCKED" | "NOAUTH")
                )
            }
            _ => false,
        }
    }
}

/// What is known of a connection without asking it.
#[derive(Default)]
struct Signs {
    heard: AtomicU64,
    closed: Notify,
}

/// A connection that everything goes over, with a time-out.
#[derive(Clone)]
pub(super) struct Link {
    connection: MultiplexedConnection,
    signs: Arc<Signs>,
    time_out: Duration,
}

impl Link {
    /// Connects. What comes in goes to the inbox where it is read, so that no queue grows between
    /// Redis and a node that is too slow for it.
    pub(super) async fn open(state: &State, inbox: &Inbox) -> Result<Self, Trouble> {
        let signs = Arc::new(Signs::default());
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None)
            .set_push_sender({
                let (names, signs) = (Arc::clone(&state.names), Arc::clone(&signs));
                let inbox = inbox.clone();
                move |push| {
                    hear(&names, &inbox, &signs, push);
                    Ok::<_, SendError>(())
                }
            });
        let time_out = state.settings.time_out;
        let opened = state
            .client
            .get_multiplexed_async_connection_with_config(&config);
        match timeout(time_out, opened).await {
            Ok(Ok(connection)) => Ok(Self {
                connection,
                signs,
                time_out,
            }),
            Ok(Err(error)) => Err(Trouble::Failed(error)),
            Err(_) => Err(Trouble::Silent),
        }
    }

    pub(super) async fn query<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, Trouble> {
        let mut connection = self.connection.clone();
        self.patient(commands.query_async(&mut connection)).await
    }

    pub(super) async fn subscribe(&self, names: &[String]) -> Result<(), Trouble> {
        let mut connection = self.connection.clone();
        for names in names.chunks(NAMES) {
            self.patient(connection.subscribe(names)).await?;
        }
        Ok(())
    }

    pub(super) async fn unsubscribe(&self, names: &[String]) -> Result<(), Trouble> {
        let mut connection = self.connection.clone();
        for names in names.chunks(NAMES) {
            self.patient(connection.unsubscribe(names)).await?;
        }
        Ok(())
    }

    /// Ends when the other side closed it.
    pub(super) async fn closed(&self) -> Trouble {
        self.signs.closed.notified().await;
        Trouble::Closed
    }

    // An answer waits behind the messages of others: as long as these come in, Redis lives.
    async fn patient<T>(&self, asked: impl Future<Output = RedisResult<T>>) -> Result<T, Trouble> {
        let mut asked = pin!(asked);
        loop {
            let heard = self.signs.heard.load(Ordering::Relaxed);
            match timeout(self.time_out, &mut asked).await {
                Ok(answer) => return answer.map_err(Trouble::Failed),
                Err(_) if self.signs.heard.load(Ordering::Relaxed) == heard => {
                    return Err(Trouble::Silent);
                }
                Err(_) => {}
            }
        }
    }
}

fn hear(names: &Names, inbox: &Inbox, signs: &Signs, push: PushInfo) {
    signs.heard.fetch_add(1, Ordering::Relaxed);
    match push.kind {
        PushKind::Disconnection => signs.closed.notify_one(),
        PushKind::Message => {
            let Ok([Value::BulkString(channel), Value::BulkString(body)]) =
                <[Value; 2]>::try_from(push.data)
            else {
                return;
            };
            let Ok(channel) = std::str::from_utf8(&channel) else {
                return;
            };
            if let Some(group) = names.group_of(channel) {
                inbox.deliver(group, body.into());
            } else if channel == names.missed && body != names.node.as_bytes() {
                inbox.missed();
            }
        }
        _ => {}
    }
}
