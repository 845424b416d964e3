//! Values that stand in for fields which did not parse, so that the rules of the others can run.

use serde_json::{Map, Value};

use super::errors::FormErrors;
use crate::schema::InputSchema;
use crate::schema::shape::{Types, expand, members, types};
use crate::upload::Files;

/// How deep values are made, so that a type that holds itself comes to an end.
const MAX_DEPTH: usize = 8;

/// The longest text and list that is made.
const MAX_LENGTH: u64 = 1024;

/// The input with other values for the members that have errors; nothing where some member can only
/// be given by the caller.
pub(crate) fn complete(schema: &InputSchema, value: &Value, errors: &FormErrors) -> Option<Value> {
    let root = schema.schema();
    let mut complete = value.as_object()?.clone();
    for (name, member) in members(root, root) {
        if errors.touches(&name) {
            complete.remove(&name);
            if member.required {
                complete.insert(name, stand_in(root, &member.schema, 0)?);
            }
        }
    }
    Some(Value::Object(complete))
}

fn stand_in(root: &Value, schema: &Value, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut parts = Vec::new();
    expand(root, schema, &mut parts);
    let said = |keyword: &str| parts.iter().find_map(|part| part.get(keyword));
    let count = |keyword: &str| said(keyword).and_then(Value::as_u64).unwrap_or(0);
    if let Some(value) = said("const") {
        return Some(value.clone());
    }
    if let Some(values) = said("enum").and_then(Value::as_array) {
        return values.first().cloned();
    }
    let types = types(root, schema);
    if types.has(Types::STRING) {
        return text(said("format").and_then(Value::as_str), count("minLength"));
    }
    if types.has(Types::INTEGER) || types.has(Types::NUMBER) {
        return Some(said("minimum").cloned().unwrap_or_else(|| 1.into()));
    }
    if types.has(Types::BOOLEAN) {
        return Some(false.into());
    }
    if types.has(Types::ARRAY) {
        let item = said("items");
        let length = count("minItems").min(MAX_LENGTH);
        let items = (0..length).map(|_| stand_in(root, item?, depth + 1));
        return items.collect::<Option<Vec<_>>>().map(Value::Array);
    }
    if types.has(Types::OBJECT) {
        let required = members(root, schema).into_iter();
        let required = required.filter(|(_, member)| member.required);
        let made = required.map(|(name, member)| {
            let value = stand_in(root, &member.schema, depth + 1)?;
            Some((name, value))
        });
        return made.collect::<Option<Map<_, _>>>().map(Value::Object);
    }
    None
}

fn text(format: Option<&str>, min_length: u64) -> Option<Value> {
    let text = match format {
        None => "x".repeat(min_length.min(MAX_LENGTH) as usize),
        Some("email") => "a@example.org".to_owned(),
        Some("uri") => "https://example.org/".to_owned(),
        Some("date") => "2000-01-01".to_owned(),
        Some("date-time") => "2000-01-01T00:00:00Z".to_owned(),
        Some("partial-date-time") => "2000-01-01T00:00:00".to_owned(),
        Some("time" | "partial-time") => "00:00:00".to_owned(),
        Some("uuid") => "00000000-0000-0000-0000-000000000000".to_owned(),
        Some("ip" | "ipv4") => "127.0.0.1".to_owned(),
        Some("ipv6") => "::1".to_owned(),
        Some("binary") => return Some(Files::stand_in()),
        Some(_) => return None,
    };
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only that it can be read counts")]
    struct Order {
        kept: String,
        at_least: u8,
        kind: Kind,
        list: Vec<i64>,
        nested: Nested,
        maybe: Option<Nested>,
        flag: bool,
        address: std::net::Ipv6Addr,
        file: crate::upload::Upload,
    }

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only that it can be read counts")]
    struct Nested {
        weight: f64,
        label: char,
    }

    #[derive(Deserialize, JsonSchema)]
    enum Kind {
        /// One.
        One,
        /// Two.
        Two,
    }

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Endless {
        next: Box<Endless>,
    }

    #[test]
    fn what_has_errors_is_replaced_by_what_can_be_read() {
        let schema = InputSchema::of::<Order>();
        let mut errors = FormErrors::new();
        for name in [
            "at_least", "kind", "list.3", "nested", "flag", "address", "file",
        ] {
            errors.field(name, "required", "");
        }
        let value = json!({"kept": "yes", "list": [1, "x"], "nested": 5, "maybe": null});
        let complete = complete(&schema, &value, &errors).unwrap();
        assert_eq!(complete["kept"], "yes");
        let order: Result<Order, _> = serde_json::from_value(complete.clone());
        assert!(order.is_ok(), "{complete}: {:?}", order.err());
    }

    #[test]
    fn a_value_without_end_is_not_made() {
        let mut errors = FormErrors::new();
        errors.field("next", "required", "");
        assert_eq!(
            complete(&InputSchema::of::<Endless>(), &json!({}), &errors),
            None
        );
    }
}
