//! react.ts: providers and hooks.

use super::layout::{Module, doc, function, signature};
use super::spell::quote;
use crate::export::names::{ContextNames, FunctionNames, Names};
use crate::export::representation::{ContextType, FunctionType, Representation};

const REACT: &str = "react";
const ADAPTER: &str = "./mizan/react/index.js";
const CALLS: &str = "./calls.js";
const TYPES: &str = "./types.js";

/// What components name of the adapter, so that they import from one place.
const REEXPORTS: &str = "\
export type {
  CallHook,
  CallMode,
  MizanProviderProps,
  MutateOptions,
  SlotOptions,
  SlotState,
  StateOptions,
  UseCallOptions,
} from './mizan/react/index.js';
export { MizanProvider } from './mizan/react/index.js';";

pub(super) fn module(representation: &Representation, names: &Names) -> Module {
    let mut module = Module::with_directive("'use client';");
    module.value(CALLS, "api");
    module.ty(ADAPTER, "Mizan");
    module.value_as(ADAPTER, "useMizan", "useClient");
    #[cfg(feature = "websocket")]
    if representation.has_channels() {
        module.add(super::channels::REACT_REEXPORTS);
    }
    #[cfg(feature = "forms")]
    if representation.has_forms() {
        module.add(super::forms::REEXPORTS);
    }
    module.add(REEXPORTS);
    module.add(
        "/** The client that the hooks of this component use. */\n\
         export function useMizan(): Mizan {\n  return useClient(api);\n}",
    );
    if !representation.contexts.is_empty() {
        module.heading("Contexts.");
    }
    for (context, own) in representation.contexts.iter().zip(&names.contexts) {
        of_context(context, own, representation, names, &mut module);
    }
    let mut calls = representation.functions.iter().zip(&names.functions);
    let mut first = true;
    for (function, names) in calls.by_ref().filter(|(f, _)| f.context.is_none()) {
        if std::mem::take(&mut first) {
            module.heading("Functions.");
        }
        of_function(function, names, &mut module);
    }
    #[cfg(feature = "forms")]
    super::forms::hooks(representation, names, &mut module);
    #[cfg(feature = "websocket")]
    super::channels::hooks(representation, names, &mut module);
    module
}

fn of_function(of: &FunctionType, names: &FunctionNames, module: &mut Module) {
    let FunctionNames {
        input,
        output,
        descriptor,
        hook,
        ..
    } = names;
    module.ty(ADAPTER, "CallHook");
    module.ty(ADAPTER, "UseCallOptions");
    module.value(ADAPTER, "useCall");
    module.value(CALLS, descriptor);
    module.ty(TYPES, output);
    let input = match &of.input {
        Some(_) => {
            module.ty(TYPES, input);
            input
        }
        None => "void",
    };
    module.add(&format!(
        "{}{}",
        doc(of.doc.as_deref(), 0),
        function(
            &format!("export function {hook}"),
            &["options?: UseCallOptions".to_owned()],
            &format!("CallHook<{input}, {output}>"),
            &format!("return useCall(api, {descriptor}, options);"),
        )
    ));
}

fn of_context(
    of: &ContextType,
    own: &ContextNames,
    representation: &Representation,
    names: &Names,
    module: &mut Module,
) {
    let ContextNames {
        descriptor,
        params,
        provider,
        props,
        ..
    } = own;
    module.value(CALLS, descriptor);
    if !of.is_global() {
        module.ty(REACT, "ReactNode");
        module.ty(ADAPTER, "ContextProps");
        module.value(ADAPTER, "provideContext");
        let takes = match &of.params {
            Some(_) => params,
            None => "Record<never, never>",
        };
        module.add(&format!("export type {props} = ContextProps<{takes}>;"));
        let about = format!(
            "Reads `{}` and provides it to the components within.",
            of.name
        );
        module.add(&format!(
            "{}{}",
            doc(Some(&about), 0),
            function(
                &format!("export function {provider}"),
                &[format!("props: {props}")],
                "ReactNode",
                &format!("return provideContext(api, {descriptor}, props);"),
            )
        ));
    }
    if of.params.is_some() {
        module.ty(TYPES, params);
    }
    for member in &of.members {
        let mut functions = representation.functions.iter();
        let function = functions.find(|function| function.name == member.name);
        if let (Some(function), Some(names)) = (function, names.function(&member.name)) {
            of_member(of, own, function, names, representation, module);
        }
    }
}

/// The two hooks of a member: one that suspends and one that does not.
fn of_member(
    context: &ContextType,
    own: &ContextNames,
    of: &FunctionType,
    names: &FunctionNames,
    representation: &Representation,
    module: &mut Module,
) {
    for name in ["SlotOptions", "SlotState", "StateOptions"] {
        module.ty(ADAPTER, name);
    }
    for name in ["useSlot", "useSlotState"] {
        module.value(ADAPTER, name);
    }
    let FunctionNames {
        output,
        hook,
        state_hook,
        ..
    } = names;
    module.ty(TYPES, output);
    let ContextNames {
        params, descriptor, ..
    } = own;
    let slot = quote(&of.name);
    let takes = context.params.is_some();
    let at = |suffix: &str| takes.then(|| format!("at{suffix}"));
    let with = |at: Option<String>, rest: &[&str]| -> Vec<String> {
        let rest = rest.iter().map(|param| (*param).to_owned());
        at.into_iter().chain(rest).collect()
    };
    let given = if takes { "at" } else { "{}" };
    // No provider stands above the global context that could say more.
    let alone = context.is_global() && context.is_optional(representation);
    let own = |suffix: &str| match alone {
        true => at(&format!(": {params}{suffix} = {{}}")),
        false => at(&format!("?: {params}{suffix}")),
    };
    let options = "options?: SlotOptions";
    let select = |gives: &str| format!("(value: {output}) => {gives}");

    let head = format!("export function {hook}");
    let plain = with(
        at(&format!("?: {params}")),
        &["select?: undefined", options],
    );
    let selecting = with(
        at(&format!(": {params} | undefined")),
        &[&format!("select: {}", select("T")), options],
    );
    let any = with(
        own(""),
        &[&format!("select?: {}", select("unknown")), options],
    );
    let about = doc(of.doc.as_deref(), 0);
    module.add(&format!(
        "{about}{}\n{}\n{}",
        signature(&head, &plain, output, ";"),
        signature(&format!("{head}<T>"), &selecting, "T", ";"),
        function(
            &head,
            &any,
            "unknown",
            &format!("return useSlot(api, {descriptor}, {slot}, {given}, select, options);"),
        )
    ));
    module.add(&format!(
        "{about}{}",
        function(
            &format!("export function {state_hook}"),
            &with(own(" | null"), &["options?: StateOptions"]),
            &format!("SlotState<{output}>"),
            &format!("return useSlotState(api, {descriptor}, {slot}, {given}, options);"),
        )
    ));
}
