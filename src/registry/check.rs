//! The graph check: from what was collected to a graph, or to every defect of it.

mod contexts;
mod effects;

use std::collections::HashMap;

use self::contexts::join_contexts;
use self::effects::plan;
use super::builder::RegistryBuilder;
#[cfg(feature = "websocket")]
use super::channels::ChannelSet;
use super::defect::{Defect, RegistryError};
use super::entry::{FunctionEntry, FunctionId};
use super::function::{Deadline, FunctionSpec};
use super::graph::{Graph, Names, Registry};
use super::listener::Listeners;
use super::listing;
use super::name::is_name;
use super::settling::Settling;
#[cfg(feature = "metrics")]
use crate::service::Meters;
use crate::service::Route;

pub(super) fn check(builder: RegistryBuilder) -> Result<Registry, RegistryError> {
    let mut defects: Vec<Defect> = builder
        .repeated_states
        .iter()
        .map(|state| Defect::DuplicateState {
            state: (*state).to_owned(),
        })
        .collect();
    #[cfg(feature = "forms")]
    defects.extend(builder.form_defects);
    let (specs, invokes): (Vec<_>, Vec<_>) = builder.functions.into_iter().unzip();

    let function_names = check_functions(&specs, &mut defects);
    let contexts = join_contexts(&specs, &mut defects);
    let context_names: Names<_> = contexts.names;

    let mut functions = Vec::with_capacity(specs.len());
    for (index, spec) in specs.iter().enumerate() {
        let plan = plan(
            spec,
            &specs,
            &contexts.entries,
            &context_names,
            &mut defects,
        );
        functions.push((index, plan));
    }
    #[cfg(feature = "websocket")]
    let channels = ChannelSet::check(builder.channels, builder.backplane, &mut defects);
    if !defects.is_empty() {
        return Err(RegistryError::new(defects));
    }

    let functions: Vec<FunctionEntry> = specs
        .into_iter()
        .zip(invokes)
        .zip(functions)
        .map(|((spec, invoke), (index, plan))| FunctionEntry {
            context: contexts.of_function.get(&index).copied(),
            plan,
            deadline: match spec.deadline {
                Deadline::Default => builder.deadline,
                Deadline::Never => None,
                Deadline::After(after) => Some(after),
            },
            route: spec.layers.into_iter().fold(None, |route, layer| {
                Some(layer(route.unwrap_or_else(Route::endpoint)))
            }),
            #[cfg(feature = "metrics")]
            meters: Meters::new(&spec.name),
            name: spec.name,
            ts_name: spec.ts_name,
            description: spec.description,
            input: spec.input,
            has_input: spec.has_input,
            output: spec.output,
            error: spec.error,
            type_names: spec.type_names,
            custom_scopes: spec.custom_scopes,
            private: spec.private,
            websocket: spec.websocket,
            auth: spec.auth,
            gates: spec.gates,
            #[cfg(feature = "forms")]
            form: spec.form,
            invoke,
        })
        .collect();

    #[cfg(feature = "websocket")]
    let more = channels.shapes();
    #[cfg(not(feature = "websocket"))]
    let more = std::iter::empty();
    let contract = listing::contract(&functions, &contexts.entries, more);
    Ok(Registry::from_graph(Graph {
        functions,
        contexts: contexts.entries,
        function_names,
        context_names,
        states: builder.states,
        listeners: Listeners {
            all: builder.listeners,
            timeout: builder.listener_timeout,
        },
        settle: builder.settle,
        settling: Settling::default(),
        #[cfg(feature = "forms")]
        messages: builder.messages,
        #[cfg(feature = "forms")]
        form_renderer: builder.form_renderer,
        contract,
        #[cfg(feature = "websocket")]
        channels,
    }))
}

fn check_functions(specs: &[FunctionSpec], defects: &mut Vec<Defect>) -> Names<FunctionId> {
    let mut names: Names<FunctionId> = HashMap::default();
    for (index, spec) in specs.iter().enumerate() {
        let function = || spec.name.to_string();
        if !is_name(&spec.name) {
            defects.push(Defect::InvalidName {
                what: "function",
                name: function(),
            });
        }
        if names
            .insert(spec.name.as_ref().into(), FunctionId(index as u32))
            .is_some()
        {
            defects.push(Defect::DuplicateFunction {
                function: function(),
            });
        }
        if spec.has_input && !spec.input.is_object() {
            defects.push(Defect::InputIsNoObject {
                function: function(),
            });
        }
        if judges(spec)
            && let Some(problem) = spec.input.defect()
        {
            defects.push(Defect::InputSchema {
                function: function(),
                problem: problem.to_owned(),
            });
        }
        let reads = spec.contexts_joined > 0;
        if spec.contexts_joined > 1 {
            defects.push(Defect::SeveralContexts {
                function: function(),
            });
        }
        if reads && spec.private {
            defects.push(Defect::PrivateReader {
                function: function(),
            });
        }
        if reads && !spec.effects.is_empty() {
            defects.push(Defect::ReaderAffects {
                function: function(),
            });
        }
        if spec.custom_scopes && spec.effects.is_empty() {
            defects.push(Defect::NothingToScope {
                function: function(),
            });
        }
    }
    names
}

/// Whether inputs are judged by their schema, and not by their type alone.
fn judges(spec: &FunctionSpec) -> bool {
    #[cfg(feature = "forms")]
    let is_form = spec.form.is_some();
    #[cfg(not(feature = "forms"))]
    let is_form = false;
    is_form || spec.input.is_constrained()
}
