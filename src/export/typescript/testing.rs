//! testing.ts: a client that asks stubs instead of a server.

use super::layout::{Module, doc, function};
use super::spell::member;
use crate::export::names::Names;
use crate::export::representation::Representation;

const RUNTIME: &str = "./mizan/testing/index.js";
const CALLS: &str = "./calls.js";
const TYPES: &str = "./types.js";

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
    if !stubs.is_empty() {
        module.ty(RUNTIME, "Stub");
    }
    stubs.sort();
    let stubs = stubs
        .iter()
        .map(|(name, about, stub)| format!("{}  {}?: {stub};\n", doc(*about, 2), member(name)));
    module.add(&format!(
        "/** What stands for each function and form in a test: a value, or a function of the input. */\n\
         export interface Stubs {{\n{}}}",
        stubs.collect::<String>()
    ));
    #[cfg(feature = "websocket")]
    if representation.has_channels() {
        super::channels::stubs(representation, names, &mut module);
    }
    let options = match representation.has_channels() {
        true => "TestOptions & { readonly channels?: ChannelStubs }",
        false => "TestOptions",
    };
    let made = function(
        "export function testMizan",
        &[
            "stubs: Stubs = {}".to_owned(),
            format!("options?: {options}"),
        ],
        "TestMizan",
        "return createTest(calls, stubs, options);",
    );
    module.add(&format!(
        "/** A client that asks the stubs instead of a server. */\n{made}"
    ));
    module
}

#[cfg(feature = "forms")]
fn of_form(
    form: &crate::export::representation::FormType,
    names: &crate::export::names::FormNames,
    stubs: &mut Vec<(String, Option<&str>, String)>,
    module: &mut Module,
) {
    let crate::export::names::FormNames { fields, data, .. } = names;
    module.ty(TYPES, fields);
    module.ty(TYPES, data);
    let stub = format!("Stub<{fields}, {data}>");
    stubs.push((form.name.clone(), None, stub));
    if form.formset.is_some() {
        let stub = format!("Stub<readonly {fields}[], void>");
        stubs.push((format!("{}.formset", form.name), None, stub));
    }
}
