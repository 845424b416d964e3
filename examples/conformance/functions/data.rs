//! What goes in and what comes out: types, defaults, absence.

use mizan::{Call, Error, Fields, Function, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Message;

/// A listing beyond this is refused, lest one call take all memory.
const LONGEST_LISTING: i64 = 10_000;

pub(super) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(Function::new("echo", echo))
        .function(Function::new("ws_echo", echo).websocket())
        .function(Function::new("add", add))
        .function(Function::new("greet", greet))
        .function(Function::new("typed", typed))
        .function(Function::new("no_input", no_input))
        .function(Function::new("maybe", maybe))
        .function(Function::new("listing", listing))
}

#[derive(Deserialize, JsonSchema)]
struct Text {
    text: String,
}

fn echo(_: Call, input: Text) -> Result<Message> {
    Ok(Message::new(input.text))
}

#[derive(Deserialize, JsonSchema)]
struct Summands {
    a: i64,
    b: i64,
}

#[derive(Serialize, JsonSchema)]
struct Sum {
    value: i64,
}

fn add(_: Call, input: Summands) -> Result<Sum> {
    let value = input
        .a
        .checked_add(input.b)
        .ok_or_else(|| Error::bad_request("The sum does not fit into 64 bits"))?;
    Ok(Sum { value })
}

#[derive(Deserialize, JsonSchema)]
struct Greeting {
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    excited: bool,
}

fn greet(_: Call, input: Greeting) -> Result<Message> {
    let Greeting {
        name,
        title,
        excited,
    } = input;
    let space = if title.is_empty() { "" } else { " " };
    let end = if excited { '!' } else { '.' };
    Ok(Message::new(format!("Hello, {title}{space}{name}{end}")))
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Typed {
    i: i64,
    f: f64,
    b: bool,
    s: String,
    opt: Option<String>,
    #[serde(default)]
    items: Vec<i64>,
    #[serde(default)]
    kind: Kind,
    nested: Option<Nested>,
}

#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Alpha,
    Beta,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Nested {
    label: String,
    #[serde(default = "full_weight")]
    weight: f64,
}

fn full_weight() -> f64 {
    1.0
}

fn typed(_: Call, input: Typed) -> Result<Typed> {
    Ok(input)
}

fn no_input(_: Call) -> Result<Message> {
    Ok(Message::new("ok"))
}

#[derive(Deserialize, JsonSchema)]
struct Wanted {
    found: bool,
}

fn maybe(_: Call, input: Wanted) -> Result<Option<Message>> {
    Ok(input.found.then(|| Message::new("found")))
}

#[derive(Deserialize, JsonSchema)]
struct Length {
    count: i64,
}

fn listing(_: Call, input: Length) -> Result<Vec<Message>> {
    if input.count > LONGEST_LISTING {
        let mut fields = Fields::new();
        fields.insert("count", format!("Must be at most {LONGEST_LISTING}"));
        return Err(Error::validation(fields));
    }
    Ok((0..input.count)
        .map(|number| Message::new(number.to_string()))
        .collect())
}
