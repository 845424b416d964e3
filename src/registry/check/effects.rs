use serde_json::Value;

use crate::registry::defect::Defect;
use crate::registry::entry::{ContextEntry, ContextId};
use crate::registry::function::{EffectSpec, FunctionSpec, MergeSpec};
use crate::registry::graph::Names;
use crate::registry::plan::{Effect, Plan, Slot};

/// How this function's entries are found.
pub(super) fn plan(
    spec: &FunctionSpec,
    specs: &[FunctionSpec],
    contexts: &[ContextEntry],
    names: &Names<ContextId>,
    defects: &mut Vec<Defect>,
) -> Plan {
    let mut effects = Vec::new();
    for declared in &spec.effects {
        let Some(id) = names.get(declared.context.name()).copied() else {
            defects.push(Defect::UnknownContext {
                function: spec.name.to_string(),
                effect: if declared.merge.is_some() {
                    "merges into"
                } else {
                    "affects"
                },
                context: declared.context.name().to_owned(),
            });
            continue;
        };
        let context = &contexts[id.0 as usize];
        let keys = declared.context.keys();
        if !keys.is_empty() && keys != context.keys.as_slice() {
            defects.push(Defect::DivergingKeys {
                context: context.name.to_string(),
                function: spec.name.to_string(),
            });
        }
        effects.extend(effect(spec, declared, id, context, specs, defects));
    }
    Plan::new(effects, spec.custom_scopes)
}

fn effect(
    spec: &FunctionSpec,
    declared: &EffectSpec,
    id: ContextId,
    context: &ContextEntry,
    specs: &[FunctionSpec],
    defects: &mut Vec<Defect>,
) -> Option<Effect> {
    let slot = match &declared.merge {
        Some(merge) => Some((merge, slot(spec, merge, context, specs, defects)?)),
        None => None,
    };
    let params = match slot {
        _ if declared.broad => Vec::new(),
        Some((_, member)) => scalars(member),
        None => context.shared.clone(),
    };
    let keys = if declared.broad || spec.broad {
        Vec::new()
    } else {
        auto_keys(spec, context, specs)
    };
    Some(Effect {
        context: id,
        name: context.name.clone(),
        merge: slot.map(|(merge, member)| Slot {
            function: member.name.as_ref().into(),
            key: merge.key,
        }),
        keys,
        params,
        broad: declared.broad,
    })
}

fn scalars(member: &FunctionSpec) -> Vec<Box<str>> {
    let properties = member.input.properties().iter();
    properties
        .filter(|p| p.scalar)
        .map(|p| p.name.as_str().into())
        .collect()
}

/// The keys of the context that the mutation takes as an argument of the same type.
fn auto_keys(spec: &FunctionSpec, context: &ContextEntry, specs: &[FunctionSpec]) -> Vec<Box<str>> {
    let Some(member) = context.members.first().map(|id| &specs[id.0 as usize]) else {
        return Vec::new();
    };
    let of = |function: &FunctionSpec, key: &str| {
        let mut properties = function.input.properties().iter();
        properties
            .find(|p| p.name == key && p.scalar)
            .map(|p| without_default(&p.schema))
    };
    let same =
        |key: &&&str| of(spec, key).is_some_and(|argument| Some(argument) == of(member, key));
    context
        .keys
        .iter()
        .filter(same)
        .map(|key| (*key).into())
        .collect()
}

/// A default says what is sent when nothing is given, and nothing about the type.
fn without_default(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.remove("default");
    }
    schema
}

/// The one member whose value the mutation's result is, or is an item of.
fn slot<'a>(
    spec: &FunctionSpec,
    merge: &MergeSpec,
    context: &ContextEntry,
    specs: &'a [FunctionSpec],
    defects: &mut Vec<Defect>,
) -> Option<&'a FunctionSpec> {
    let wanted = if merge.key.is_some() {
        spec.list_of_output
    } else {
        spec.output_type
    };
    let members: Vec<&FunctionSpec> = context
        .members
        .iter()
        .map(|id| &specs[id.0 as usize])
        .filter(|member| member.output_type == wanted)
        .collect();
    let function = spec.name.to_string();
    let member = match members.as_slice() {
        [member] => *member,
        [] => {
            defects.push(Defect::NoSlot {
                function,
                context: context.name.to_string(),
                list: merge.key.is_some(),
            });
            return None;
        }
        several => {
            defects.push(Defect::AmbiguousSlot {
                function,
                context: context.name.to_string(),
                slots: several
                    .iter()
                    .map(|member| member.name.to_string())
                    .collect(),
            });
            return None;
        }
    };
    if let Some(key) = merge.key
        && spec.output["properties"].get(key).is_none()
    {
        defects.push(Defect::NoMergeKey {
            function: function.clone(),
            key: key.to_owned(),
        });
    }
    if scalars(member).is_empty() && !spec.unscoped_slots.iter().any(|slot| *slot == member.name) {
        defects.push(Defect::UnscopedSlot {
            function,
            slot: member.name.to_string(),
        });
    }
    Some(member)
}
