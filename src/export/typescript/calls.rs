//! calls.ts: descriptors, and plain functions over them.

use super::layout::{Module, constant, doc, function};
use super::spell::{key, quote, texts, value};
use crate::Context;
use crate::export::names::{ContextNames, FunctionNames, Names};
use crate::export::representation::{ContextType, Effect, FunctionType, Representation};

const CORE: &str = "./mizan/core/index.js";
const TYPES: &str = "./types.js";

/// What the client takes for the deadline where nothing is said, in milliseconds.
const DEADLINE: u64 = 30_000;

pub(super) fn module(representation: &Representation, names: &Names, mount: &str) -> Module {
    let mut module = Module::default();
    #[cfg(feature = "websocket")]
    if representation.has_channels() {
        module.add(super::channels::CALLS_REEXPORTS);
    }
    of_api(representation, mount, &mut module);
    if !representation.functions.is_empty() {
        module.heading("Functions.");
    }
    for (function, names) in representation.functions.iter().zip(&names.functions) {
        of_function(function, names, &mut module);
    }
    if !representation.contexts.is_empty() {
        module.heading("Contexts.");
    }
    for (context, own) in representation.contexts.iter().zip(&names.contexts) {
        let optional = context.is_optional(representation);
        of_context(context, own, names, optional, &mut module);
    }
    #[cfg(feature = "forms")]
    super::forms::descriptors(representation, names, &mut module);
    #[cfg(feature = "websocket")]
    super::channels::descriptors(representation, names, &mut module);
    module
}

/// What applications name of the kernel, so that they import from one place.
const KERNEL: &str = "\
export type {
  CallOptions,
  Dehydrated,
  InspectedInstance,
  Inspection,
  Mizan,
  MizanEvent,
  MizanOptions,
  Observed,
  Patch,
  ReadOptions,
  Snapshot,
  Token,
} from './mizan/core/index.js';
export {
  dehydrate,
  hydrate,
  inspect,
  MizanError,
  observe,
  onInspect,
  upsertBy,
} from './mizan/core/index.js';";

fn of_api(representation: &Representation, mount: &str, module: &mut Module) {
    module.add(KERNEL);
    module.ty(CORE, "ApiDescriptor");
    let contexts: Vec<String> = representation
        .contexts
        .iter()
        .map(|context| context.name.clone())
        .collect();
    module.add(&format!(
        "/** The registry that these calls are for. */\n{}",
        constant(
            "api",
            "ApiDescriptor",
            &[],
            &[
                format!("contract: {}", quote(&representation.contract)),
                format!("mount: {}", quote(mount)),
                format!("contexts: {}", texts(&contexts)),
            ]
        )
    ));
    for name in ["Mizan", "MizanOptions"] {
        module.ty(CORE, name);
    }
    module.value(CORE, "createClient");
    module.add(
        "/** Makes a client: one per page, one per request on a server. */\n\
         export function createMizan(options?: MizanOptions): Mizan {\n  \
         return createClient(api, options);\n}",
    );
}

fn of_function(of: &FunctionType, names: &FunctionNames, module: &mut Module) {
    module.ty(CORE, "FunctionDescriptor");
    module.ty(CORE, "CallOptions");
    module.value(CORE, "run");
    module.ty(TYPES, &names.output);
    let input = match &of.input {
        Some(_) => {
            module.ty(TYPES, &names.input);
            &names.input
        }
        None => "void",
    };
    let FunctionNames {
        call,
        descriptor,
        output,
        ..
    } = names;
    let mut members = vec![format!("name: {}", quote(&of.name))];
    members.extend(effects(&of.effects));
    members.extend(of.scoped.then(|| "scoped: true".to_owned()));
    members.extend(deadline(&of.effects, of.deadline));
    members.extend(of.context.as_ref().map(|_| "reads: true".to_owned()));
    members.extend(pieces(&of.effects, of.files, module));
    module.add(&constant(
        descriptor,
        "FunctionDescriptor",
        &[input, output],
        &members,
    ));

    let options = "options?: CallOptions".to_owned();
    let (params, given) = match &of.input {
        Some(_) => (vec![format!("input: {input}"), options], "input"),
        None => (vec![options], "undefined"),
    };
    module.add(&format!(
        "{}{}",
        doc(of.doc.as_deref(), 0),
        function(
            &format!("export function {call}"),
            &params,
            &format!("Promise<{output}>"),
            &format!("return run(api, {descriptor}, {given}, options);"),
        )
    ));
}

/// What a descriptor says of effects.
pub(super) fn effects(effects: &[Effect]) -> Option<String> {
    let effects = effects.iter().map(|effect| {
        let mut members = vec![format!("context: {}", quote(&effect.context))];
        if !effect.keys.is_empty() {
            members.push(format!("keys: {}", texts(&effect.keys)));
        }
        members.extend(
            effect
                .slot
                .iter()
                .map(|slot| format!("slot: {}", quote(slot))),
        );
        members.extend(effect.key.iter().map(|key| format!("key: {}", quote(key))));
        format!("{{ {} }}", members.join(", "))
    });
    let effects: Vec<String> = effects.collect();
    (!effects.is_empty()).then(|| format!("effects: [{}]", effects.join(", ")))
}

/// The parts of the kernel that a descriptor brings along, so that a page which needs none of them
/// does not carry them.
pub(super) fn pieces(effects: &[Effect], files: bool, module: &mut Module) -> Vec<String> {
    let merges = effects.iter().any(|effect| effect.slot.is_some());
    let pieces = [
        ("merge", "mergeSlots", merges),
        ("files", "multipart", files),
    ];
    let needed = pieces.into_iter().filter(|(_, _, needed)| *needed);
    let members = needed.map(|(member, piece, _)| {
        module.value(CORE, piece);
        format!("{member}: {piece}")
    });
    members.collect()
}

/// What a descriptor says of the deadline, which counts for what changes something.
pub(super) fn deadline(effects: &[Effect], deadline: Option<u64>) -> Option<String> {
    let deadline = deadline.filter(|deadline| !effects.is_empty() && *deadline != DEADLINE)?;
    Some(format!("deadline: {deadline}"))
}

fn of_context(
    of: &ContextType,
    own: &ContextNames,
    names: &Names,
    optional: bool,
    module: &mut Module,
) {
    for name in ["ContextDescriptor", "Patch", "ReadOptions"] {
        module.ty(CORE, name);
    }
    for name in ["fetchContext", "patch", "prefetchContext"] {
        module.value(CORE, name);
    }
    let ContextNames {
        params,
        value: gives,
        descriptor,
        fetch,
        prefetch,
        ..
    } = own;
    module.ty(TYPES, gives);
    let takes = match &of.params {
        Some(_) => {
            module.ty(TYPES, params);
            params
        }
        None => "Record<never, never>",
    };
    let mut members = descriptor_members(of);
    if of.name == Context::GLOBAL.name() {
        module.value(CORE, "fromPage");
        members.push("primed: fromPage".to_owned());
    }
    module.add(&constant(
        descriptor,
        "ContextDescriptor",
        &[takes, gives],
        &members,
    ));

    let (before, given) = match &of.params {
        Some(_) if optional => (Some(format!("params: {takes} = {{}}")), "params"),
        Some(_) => (Some(format!("params: {takes}")), "params"),
        None => (None, "{}"),
    };
    let mut args: Vec<String> = before.into_iter().collect();
    args.push("options?: ReadOptions".to_owned());
    module.add(&function(
        &format!("export function {fetch}"),
        &args,
        &format!("Promise<{gives}>"),
        &format!("return fetchContext(api, {descriptor}, {given}, options);"),
    ));
    module.add(&function(
        &format!("export function {prefetch}"),
        &args,
        "void",
        &format!("prefetchContext(api, {descriptor}, {given}, options);"),
    ));
    for member in &of.members {
        let Some(names) = names.function(&member.name) else {
            continue;
        };
        let output = &names.output;
        let update = format!("update: (value: {output}) => {output}");
        let (args, at) = match &of.params {
            Some(_) => (vec![format!("at: {takes}"), update], "at"),
            None => (vec![update], "{}"),
        };
        module.add(&function(
            &format!("export function {}", names.patch),
            &args,
            "Patch",
            &format!(
                "return patch({descriptor}, {}, {at}, update);",
                quote(&member.name)
            ),
        ));
    }
}

fn descriptor_members(of: &ContextType) -> Vec<String> {
    let slots = of.members.iter();
    let slots = slots.map(|slot| format!("{}: {}", key(&slot.name), texts(&slot.parameters)));
    let slots: Vec<String> = slots.collect();
    let mut members = vec![
        format!("name: {}", quote(&of.name)),
        format!("slots: {{ {} }}", slots.join(", ")),
    ];
    let defaults = of.defaults.iter();
    let defaults = defaults.map(|(name, default)| format!("{}: {}", key(name), value(default, 0)));
    let defaults: Vec<String> = defaults.collect();
    if !defaults.is_empty() {
        members.push(format!("defaults: {{ {} }}", defaults.join(", ")));
    }
    let lists = of.members.iter().filter_map(|member| {
        let by = member.list_key.as_ref()?;
        Some(format!("{}: {}", key(&member.name), quote(by)))
    });
    let lists: Vec<String> = lists.collect();
    if !lists.is_empty() {
        members.push(format!("lists: {{ {} }}", lists.join(", ")));
    }
    members
}
