//! testing.ts: a client that asks stubs instead of a server.

use super::layout::{Module, doc};
use super::spell::member;
use crate::export::names::Names;
use crate::export::representation::Representation;

const RUNTIME: &str = "./mizan/testing/index.js";
const CALLS: &str = "./calls.js";
const TYPES: &str = "./types.js";

/// What forms answer, which the protocol says and no type of the registry.
#[cfg(feature = "forms")]
const FORMS: &str = "\
/** What is wrong with a form. */
export interface FormErrors {
  errors: { field: string; errors: { message: string; code: string }[] }[];
}

/** What is wrong with a formset. */
export interface FormsetErrors {
  general: string[];
  per_form: FormErrors[];
}

/** A formset, described. */
export interface FormsetSchema {
  forms: FormSchema[];
  min_num: number;
  max_num: number;
  can_delete: boolean;
  can_order: boolean;
}

/** What submitting a formset answers. */
export type SubmittedFormset = { success: true } | { success: false; errors: FormsetErrors };

/** What submitting a form answers. */
export type Submitted<Data> =
  | { success: true; data: Data }
  | { success: false; errors: FormErrors };";

pub(super) fn module(representation: &Representation, names: &Names) -> Module {
    let mut module = Module::default();
    // The descriptors are found among its exports: a list of them would have the compiler compare
    // the types of all of them with each other.
    module.namespace(CALLS, "calls");
    module.ty(RUNTIME, "TestMizan");
    module.ty(RUNTIME, "TestOptions");
    module.value_as(RUNTIME, "testMizan", "createTest");

    let mut stubs = Vec::new();
    for (function, names) in representation.functions.iter().zip(&names.functions) {
        let input = match &function.input {
            Some(_) => {
                module.ty(TYPES, &names.input);
                &names.input
            }
            None => "void",
        };
        module.ty(TYPES, &names.output);
        let stub = format!("Stub<{input}, {}>", names.output);
        stubs.push((function.name.clone(), function.doc.as_deref(), stub));
    }
    #[cfg(feature = "forms")]
    for (form, names) in representation.forms.iter().zip(&names.forms) {
        of_form(form, names, &mut stubs, &mut module);
    }
    #[cfg(feature = "forms")]
    if !representation.forms.is_empty() {
        module.add(FORMS);
    }
    if !stubs.is_empty() {
        module.ty(RUNTIME, "Stub");
    }
    stubs.sort();
    let stubs = stubs
        .iter()
        .map(|(name, about, stub)| format!("{}  {}?: {stub};\n", doc(*about, 2), member(name)));
    module.add(&format!(
        "/** What stands for each function in a test: a value, or a function of the input. */\n\
         export interface Stubs {{\n{}}}",
        stubs.collect::<String>()
    ));
    module.add(
        "/** A client that asks the stubs instead of a server. */\n\
         export function testMizan(stubs: Stubs = {}, options?: TestOptions): TestMizan {\n  \
         return createTest(calls, stubs, options);\n}",
    );
    module
}

#[cfg(feature = "forms")]
fn of_form(
    form: &crate::export::representation::FormType,
    names: &crate::export::names::FormNames,
    stubs: &mut Vec<(String, Option<&str>, String)>,
    module: &mut Module,
) {
    const CORE: &str = "./mizan/core/index.js";
    let crate::export::names::FormNames { fields, data, .. } = names;
    module.ty(TYPES, fields);
    module.ty(TYPES, data);
    module.ty(CORE, "FormSchema");
    let name = |part: &str| format!("{}.{part}", form.name);
    let given = "{ data: Record<string, unknown> }";
    let mut stub = |part: &str, of: String| stubs.push((name(part), None, of));
    stub(
        "schema",
        "Stub<{ data?: Record<string, unknown> }, FormSchema>".to_owned(),
    );
    stub("validate", format!("Stub<{given}, FormErrors>"));
    stub("submit", format!("Stub<{fields}, Submitted<{data}>>"));
    if form.formset.is_some() {
        let given = "{ forms: Record<string, unknown>[] }";
        stub("formset.schema", format!("Stub<{given}, FormsetSchema>"));
        stub("formset.validate", format!("Stub<{given}, FormsetErrors>"));
        stub(
            "formset.submit",
            format!("Stub<{{ forms: {fields}[] }}, SubmittedFormset>"),
        );
    }
}
