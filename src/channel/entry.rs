//! A registered channel.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde_json::Value;
use serde_json::value::RawValue;

use super::erased::{AnyChannel, AnyValue, ReadParams, Said, Typed};
use super::hub::Topic;
use super::{Channel, Never, Settings, Subscriber};
use crate::error::Result;
use crate::guard::guarded;
use crate::registry::is_name;
use crate::schema::{InputSchema, output_schema};

/// How long the last hook may take where hooks may take for ever.
const LAST_DEADLINE: Duration = Duration::from_secs(30);

pub(crate) struct ChannelEntry {
    pub(crate) topic: Arc<Topic>,
    pub(crate) settings: Settings,
    pub(crate) params: Option<Arc<InputSchema>>,
    pub(crate) client: Option<Value>,
    pub(crate) server: Option<Value>,
    pub(crate) type_names: [Option<Cow<'static, str>>; 3],
    /// What messages are judged by cannot be.
    pub(crate) client_defect: Option<String>,
    channel: Box<dyn AnyChannel>,
}

/// What schemas call a type, where there is one.
fn type_name<T: JsonSchema + 'static>() -> Option<Cow<'static, str>> {
    (!T::inline_schema() && !is::<T, ()>()).then(T::schema_name)
}

fn is<T: 'static, U: 'static>() -> bool {
    std::any::TypeId::of::<T>() == std::any::TypeId::of::<U>()
}

impl ChannelEntry {
    pub(crate) fn new<C: Channel>(name: &str, channel: C) -> Self {
        let settings = channel.settings();
        let params = Arc::new(InputSchema::of::<C::Params>());
        let client = InputSchema::of::<C::ClientMessage>();
        let speaks = !is::<C::ClientMessage, Never>();
        Self {
            topic: Arc::new(Topic::new(name, &settings)),
            settings,
            params: (!is::<C::Params, ()>()).then(|| Arc::clone(&params)),
            client: speaks.then(|| client.schema().clone()),
            server: (!is::<C::ServerMessage, Never>()).then(output_schema::<C::ServerMessage>),
            type_names: [
                type_name::<C::Params>(),
                type_name::<C::ClientMessage>(),
                type_name::<C::ServerMessage>(),
            ],
            client_defect: match speaks && client.is_constrained() {
                true => client.defect().map(str::to_owned),
                false => None,
            },
            channel: Box::new(Typed {
                channel,
                params,
                client,
            }),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.topic.name
    }

    pub(crate) fn accepts_messages(&self) -> bool {
        self.channel.accepts_messages()
    }

    pub(crate) fn read_params(&self, raw: Option<&RawValue>) -> Result<ReadParams> {
        self.channel.read_params(raw)
    }

    pub(crate) fn any(&self) -> &dyn AnyChannel {
        &*self.channel
    }

    pub(crate) async fn authorize(&self, who: &Subscriber, params: &AnyValue) -> Result<bool> {
        let hook = self.channel.authorize(who, params);
        guarded(self.settings.deadline, "`authorize`", hook).await?
    }

    pub(crate) async fn group(&self, params: &AnyValue) -> Result<String> {
        let hook = self.channel.group(params);
        guarded(self.settings.deadline, "`group`", hook).await?
    }

    /// The outer error is one of the message.
    pub(crate) async fn receive(
        &self,
        from: &Subscriber,
        params: &AnyValue,
        data: &str,
    ) -> Result<Result<Said>> {
        let hook = self.channel.receive(from, params, data)?;
        let said = guarded(self.settings.deadline, "`receive`", hook).await;
        Ok(said.and_then(|said| said))
    }

    pub(crate) async fn on_connect(&self, who: &Subscriber, params: &AnyValue) -> Result<Said> {
        let hook = self.channel.on_connect(who, params);
        guarded(self.settings.deadline, "`on_connect`", hook).await?
    }

    pub(crate) async fn on_disconnect(&self, who: &Subscriber, params: &AnyValue) -> Result<Said> {
        let hook = self.channel.on_disconnect(who, params);
        // A connection keeps its place until its ends are through.
        let deadline = self.settings.deadline.unwrap_or(LAST_DEADLINE);
        guarded(Some(deadline), "`on_disconnect`", hook).await?
    }

    /// Whether the name is one that the protocol allows.
    pub(crate) fn is_named(&self) -> bool {
        is_name(self.name())
    }
}
