//! types.ts: what goes in and what comes out.

use super::layout::{Module, doc};
use super::spell::{alternative, members, quote, ty};
use crate::export::names::{ContextNames, FunctionNames, Names};
use crate::export::representation::{
    ContextType, Field, FunctionType, NamedType, ObjectType, Representation, Type, Usage,
};

const INPUT: Usage = Usage {
    input: true,
    output: false,
};

const OUTPUT: Usage = Usage {
    input: false,
    output: true,
};

pub(super) fn module(representation: &Representation, names: &Names) -> Module {
    let mut module = Module::default();
    for named in &representation.types {
        module.add(&of_named(named));
    }
    if !representation.functions.is_empty() {
        module.heading("What functions take and give.");
    }
    for (function, names) in representation.functions.iter().zip(&names.functions) {
        of_function(function, names, &mut module);
    }
    if !representation.contexts.is_empty() {
        module.heading("What contexts take, and a member for each of their functions.");
    }
    for (context, own) in representation.contexts.iter().zip(&names.contexts) {
        of_context(context, own, names, &mut module);
    }
    #[cfg(feature = "forms")]
    {
        if !representation.forms.is_empty() {
            module.heading("What is filled into forms, and what submitting them gives.");
        }
        for (form, names) in representation.forms.iter().zip(&names.forms) {
            alias(&names.fields, &form.fields, INPUT, &mut module);
            alias(&names.data, &form.data, OUTPUT, &mut module);
        }
    }
    #[cfg(feature = "websocket")]
    of_channels(representation, names, &mut module);
    module
}

fn of_named(named: &NamedType) -> String {
    let head = doc(named.doc.as_deref(), 0);
    format!("{head}{}", declaration(&named.name, &named.ty, named.usage))
}

/// The declaration of a type of this name.
fn declaration(name: &str, of: &Type, usage: Usage) -> String {
    match of {
        Type::Object(object) if object.fields.is_empty() && object.additional.is_none() => {
            format!("export type {name} = Record<never, never>;")
        }
        Type::Object(object) => {
            format!(
                "export interface {name} {{\n{}}}",
                members(object, usage, 2)
            )
        }
        Type::Enum { values } if values.iter().any(|value| value.doc.is_some()) => {
            let values = values.iter();
            let values = values.map(|value| (value.doc.as_deref(), quote(&value.value)));
            alternatives(name, values)
        }
        Type::Union(union) => {
            let variants = union.variants.iter();
            let variants = variants.map(|v| (v.doc.as_deref(), alternative(&v.ty, usage, 4)));
            alternatives(name, variants)
        }
        of => format!("export type {name} = {};", ty(of, usage, 0)),
    }
}

/// A union, with a line and a comment for each alternative.
fn alternatives<'d>(name: &str, all: impl Iterator<Item = (Option<&'d str>, String)>) -> String {
    let mut text = format!("export type {name} =");
    for (about, spelled) in all {
        text.push('\n');
        text.push_str(&doc(about, 2));
        text.push_str(&format!("  | {spelled}"));
    }
    text.push(';');
    text
}

fn alias(name: &str, of: &Type, usage: Usage, module: &mut Module) {
    // The registry's own type may have this very name.
    if !matches!(of, Type::Reference { name: own } if own == name) {
        module.add(&declaration(name, of, usage));
    }
}

fn of_function(function: &FunctionType, names: &FunctionNames, module: &mut Module) {
    if let Some(input) = &function.input {
        alias(&names.input, input, INPUT, module);
    }
    alias(&names.output, &function.output, OUTPUT, module);
    if let Some(error) = &function.error {
        alias(&names.error, error, OUTPUT, module);
    }
}

fn of_context(context: &ContextType, own: &ContextNames, names: &Names, module: &mut Module) {
    match &context.params {
        Some(Type::Nullable { inner }) => alias(&own.params, inner, INPUT, module),
        Some(params) => alias(&own.params, params, INPUT, module),
        None => {}
    }
    let fields = context.members.iter().filter_map(|member| {
        Some(Field::required(
            &member.name,
            Type::Reference {
                name: names.function(&member.name)?.output.clone(),
            },
        ))
    });
    let value = ObjectType::of(fields.collect());
    module.add(&declaration(&own.value, &Type::Object(value), OUTPUT));
}

#[cfg(feature = "websocket")]
fn of_channels(representation: &Representation, names: &Names, module: &mut Module) {
    if representation.has_channels() {
        module.heading("What channels take, and the messages to and from the server.");
    }
    for (channel, names) in representation.channels.iter().zip(&names.channels) {
        let all = [
            (&names.params, &channel.params, INPUT),
            (&names.client, &channel.client_message, INPUT),
            (&names.server, &channel.server_message, OUTPUT),
        ];
        for (name, ty, usage) in all {
            if let Some(ty) = ty {
                alias(name, ty, usage, module);
            }
        }
    }
}
