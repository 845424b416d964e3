use std::future::{Future, ready};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::erased::canonical;
use super::{Reaction, Settings, Subscriber};
use crate::error::Result;

/// A channel: what clients subscribe to, with which parameters, and what is said on it.
///
/// The hooks can be written as `async fn`. Each has the channel's
/// [deadline](Settings::deadline) for itself; one that takes longer or panics counts as failed with
/// an internal error, and the connection lives on.
///
/// ```
/// use mizan::channel::{Channel, Never, Reaction, Subscriber};
/// use mizan::{Registry, Result};
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// struct Ticker { symbol: String }
///
/// #[derive(Serialize, JsonSchema)]
/// struct Price { cents: i64 }
///
/// struct Prices;
///
/// impl Channel for Prices {
///     type Params = Ticker;
///     type ClientMessage = Never;     // only the server speaks
///     type ServerMessage = Price;
///
///     async fn authorize(&self, subscriber: &Subscriber, _: &Ticker) -> Result<bool> {
///         Ok(subscriber.identity().is_some())
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let registry = Registry::builder().channel("prices", Prices).build().unwrap();
/// let ticker = Ticker { symbol: "ACME".into() };
/// registry.channels().push("prices", &ticker, &Price { cents: 1250 }).await?;
/// # Ok::<(), mizan::Error>(()) }).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a channel",
    label = "this does not implement `mizan::channel::Channel`",
    note = "a channel names its `Params` (`()` for none), `ClientMessage` and `ServerMessage` (`mizan::channel::Never` for none), and says in `async fn authorize(&self, &Subscriber, &Self::Params) -> mizan::Result<bool>` who may subscribe"
)]
pub trait Channel: Send + Sync + 'static {
    /// What a client subscribes with: a struct with named fields, or `()` where there is nothing to
    /// say.
    ///
    /// Two subscriptions are the same where their parameters, once read, serialise alike; what a
    /// client sends beyond the declared members does not tell them apart.
    type Params: DeserializeOwned + Serialize + JsonSchema + Send + Sync + 'static;

    /// What clients say; [`Never`](super::Never) where they say nothing.
    type ClientMessage: DeserializeOwned + JsonSchema + Send + 'static;

    /// What clients are told; [`Never`](super::Never) where they are told nothing.
    type ServerMessage: Serialize + JsonSchema + Send + Sync + 'static;

    /// Whether this subscriber may have these parameters. It is asked at each `subscribe`, and again
    /// for every subscription when a connection's identity changes or ends.
    ///
    /// There is no default: a channel that is open to everyone says so with `Ok(true)`.
    ///
    /// # Errors
    /// `UNAUTHORIZED` and `FORBIDDEN` mean the same as `Ok(false)`: the client is told
    /// `Not authorized`. Any other error is told as `Authorization failed`, and logged.
    fn authorize(
        &self,
        subscriber: &Subscriber,
        params: &Self::Params,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// The name of the group that hears what is said under these parameters: their canonical JSON
    /// unless said otherwise, so that equal parameters are one group. Groups of different channels
    /// are different whatever their names.
    ///
    /// # Errors
    /// A `subscribe` fails with the message of a 4xx, and with `An internal error occurred` else.
    fn group(&self, params: &Self::Params) -> impl Future<Output = Result<String>> + Send {
        ready(canonical(params).map(String::from))
    }

    /// A subscriber said something. Nothing happens with it unless this says so.
    ///
    /// # Errors
    /// The client is told the message of a 4xx, and `An internal error occurred` else; the
    /// subscription goes on.
    fn receive(
        &self,
        from: &Subscriber,
        params: &Self::Params,
        message: Self::ClientMessage,
    ) -> impl Future<Output = Result<Reaction<Self::ServerMessage>>> + Send {
        let _ = (from, params, message);
        ready(Ok(Reaction::none()))
    }

    /// A subscription has begun: the client is told so already, and hears the group.
    ///
    /// # Errors
    /// The subscription ends, without [`on_disconnect`](Self::on_disconnect). The client is told the
    /// message of a 4xx, and `An internal error occurred` else.
    fn on_connect(
        &self,
        subscriber: &Subscriber,
        params: &Self::Params,
    ) -> impl Future<Output = Result<Reaction<Self::ServerMessage>>> + Send {
        let _ = (subscriber, params);
        ready(Ok(Reaction::none()))
    }

    /// A subscription is over: unsubscribed, refused when it was checked anew, or gone with its
    /// connection. The subscriber has left the group, and an answer goes nowhere.
    ///
    /// It is not called where the process ends before it could be.
    ///
    /// # Errors
    /// They are logged.
    fn on_disconnect(
        &self,
        subscriber: &Subscriber,
        params: &Self::Params,
    ) -> impl Future<Output = Result<Reaction<Self::ServerMessage>>> + Send {
        let _ = (subscriber, params);
        ready(Ok(Reaction::none()))
    }

    /// How the channel is served. It is asked once, when the channel is registered.
    fn settings(&self) -> Settings {
        Settings::new()
    }
}
