//! The values that a field is chosen from.

use serde_json::Value;

use super::label::{humanise, unwrapped};
use crate::form::schema::Choice;
use crate::schema::shape::resolve;

/// How many references and unions are followed into one another.
const MAX_HOPS: usize = 12;

/// The values of a schema that lists them all, `null` aside.
pub(super) fn choices(root: &Value, schema: &Value) -> Option<Vec<Choice>> {
    let mut choices = Vec::new();
    let closed = collect(root, schema, MAX_HOPS, &mut choices);
    (closed && !choices.is_empty()).then_some(choices)
}

/// Adds the values that a schema lists, and tells whether there are no others.
fn collect(root: &Value, schema: &Value, hops: usize, choices: &mut Vec<Choice>) -> bool {
    let Some(hops) = hops.checked_sub(1) else {
        return false;
    };
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().all(|value| add(value, None, choices));
    }
    if let Some(value) = schema.get("const") {
        return add(value, label(schema), choices);
    }
    if schema.get("type").is_some_and(|name| name == "null") {
        return true;
    }
    let target = schema.get("$ref").and_then(Value::as_str);
    if let Some(target) = target.and_then(|target| resolve(root, target)) {
        return collect(root, target, hops, choices);
    }
    ["anyOf", "oneOf"].into_iter().any(|keyword| {
        let branches = schema.get(keyword).and_then(Value::as_array);
        branches.is_some_and(|branches| {
            branches
                .iter()
                .all(|branch| collect(root, branch, hops, choices))
        })
    })
}

fn add(value: &Value, label: Option<String>, choices: &mut Vec<Choice>) -> bool {
    let text = match value {
        Value::Null => return true,
        Value::Array(_) | Value::Object(_) => return false,
        Value::String(text) => humanise(text),
        other => other.to_string(),
    };
    if choices.iter().all(|known| known.value != *value) {
        choices.push(Choice {
            value: value.clone(),
            label: label.unwrap_or(text),
        });
    }
    true
}

/// What a variant is called: its title, or the first paragraph of its description.
fn label(variant: &Value) -> Option<String> {
    let told = |keyword: &str| variant.get(keyword).and_then(Value::as_str);
    let described = || {
        let text = unwrapped(told("description")?);
        let first = text.split("\n\n").next()?;
        Some(first.strip_suffix('.').unwrap_or(first).to_owned())
    };
    told("title").map(str::to_owned).or_else(described)
}
