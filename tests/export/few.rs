//! Registries that have little in them, which need not have what others have.

use garde::Validate;
use mizan::form::Form;
use mizan::{Call, Context, Function, Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, JsonSchema)]
struct Key {
    id: i64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Options {
    #[serde(default)]
    language: String,
}

#[derive(Deserialize, JsonSchema, Validate)]
struct Note {
    #[garde(skip)]
    #[expect(dead_code, reason = "only its schema counts")]
    text: String,
}

fn one(_: Call) -> Result<i64> {
    Ok(1)
}

fn of_key(_: Call, _: Key) -> Result<()> {
    Ok(())
}

fn of_options(_: Call, _: Options) -> Result<()> {
    Ok(())
}

fn note(_: Call, _: Note) -> Result<()> {
    Ok(())
}

/// The registries, by their names.
pub(crate) fn registries() -> Vec<(&'static str, Registry)> {
    let context = Context::new("thing").key("id");
    let build = |builder: RegistryBuilder| builder.build().unwrap();
    let new = Registry::builder;
    vec![
        ("empty", build(new())),
        ("no-input", build(new().function(Function::new("one", one)))),
        (
            "input",
            build(new().function(Function::new("of_key", of_key))),
        ),
        (
            "context",
            build(new().function(Function::new("thing_state", of_key).context(context))),
        ),
        (
            "global",
            build(new().function(Function::new("settings", of_options).context(Context::GLOBAL))),
        ),
        (
            "local",
            build(new().function(Function::new("options", of_options).local())),
        ),
        ("form", build(new().form(Form::new("note", note)))),
    ]
}
