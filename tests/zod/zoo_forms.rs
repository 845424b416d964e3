//! Forms with fields of every kind.

use std::collections::BTreeMap;

use garde::Validate;
use mizan::form::{Field, Form};
use mizan::{Call, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .form(Form::new("signup", accept::<Signup>))
        .form(Form::new("numbers", accept::<Numbers>))
        .form(Form::new("nested_parts", accept::<Parts>))
        .form(
            Form::new("disabled", accept::<Disabled>)
                .field("fixed", Field::new().disabled().initial(7))
                .field("part.label", Field::new().disabled().initial("x")),
        )
        .form(Form::new("lax_rules", accept::<Rules>))
}

fn accept<I>(_: Call, _: I) -> Result<()> {
    Ok(())
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Signup {
    #[garde(length(chars, min = 2, max = 5))]
    name: String,
    #[garde(length(max = 4))]
    nick: Option<String>,
    #[garde(skip)]
    terms: bool,
    #[garde(skip)]
    news: Option<bool>,
    #[garde(skip)]
    topic: Topic,
    #[garde(skip)]
    other: Option<Topic>,
    #[garde(length(max = 2))]
    topics: Vec<Topic>,
    #[garde(skip)]
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Topic {
    Sales,
    On,
    Help,
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Numbers {
    #[garde(range(min = 18))]
    age: Option<i64>,
    #[garde(skip)]
    byte: u8,
    #[garde(range(min = 0.5, max = 2.0))]
    ratio: f64,
    #[garde(skip)]
    single: Option<f32>,
    #[garde(skip)]
    many: Vec<i32>,
    #[garde(skip)]
    grid: Option<Vec<Vec<i64>>>,
    #[garde(skip)]
    pair: (Option<i64>, String),
    #[garde(skip)]
    either: Option<Either>,
    #[garde(skip)]
    #[schemars(extend("enum" = [1, 2.5, "x", true]), extend("type" = ["number", "string", "boolean"]))]
    mixed: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Flag(bool),
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Parts {
    #[garde(skip)]
    needed: Part,
    #[garde(skip)]
    maybe: Option<Part>,
    #[garde(skip)]
    rows: Vec<Part>,
    #[garde(skip)]
    map: BTreeMap<String, i64>,
    #[garde(skip)]
    by: Option<By>,
    #[garde(skip)]
    again: Option<Box<Parts>>,
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Part {
    #[garde(skip)]
    label: String,
    #[garde(skip)]
    size: Option<u8>,
    #[garde(skip)]
    done: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "lowercase")]
enum By {
    Id { value: i64, strict: bool },
    Name { value: String },
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Disabled {
    #[garde(skip)]
    free: i64,
    #[garde(skip)]
    fixed: i64,
    #[garde(skip)]
    part: Part,
}

/// Rules that the schema does not know, or not as garde has them.
#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Rules {
    #[garde(email)]
    email: String,
    #[garde(ascii)]
    plain: String,
    #[garde(prefix("x"))]
    prefixed: Option<String>,
    #[garde(custom(is_even))]
    even: Option<i64>,
    #[garde(skip)]
    #[schemars(extend("format" = "date-time"))]
    at: Option<String>,
}

fn is_even(number: &Option<i64>, _: &()) -> garde::Result {
    match number.is_some_and(|number| number % 2 != 0) {
        true => Err(garde::Error::new("Must be even")),
        false => Ok(()),
    }
}
