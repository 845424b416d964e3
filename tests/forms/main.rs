//! Forms and uploads through the public API: what is declared, what is wrong with what was filled
//! in, who hears of it, and what is left behind. In process, and over sockets where they matter.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod access;
mod checks;
mod coercion;
mod declaration;
mod defects;
mod disabled;
mod dynamic;
mod effects;
mod failures;
mod formset_bounds;
mod formsets;
mod multipart;
mod pages;
mod partial;
mod plain;
mod refusals;
mod renderers;
mod reviewed;
mod rules;
mod targets;
mod upload_bounds;
mod upload_order;
mod upload_traces;
mod uploads;
mod validation;
mod wording;

#[path = "../support/form_errors.rs"]
mod form_errors;
#[path = "../support/rig.rs"]
mod rig;
#[path = "../stacks/serve.rs"]
mod serve;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mizan::form::Form;
use mizan::{Code, Registry};
use serde_json::{Value, json};

use self::form_errors::told;

/// A registry with nothing but this form.
fn only<I, O>(form: Form<I, O>) -> Registry
where
    I: serde::de::DeserializeOwned
        + schemars::JsonSchema
        + garde::Validate<Context: Default>
        + Send
        + 'static,
    O: Send + 'static,
{
    Registry::builder().form(form).build().unwrap()
}

/// The result of a call that succeeds.
async fn call(registry: &Registry, function: &str, args: &Value) -> Value {
    let reply = registry.call(function, args).await;
    let reply = reply.unwrap_or_else(|error| panic!("{function}({args}): {error:?}"));
    reply.json().unwrap()
}

/// The code of a call that fails.
async fn code(registry: &Registry, function: &str, args: &Value) -> Code {
    match registry.call(function, args).await {
        Ok(reply) => {
            let reply: Value = reply.json().unwrap();
            panic!("{function}({args}) gave {reply}")
        }
        Err(error) => error.code(),
    }
}

/// What `validate` says of this.
async fn validated(registry: &Registry, form: &str, data: &Value) -> String {
    let function = format!("{form}.validate");
    told(&call(registry, &function, &json!({ "data": data })).await)
}

/// What `submit` says of this; `ok` where it is taken.
async fn submitted(registry: &Registry, form: &str, data: &Value) -> String {
    let answer = call(registry, &format!("{form}.submit"), data).await;
    match answer["success"].as_bool().unwrap() {
        true => "ok".to_owned(),
        false => told(&answer["errors"]),
    }
}

/// Validation and submission say the same, which is this; nothing for what is taken.
async fn assert_told(registry: &Registry, form: &str, data: &Value, expected: &str) {
    let found = validated(registry, form, data).await;
    assert_eq!(found, expected, "validate {data}");
    let expected = if expected.is_empty() { "ok" } else { expected };
    let found = submitted(registry, form, data).await;
    assert_eq!(found, expected, "submit {data}");
}

/// The description of a field.
async fn field(registry: &Registry, form: &str, data: &Value, name: &str) -> Value {
    let schema = call(
        registry,
        &format!("{form}.schema"),
        &json!({ "data": data }),
    )
    .await;
    let fields = schema["fields"].as_array().unwrap();
    let found = fields.iter().find(|field| field["name"] == name);
    found
        .unwrap_or_else(|| panic!("no {name}: {schema}"))
        .clone()
}

/// Counts what happens.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn one_more(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// How many since the last time that this was asked.
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}
