use std::borrow::Cow;
use std::collections::HashMap;

use crate::registry::context::Context;
use crate::registry::defect::Defect;
use crate::registry::entry::{ContextEntry, ContextId, FunctionId};
use crate::registry::function::FunctionSpec;
use crate::registry::graph::Names;
use crate::registry::name::is_name;

pub(super) struct Joined {
    pub(super) entries: Vec<ContextEntry>,
    pub(super) names: Names<ContextId>,
    pub(super) of_function: HashMap<usize, ContextId>,
}

/// The contexts that the functions join, each checked against its members.
pub(super) fn join_contexts(specs: &[FunctionSpec], defects: &mut Vec<Defect>) -> Joined {
    let mut joined = Joined {
        entries: Vec::new(),
        names: Names::default(),
        of_function: HashMap::new(),
    };
    for (index, spec) in specs.iter().enumerate() {
        let Some((name, keys)) = membership(spec, defects) else {
            continue;
        };
        let id = *joined.names.entry(name.as_ref().into()).or_insert_with(|| {
            let id = ContextId(joined.entries.len() as u32);
            if !is_name(&name) {
                defects.push(Defect::InvalidName {
                    what: "context",
                    name: name.to_string(),
                });
            }
            joined.entries.push(ContextEntry {
                name: name.clone(),
                ts_name: match spec.local {
                    true => spec.ts_name.clone(),
                    false => spec.context.and_then(|c| c.ts()).map(Cow::Borrowed),
                },
                keys: keys.clone(),
                members: Vec::new(),
                by_name: Vec::new(),
                shared: Vec::new(),
            });
            id
        });
        let entry = &mut joined.entries[id.0 as usize];
        if entry.keys != keys {
            defects.push(Defect::DivergingKeys {
                context: name.to_string(),
                function: spec.name.to_string(),
            });
        }
        entry.members.push(FunctionId(index as u32));
        joined.of_function.insert(index, id);
    }
    for entry in &mut joined.entries {
        check_members(entry, specs, defects);
    }
    joined
}

fn membership(
    spec: &FunctionSpec,
    defects: &mut Vec<Defect>,
) -> Option<(Cow<'static, str>, Vec<&'static str>)> {
    if spec.local {
        return Some((spec.name.clone(), spec.local_keys.clone()));
    }
    let context: Context = spec.context?;
    if context.has_too_many_keys() {
        defects.push(Defect::TooManyKeys {
            context: context.name().to_owned(),
        });
    }
    Some((Cow::Borrowed(context.name()), context.keys().to_vec()))
}

fn check_members(entry: &mut ContextEntry, specs: &[FunctionSpec], defects: &mut Vec<Defect>) {
    let members: Vec<&FunctionSpec> = entry
        .members
        .iter()
        .map(|id| &specs[id.0 as usize])
        .collect();
    let context = || entry.name.to_string();

    if members.len() > 1 && members.iter().any(|member| member.local) {
        defects.push(Defect::SharedLocal { context: context() });
    }
    for member in &members {
        for key in &entry.keys {
            let declared = member
                .input
                .properties()
                .iter()
                .any(|p| p.name == *key && p.scalar);
            if !declared {
                defects.push(Defect::MissingKey {
                    context: context(),
                    key: (*key).to_owned(),
                    function: member.name.to_string(),
                });
            }
        }
    }
    let mut first_seen = HashMap::new();
    for member in &members {
        for property in member.input.properties() {
            let (first, seen) = *first_seen
                .entry(&property.name)
                .or_insert((member, property));
            if seen.schema != property.schema || seen.required != property.required {
                defects.push(Defect::DivergingParameter {
                    context: context(),
                    parameter: property.name.clone(),
                    first: first.name.to_string(),
                    other: member.name.to_string(),
                });
            }
        }
    }

    let takes = |member: &FunctionSpec, name: &str| {
        member
            .input
            .properties()
            .iter()
            .any(|p| p.scalar && p.name == name)
    };
    if let Some((first, rest)) = members.split_first() {
        entry.shared = first
            .input
            .properties()
            .iter()
            .filter(|p| p.scalar && rest.iter().all(|member| takes(member, &p.name)))
            .map(|p| p.name.as_str().into())
            .collect();
    }
    entry.by_name = members
        .iter()
        .enumerate()
        .map(|(at, member)| (at, member.name.as_ref().into()))
        .collect();
    entry.by_name.sort_by(|a, b| a.1.cmp(&b.1));
}
