//! Which values of which members a form need not type, known before any is sent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shape::{Types, expand, types};

/// By a member's name, the types of value that stay as they are, whatever is filled in besides.
///
/// Only members that may hold scalars alone are in it, and only those of an object that is no union:
/// what another member is typed as may hang on the branch that is meant.
#[derive(Debug)]
pub(super) struct AsIs(BTreeMap<String, Types>);

impl AsIs {
    pub(super) fn of(root: &Value) -> Self {
        let parts = parts(root, root);
        let properties = root.get("properties").and_then(Value::as_object);
        let members = properties.into_iter().flatten();
        let members = members.filter(|_| parts.len() == 1);
        let members = members.filter(|(_, member)| types(root, member).is_scalar());
        let members = members.map(|(name, member)| (name.clone(), stay(root, member)));
        Self(members.collect())
    }

    pub(super) fn has(&self, name: &str, value: &Value) -> bool {
        let empty = value.is_null() || value.as_str() == Some("");
        let stay = self.0.get(name).copied().unwrap_or(Types::NONE);
        !empty && stay.has(Types::of_value(value))
    }
}

fn parts<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    let mut parts = Vec::new();
    expand(root, schema, &mut parts);
    parts
}

/// Numbers and booleans are typed already. Text may stand for a listed value that is none, and
/// times may be incomplete.
fn stay(root: &Value, member: &Value) -> Types {
    let typed = Types::BOOLEAN.or(Types::INTEGER).or(Types::NUMBER);
    let stays = |part: &&Value| {
        let listed = part.get("enum").and_then(Value::as_array);
        let mut listed = listed.into_iter().flatten().chain(part.get("const"));
        let format = part.get("format").and_then(Value::as_str);
        listed.all(Value::is_string) && !format.is_some_and(|format| format.contains("date"))
    };
    let text = types(root, member).has(Types::STRING) && parts(root, member).iter().all(stays);
    if text { typed.or(Types::STRING) } else { typed }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_something_else_is_looked_at() {
        let root = json!({"type": "object", "properties": {
            "text": {"type": ["string", "null"], "format": "email"},
            "choice": {"$ref": "#/$defs/Choice"},
            "whole": {"type": "integer"},
            "listed": {"enum": [1, "2"]},
            "at": {"type": "string", "format": "partial-date-time"},
            "list": {"type": "array", "items": {"type": "integer"}},
            "either": {"anyOf": [{"type": "integer"}, {"type": "array"}]},
            "any": true,
        }, "$defs": {"Choice": {"type": "string", "enum": ["a", "b"]}}});
        let as_is = AsIs::of(&root);
        for (name, value, stays) in [
            ("text", json!("x"), true),
            ("text", json!(""), false),
            ("text", json!(null), false),
            ("text", json!(5), true),
            ("text", json!([]), false),
            ("choice", json!("c"), true),
            ("whole", json!(5), true),
            ("whole", json!("5"), false),
            ("listed", json!("1"), false),
            ("listed", json!(1), true),
            ("at", json!("2026-11-23T10:00"), false),
            ("list", json!(5), false),
            ("either", json!(5), false),
            ("any", json!(5), false),
            ("unknown", json!(5), false),
        ] {
            assert_eq!(as_is.has(name, &value), stays, "{name}: {value}");
        }
        let union = json!({"oneOf": [{"type": "object"}], "properties": {"a": {"type": "string"}}});
        assert!(!AsIs::of(&union).has("a", &json!("x")));
    }
}
