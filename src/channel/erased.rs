//! A channel without its types.

use std::any::{Any, TypeId, type_name};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::reaction::To;
use super::{Channel, Never, Reaction, Subscriber};
use crate::error::{Error, Result};
use crate::schema::{Fields, InputSchema, from_json, sort_members};

/// A value whose type the channel knows.
pub(crate) type AnyValue = dyn Any + Send + Sync;

/// What a hook has to say, written.
pub(crate) type Said = Vec<(To, Box<RawValue>)>;

/// Parameters as they were read, and the text that equal ones share.
pub(crate) struct ReadParams {
    pub(crate) value: Box<AnyValue>,
    pub(crate) canonical: Box<str>,
}

/// The hooks. A future does all of a hook's work, so that whoever guards it sees every panic.
pub(crate) trait AnyChannel: Send + Sync {
    fn accepts_messages(&self) -> bool;

    /// # Errors
    /// A 4xx that says what is wrong with them.
    fn read_params(&self, raw: Option<&RawValue>) -> Result<ReadParams>;

    fn authorize<'a>(
        &'a self,
        subscriber: &'a Subscriber,
        params: &'a AnyValue,
    ) -> BoxFuture<'a, Result<bool>>;

    fn group<'a>(&'a self, params: &'a AnyValue) -> BoxFuture<'a, Result<String>>;

    /// # Errors
    /// A 4xx that says what is wrong with the message.
    fn receive<'a>(
        &'a self,
        from: &'a Subscriber,
        params: &'a AnyValue,
        data: &str,
    ) -> Result<BoxFuture<'a, Result<Said>>>;

    fn on_connect<'a>(
        &'a self,
        subscriber: &'a Subscriber,
        params: &'a AnyValue,
    ) -> BoxFuture<'a, Result<Said>>;

    fn on_disconnect<'a>(
        &'a self,
        subscriber: &'a Subscriber,
        params: &'a AnyValue,
    ) -> BoxFuture<'a, Result<Said>>;

    /// The types of the parameters and of the server's messages.
    fn types(&self) -> [(TypeId, &'static str); 2];

    /// A message of the server's, written.
    fn write(&self, message: &AnyValue) -> Result<Box<RawValue>>;
}

pub(crate) struct Typed<C> {
    pub(crate) channel: C,
    pub(crate) params: Arc<InputSchema>,
    pub(crate) client: InputSchema,
}

impl<C: Channel> Typed<C> {
    fn params(value: &AnyValue) -> Result<&C::Params> {
        value
            .downcast_ref()
            .ok_or_else(|| Error::internal("parameters of another channel"))
    }
}

impl<C: Channel> AnyChannel for Typed<C> {
    fn accepts_messages(&self) -> bool {
        TypeId::of::<C::ClientMessage>() != TypeId::of::<Never>()
    }

    fn read_params(&self, raw: Option<&RawValue>) -> Result<ReadParams> {
        let text = match raw.map_or("null", RawValue::get) {
            "null" => "{}",
            text if text.starts_with('{') => text,
            _ => return Err(Error::bad_request("must be an object")),
        };
        let value: C::Params = match TypeId::of::<C::Params>() == TypeId::of::<()>() {
            true => from_json("null")?,
            false => read(&self.params, text)?,
        };
        Ok(ReadParams {
            canonical: unpanicked(|| canonical(&value))?,
            value: Box::new(value),
        })
    }

    fn authorize<'a>(
        &'a self,
        subscriber: &'a Subscriber,
        params: &'a AnyValue,
    ) -> BoxFuture<'a, Result<bool>> {
        async move {
            let params = Self::params(params)?;
            self.channel.authorize(subscriber, params).await
        }
        .boxed()
    }

    fn group<'a>(&'a self, params: &'a AnyValue) -> BoxFuture<'a, Result<String>> {
        async move { self.channel.group(Self::params(params)?).await }.boxed()
    }

    fn receive<'a>(
        &'a self,
        from: &'a Subscriber,
        params: &'a AnyValue,
        data: &str,
    ) -> Result<BoxFuture<'a, Result<Said>>> {
        let message: C::ClientMessage = read(&self.client, data)?;
        let hook = async move {
            let params = Self::params(params)?;
            written(self.channel.receive(from, params, message).await?)
        };
        Ok(hook.boxed())
    }

    fn on_connect<'a>(
        &'a self,
        subscriber: &'a Subscriber,
        params: &'a AnyValue,
    ) -> BoxFuture<'a, Result<Said>> {
        async move {
            let params = Self::params(params)?;
            written(self.channel.on_connect(subscriber, params).await?)
        }
        .boxed()
    }

    fn on_disconnect<'a>(
        &'a self,
        subscriber: &'a Subscriber,
        params: &'a AnyValue,
    ) -> BoxFuture<'a, Result<Said>> {
        async move {
            let params = Self::params(params)?;
            written(self.channel.on_disconnect(subscriber, params).await?)
        }
        .boxed()
    }

    fn types(&self) -> [(TypeId, &'static str); 2] {
        [
            (TypeId::of::<C::Params>(), type_name::<C::Params>()),
            (
                TypeId::of::<C::ServerMessage>(),
                type_name::<C::ServerMessage>(),
            ),
        ]
    }

    fn write(&self, message: &AnyValue) -> Result<Box<RawValue>> {
        let message: &C::ServerMessage = message
            .downcast_ref()
            .ok_or_else(|| Error::internal("a message of another channel"))?;
        unpanicked(|| Ok(to_raw_value(message)?))
    }
}

fn written<M: Serialize>(reaction: Reaction<M>) -> Result<Said> {
    let messages = reaction.into_messages().into_iter();
    messages
        .map(|(to, message)| Ok((to, to_raw_value(&message)?)))
        .collect()
}

/// The text that equal values share: members in order, and `{}` for what has none.
pub(crate) fn canonical<P: Serialize>(params: &P) -> Result<Box<str>> {
    let text = serde_json::to_string(params)?;
    Ok(match &*text {
        "null" => "{}".into(),
        text => sort_members(text).into(),
    })
}

fn read<T: DeserializeOwned>(schema: &InputSchema, text: &str) -> Result<T> {
    unpanicked(|| match from_json(text) {
        Ok(value) if !schema.is_constrained() => Ok(value),
        Ok(value) => match schema.hold_json(text) {
            Ok(()) => Ok(value),
            Err(fields) => Err(told(&fields)),
        },
        Err(_) => Err(told(&schema.explain_json::<T>(text))),
    })
}

/// The first things that are wrong, in one sentence.
fn told(fields: &Fields) -> Error {
    const MOST: usize = 3;
    let all = fields.iter().flat_map(|(path, messages)| {
        messages.iter().map(move |message| match path {
            "" | "__all__" => message.clone(),
            path => format!("{path}: {message}"),
        })
    });
    Error::bad_request(all.take(MOST).collect::<Vec<_>>().join("; "))
}

/// The application's types have code of their own in how they are read and written.
fn unpanicked<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let message = crate::panic::message(&*panic);
        Err(Error::internal(format!(
            "reading or writing a channel's value panicked: {message}"
        )))
    })
}
