//! Channels.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::share::Document;
use super::types::{Field, ObjectType, Type};
use super::{Direction, Documents, Representation};
use crate::registry::ChannelInfo;
use crate::registry::Registry;

/// A channel.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChannelType {
    /// Its name on the wire.
    pub name: String,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// What says which of its groups is meant; nothing where there is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<Type>,
    /// The names of what params have, sorted; nothing where they are not of declared members
    /// alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Vec<String>>,
    /// What stands for a parameter that is left out.
    pub defaults: BTreeMap<String, Value>,
    /// What clients send; nothing where they send none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_message: Option<Type>,
    /// What the server sends; nothing where it sends none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_message: Option<Type>,
    /// Whether the server knows who is there.
    pub presence: bool,
    /// Whether subscribers are told that messages may have been lost between servers.
    pub tells_missed: bool,
}

impl ChannelType {
    /// Whether it can be subscribed to without saying anything.
    #[must_use]
    pub fn is_optional(&self, representation: &Representation) -> bool {
        representation.is_optional(self.params.as_ref())
    }
}

/// A channel whose types are being read.
pub(super) struct Found<'s> {
    channel: ChannelInfo<'s>,
    params: Option<usize>,
    client: Option<usize>,
    server: Option<usize>,
}

/// The channels, sorted by name.
pub(super) fn find<'s>(registry: &'s Registry, documents: &mut Documents<'s>) -> Vec<Found<'s>> {
    let mut channels: Vec<ChannelInfo<'s>> = registry.channel_infos().collect();
    channels.sort_by(|one, other| one.name.cmp(other.name));
    let mut add = |schema: Option<&'s Value>, name: Option<&'s str>, direction: Direction| {
        schema.map(|schema| {
            documents.add(Document {
                schema,
                name,
                direction,
                at: None,
            })
        })
    };
    let found = channels.into_iter().map(|channel| Found {
        params: add(channel.params, channel.params_name, Direction::Input),
        client: add(channel.client, channel.client_name, Direction::Input),
        server: add(channel.server, channel.server_name, Direction::Output),
        channel,
    });
    found.collect()
}

pub(super) fn channel(
    found: Found<'_>,
    roots: &[Type],
    representation: &Representation,
) -> ChannelType {
    let root = |at: usize| roots.get(at).cloned().unwrap_or(Type::Any);
    let Found { channel, .. } = &found;
    let params = found.params.map(root);
    let fields = fields(params.as_ref(), representation);
    ChannelType {
        name: channel.name.to_owned(),
        ts_name: channel.ts_name.map(str::to_owned),
        doc: channel.description.map(str::to_owned),
        parameters: fields.map(|fields| fields.iter().map(|field| field.name.clone()).collect()),
        defaults: fields.into_iter().flatten().filter_map(default).collect(),
        params,
        client_message: found.client.map(root),
        server_message: found.server.map(root),
        presence: channel.presence,
        tells_missed: channel.tells_missed,
    }
}

/// The members of params, where they have no others.
fn fields<'t>(params: Option<&'t Type>, representation: &'t Representation) -> Option<&'t [Field]> {
    match params.map(|params| representation.resolved(params)) {
        None => Some(&[]),
        Some(Type::Object(ObjectType {
            fields,
            additional: None,
            ..
        })) => Some(fields),
        Some(_) => None,
    }
}

/// What serde takes for a member that is left out: an `Option` needs no attribute for that.
fn default(field: &Field) -> Option<(String, Value)> {
    let nothing = || matches!(field.ty, Type::Nullable { .. }).then_some(Value::Null);
    let value = field.default.clone().or_else(nothing);
    let value = value.filter(|_| field.optional)?;
    Some((field.name.clone(), value))
}
