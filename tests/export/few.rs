//! Registries that have little in them, which need not have what others have.

use garde::Validate;
use mizan::form::Form;
use mizan::{Call, Context, Error, Function, Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channels;

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

#[derive(Serialize, Deserialize, JsonSchema)]
struct Greeting {
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    excited: bool,
}

#[derive(Serialize, JsonSchema)]
struct Message {
    message: String,
}

fn greet(_: Call, _: Greeting) -> Result<Message> {
    Err(Error::not_implemented("It has types alone"))
}

/// A context that belongs to its only member.
pub(crate) fn local() -> Registry {
    let greet = Function::new("greet", greet).local();
    Registry::builder().function(greet).build().unwrap()
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
        ("local", local()),
        (
            "local-optional",
            build(new().function(Function::new("options", of_options).local())),
        ),
        ("channels", channels::alone()),
        ("form", build(new().form(Form::new("note", note)))),
    ]
}
