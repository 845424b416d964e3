//! Functions.

use std::time::Duration;

use serde::Serialize;

use super::share::Document;
use super::types::Type;
use super::{Direction, Documents, Representation};
use crate::registry::{EffectInfo, FunctionInfo};

/// A function.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FunctionType {
    /// Its name on the wire.
    pub name: String,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<String>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// What it takes; nothing where it takes no input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Type>,
    /// What it gives.
    pub output: Type,
    /// What the details of its own errors are, where declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Type>,
    /// The context that it reads for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// What it changes, in the order of declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// Whether the server finds the scope of its effects by a callable of the application.
    pub scoped: bool,
    /// Whether its input may hold files.
    pub files: bool,
    /// How long its handler may take, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<u64>,
    /// Whether the WebSocket serves it.
    pub websocket: bool,
}

/// One context that a mutation changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Effect {
    /// The context.
    pub context: String,
    /// The arguments that scope it by themselves; none where it is changed as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The member whose value a merge replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The member of an item by which a merge upserts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl From<&EffectInfo<'_>> for Effect {
    fn from(effect: &EffectInfo<'_>) -> Self {
        Self {
            context: effect.context.to_owned(),
            keys: effect.keys.iter().map(|key| (*key).to_owned()).collect(),
            slot: effect.slot.map(str::to_owned),
            key: effect.key.map(str::to_owned),
        }
    }
}

/// Where a function's types stand among those that are read.
pub(super) struct Places {
    pub(super) input: Option<usize>,
    pub(super) output: usize,
    error: Option<usize>,
}

impl Places {
    pub(super) fn of<'s>(function: &FunctionInfo<'s>, documents: &mut Documents<'s>) -> Self {
        Self {
            input: function.input.map(|schema| {
                documents.add(Document {
                    schema,
                    name: function.input_name,
                    direction: Direction::Input,
                    at: None,
                })
            }),
            output: documents.add(Document {
                schema: function.output,
                name: function.output_name,
                direction: Direction::Output,
                at: None,
            }),
            error: function.error.map(|schema| {
                documents.add(Document {
                    schema,
                    name: function.error_name,
                    direction: Direction::Output,
                    at: None,
                })
            }),
        }
    }
}

pub(super) fn function(
    function: &FunctionInfo<'_>,
    places: &Places,
    roots: &[Type],
    representation: &Representation,
) -> FunctionType {
    let root = |at: usize| roots.get(at).cloned().unwrap_or(Type::Any);
    let input = places.input.map(root);
    FunctionType {
        name: function.name.to_owned(),
        ts_name: function.ts_name.map(str::to_owned),
        doc: function.description.map(str::to_owned),
        files: input
            .as_ref()
            .is_some_and(|input| representation.holds_files(input)),
        input,
        output: root(places.output),
        error: places.error.map(root),
        context: function.context.map(str::to_owned),
        effects: function.effects.iter().map(Effect::from).collect(),
        scoped: function.custom_scopes,
        deadline: function.deadline.map(milliseconds),
        websocket: function.websocket,
    }
}

pub(super) fn milliseconds(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}
