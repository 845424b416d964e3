//! What calls.ts and react.ts have of forms.

use serde_json::Value;

use super::calls::{deadline, effects, pieces};
use super::layout::{Module, constant, function};
use super::spell::{quote, value};
use crate::export::names::{FormNames, Names};
use crate::export::representation::{FormType, Representation};

const CORE: &str = "./mizan/core/index.js";
const CALLS: &str = "./calls.js";
const TYPES: &str = "./types.js";
const HOOKS: &str = "./mizan/react-forms/index.js";

/// What components name of forms.
pub(super) const REEXPORTS: &str = "\
export type {
  FieldError,
  FieldHook,
  FieldProps,
  FormHook,
  FormInitial,
  FormMessages,
  FormPart,
  FormProps,
  FormsetHook,
  FormsetPart,
  FormValues,
  Outcome,
  UseFormOptions,
  UseFormsetOptions,
} from './mizan/react-forms/index.js';";

/// The descriptors.
pub(super) fn descriptors(representation: &Representation, names: &Names, module: &mut Module) {
    if !representation.forms.is_empty() {
        module.heading("Forms.");
    }
    for (form, names) in representation.forms.iter().zip(&names.forms) {
        descriptor(form, names, module);
    }
}

fn descriptor(form: &FormType, names: &FormNames, module: &mut Module) {
    module.ty(CORE, "FormDescriptor");
    module.ty(TYPES, &names.fields);
    module.ty(TYPES, &names.data);
    let schema = serde_json::to_value(&form.schema).unwrap_or(Value::Null);
    let mut members = vec![
        format!("name: {}", quote(&form.name)),
        format!("schema: {}", value(&schema, 2)),
    ];
    members.extend(form.dynamic.then(|| "dynamic: true".to_owned()));
    members.extend(form.formset.map(|formset| {
        let formset = serde_json::to_value(formset).unwrap_or(Value::Null);
        format!("formset: {}", value(&formset, 2))
    }));
    members.extend(effects(&form.effects));
    members.extend(form.scoped.then(|| "scoped: true".to_owned()));
    members.extend(deadline(&form.effects, form.deadline));
    members.extend(pieces(&form.effects, form.files, module));
    let FormNames {
        descriptor,
        fields,
        data,
        ..
    } = names;
    module.add(&constant(
        descriptor,
        "FormDescriptor",
        &[fields, data],
        &members,
    ));
}

/// The hooks.
pub(super) fn hooks(representation: &Representation, names: &Names, module: &mut Module) {
    if !representation.forms.is_empty() {
        module.heading("Forms.");
    }
    for (form, names) in representation.forms.iter().zip(&names.forms) {
        let FormNames {
            descriptor,
            fields,
            data,
            hook,
            formset_hook,
            ..
        } = names;
        module.value(CALLS, descriptor);
        module.ty(TYPES, fields);
        module.ty(TYPES, data);
        module.ty(HOOKS, "FormHook");
        module.ty(HOOKS, "UseFormOptions");
        module.value(HOOKS, "useForm");
        module.add(&function(
            &format!("export function {hook}"),
            &[format!("options?: UseFormOptions<{fields}>")],
            &format!("FormHook<{fields}, {data}>"),
            &format!("return useForm(api, {descriptor}, options);"),
        ));
        if form.formset.is_some() {
            module.ty(HOOKS, "FormsetHook");
            module.ty(HOOKS, "UseFormsetOptions");
            module.value(HOOKS, "useFormset");
            module.add(&function(
                &format!("export function {formset_hook}"),
                &[format!("options?: UseFormsetOptions<{fields}>")],
                &format!("FormsetHook<{fields}>"),
                &format!("return useFormset(api, {descriptor}, options);"),
            ));
        }
    }
}
