//! Contexts.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::types::{Field, ObjectType, Type};
use super::{FunctionType, Representation};
use crate::registry::{FunctionInfo, Registry};
use crate::schema::shape::members;

/// A context.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ContextType {
    /// Its name on the wire.
    pub name: String,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<String>,
    /// Whether its only member has its name: it is that function's own.
    pub local: bool,
    /// The parameters that say which thing it is about.
    pub keys: Vec<String>,
    /// The parameters that all members take, which alone scope it.
    pub shared: Vec<String>,
    /// The parameters of all members together; nothing where none takes any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub params: Option<Type>,
    /// What stands for a parameter that is left out, where that is a scalar or a list of such.
    pub defaults: BTreeMap<String, Value>,
    /// Its members, sorted by name.
    pub members: Vec<MemberType>,
}

/// A member of a context: a function that reads for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MemberType {
    /// The function's name, under which its value stands in the answer.
    pub name: String,
    /// The parameters that it takes, sorted.
    pub parameters: Vec<String>,
    /// The member of an item by which a merge upserts into its list, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_key: Option<String>,
}

impl ContextType {
    /// Whether it can be read without saying anything.
    #[must_use]
    pub fn is_optional(&self, representation: &Representation) -> bool {
        representation.is_optional(self.params.as_ref())
    }
}

pub(super) fn contexts(
    registry: &Registry,
    functions: &[FunctionInfo<'_>],
    representation: &Representation,
) -> Vec<ContextType> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut contexts: Vec<ContextType> = registry
        .contexts()
        .map(|context| {
            let mut defaults = BTreeMap::new();
            let mut found: Vec<(&FunctionInfo<'_>, &FunctionType)> = functions
                .iter()
                .zip(&representation.functions)
                .filter(|(function, _)| function.context == Some(context.name))
                .collect();
            found.sort_by_key(|(function, _)| function.name);
            let of_member = |function: &FunctionInfo<'_>| MemberType {
                name: function.name.to_owned(),
                parameters: function
                    .input
                    .map(|schema| members(schema, schema).into_keys().collect())
                    .unwrap_or_default(),
                list_key: list_key(representation, context.name, function.name),
            };
            for (function, _) in &found {
                let Some(schema) = function.input else {
                    continue;
                };
                for (name, member) in members(schema, schema) {
                    if let Some(value) = member.schema.get("default").filter(|v| is_param(v)) {
                        defaults.insert(name, value.clone());
                    }
                }
            }
            ContextType {
                name: context.name.to_owned(),
                ts_name: context.ts_name.map(str::to_owned),
                local: matches!(found.as_slice(), [(only, _)] if only.name == context.name),
                keys: owned(context.keys),
                shared: owned(&context.shared),
                params: params(representation, found.iter().map(|(_, function)| *function)),
                defaults,
                members: found
                    .iter()
                    .map(|(function, _)| of_member(function))
                    .collect(),
            }
        })
        .collect();
    contexts.sort_by(|one, other| one.name.cmp(&other.name));
    contexts
}

/// The parameters of all members as one type.
fn params<'f>(
    representation: &Representation,
    functions: impl Iterator<Item = &'f FunctionType>,
) -> Option<Type> {
    let mut inputs: Vec<&Type> = functions.filter_map(|f| f.input.as_ref()).collect();
    inputs.dedup();
    let (first, others) = inputs.split_first()?;
    if others.is_empty() {
        return Some((*first).clone());
    }
    let mut fields: BTreeMap<String, Field> = BTreeMap::new();
    for input in &inputs {
        match representation.resolved(input) {
            Type::Object(ObjectType {
                fields: own,
                additional: None,
                ..
            }) => {
                for field in own {
                    fields
                        .entry(field.name.clone())
                        .or_insert_with(|| field.clone());
                }
            }
            _ => {
                let parts = inputs.into_iter().cloned().collect();
                return Some(Type::Intersection { parts });
            }
        }
    }
    Some(Type::Object(ObjectType {
        fields: fields.into_values().collect(),
        ..ObjectType::default()
    }))
}

/// By what the items of a member's list are told apart.
fn list_key(representation: &Representation, context: &str, member: &str) -> Option<String> {
    let mut effects = representation.functions.iter().flat_map(|f| &f.effects);
    effects.find_map(|effect| {
        let here = effect.context == context && effect.slot.as_deref() == Some(member);
        effect.key.clone().filter(|_| here)
    })
}

/// Whether a default can stand in the query of a context.
fn is_param(value: &Value) -> bool {
    match value {
        Value::Null | Value::Object(_) => false,
        Value::Array(items) => items.iter().all(|item| !item.is_array() && is_param(item)),
        _ => true,
    }
}
