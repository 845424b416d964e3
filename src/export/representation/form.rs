//! Forms.

use serde::Serialize;

use super::function::milliseconds;
use super::share::Document;
use super::types::Type;
use super::{Direction, Documents, Effect, Representation};
use crate::form::FormSchema;
use crate::registry::{FormInfo, FunctionInfo, Registry};

/// A form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FormType {
    /// Its name on the wire: it is served as `….schema`, `….validate`, `….submit`.
    pub name: String,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<String>,
    /// What it looks like before anybody filled anything in and whoever asks.
    pub schema: FormSchema,
    /// Whether it looks otherwise for some callers, or by what is filled in.
    pub dynamic: bool,
    /// What is filled in.
    pub fields: Type,
    /// What a submission gives.
    pub data: Type,
    /// How several are taken at once, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formset: Option<FormsetType>,
    /// What a submission changes, in the order of declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// Whether the server finds the scope of its effects by a callable of the application.
    pub scoped: bool,
    /// Whether it takes files.
    pub files: bool,
    /// How long its handler may take, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<u64>,
}

/// How several forms are taken at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FormsetType {
    /// How many at least.
    pub min_num: usize,
    /// How many at most.
    pub max_num: usize,
    /// Whether forms can be taken out.
    pub can_delete: bool,
    /// Whether forms can be put in another order.
    pub can_order: bool,
}

/// Where the data stands in what a submission answers.
const DATA: &str = "/anyOf/0/properties/data";

/// A form whose types are being read.
pub(super) struct Found<'s> {
    form: FormInfo<'s>,
    submit: FunctionInfo<'s>,
    fields: usize,
    data: usize,
}

/// The forms, and what else they are served as besides the function that submits.
pub(super) fn find<'s>(
    registry: &'s Registry,
    functions: &mut Vec<FunctionInfo<'s>>,
    documents: &mut Documents<'s>,
) -> Vec<Found<'s>> {
    let mut forms: Vec<FormInfo<'s>> = registry.forms().collect();
    forms.sort_by(|one, other| one.name.cmp(other.name));
    let of_form = |function: &FunctionInfo<'_>| {
        let name = function.name.strip_suffix(".submit")?;
        forms.iter().position(|form| form.name == name)
    };
    let mut submits: Vec<(usize, FunctionInfo<'s>)> = functions
        .iter()
        .filter_map(|function| Some((of_form(function)?, function.clone())))
        .collect();
    submits.sort_by_key(|(form, _)| *form);
    functions.retain(|function| !forms.iter().any(|form| form.serves(function.name)));
    let submits = submits.into_iter().map(|(_, submit)| submit);
    forms
        .into_iter()
        .zip(submits)
        .filter_map(|(form, submit)| {
            Some(Found {
                fields: documents.add(Document {
                    schema: submit.input?,
                    name: submit.input_name,
                    direction: Direction::Input,
                    at: None,
                }),
                data: documents.add(Document {
                    schema: submit.output,
                    name: None,
                    direction: Direction::Output,
                    at: Some(DATA),
                }),
                form,
                submit,
            })
        })
        .collect()
}

pub(super) fn form(found: Found<'_>, roots: &[Type], representation: &Representation) -> FormType {
    let root = |at: usize| roots.get(at).cloned().unwrap_or(Type::Any);
    let Found { form, submit, .. } = &found;
    let fields = root(found.fields);
    FormType {
        name: form.name.to_owned(),
        ts_name: form.ts_name.map(str::to_owned),
        schema: form.schema.clone(),
        dynamic: form.dynamic,
        files: representation.holds_files(&fields),
        fields,
        data: root(found.data),
        formset: form.formset.map(|formset| FormsetType {
            min_num: formset.min_num,
            max_num: formset.max_num,
            can_delete: formset.can_delete,
            can_order: formset.can_order,
        }),
        effects: submit.effects.iter().map(Effect::from).collect(),
        scoped: submit.custom_scopes,
        deadline: submit.deadline.map(milliseconds),
    }
}
