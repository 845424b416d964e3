use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::upload::Files;

/// What is filled in so far, for hooks that depend on it.
///
/// It is typed by the form's schema as far as it can be, and not validated. Files are not in it.
///
/// ```
/// # use mizan::{Call, Result, form::{Choice, Values}};
/// async fn cities(_: Call, values: Values) -> Result<Vec<Choice>> {
///     Ok(match values.get::<String>("country").as_deref() {
///         Some("at") => vec![Choice::new("vie", "Vienna"), Choice::new("grz", "Graz")],
///         _ => Vec::new(),
///     })
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Values(Value);

impl Values {
    /// Of a value that is no object, nothing.
    pub(crate) fn of(mut value: Value) -> Self {
        if !value.is_object() {
            return Self::default();
        }
        hide_files(&mut value);
        Self(value)
    }

    /// The value of a field, where it is filled in and can be read as a `T`.
    #[must_use]
    pub fn get<T: DeserializeOwned>(&self, field: &str) -> Option<T> {
        T::deserialize(at(&self.0, field)?).ok()
    }
}

impl Default for Values {
    fn default() -> Self {
        Self(Value::Object(Map::new()))
    }
}

/// What stands for a file while an input is read is nobody's business.
fn hide_files(value: &mut Value) {
    match value {
        Value::String(text) if Files::is_token(text) => *value = Value::Null,
        Value::Array(items) => items.iter_mut().for_each(hide_files),
        Value::Object(members) => members.values_mut().for_each(hide_files),
        _ => {}
    }
}

/// What stands at a dotted path within a value.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, step| match value {
        Value::Object(members) => members.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts a value at a dotted path within an object, in place of what stands there.
///
/// Null makes no object that is not there, and does not count as filled in: an object that may be
/// left out and holds nothing else is left out then, and what it wants is not missing.
pub(super) fn put(target: &mut Value, path: &str, value: Value) {
    if value.is_null() {
        take(target, path);
    }
    insert(target, path, value);
}

fn insert(target: &mut Value, path: &str, value: Value) {
    let Value::Object(members) = target else {
        return;
    };
    let Some((first, rest)) = path.split_once('.') else {
        members.insert(path.to_owned(), value);
        return;
    };
    if value.is_null() && members.get(first).is_none_or(is_blank) {
        return;
    }
    let inner = members.entry(first).or_insert(Value::Null);
    if matches!(inner, Value::Null) || *inner == "" {
        *inner = Value::Object(Map::new());
    }
    insert(inner, rest, value);
}

/// Takes away what stands at a path, and what holds nothing without it.
fn take(target: &mut Value, path: &str) {
    let Value::Object(members) = target else {
        return;
    };
    let Some((first, rest)) = path.split_once('.') else {
        members.remove(path);
        return;
    };
    if let Some(inner) = members.get_mut(first).filter(|inner| !is_empty(inner)) {
        take(inner, rest);
        if is_empty(inner) {
            members.remove(first);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Whether nothing is filled in.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.values().all(is_blank),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_by_dotted_paths() {
        let value = json!({"name": "Ada", "address": {"city": "Vienna"}, "tags": ["a", "b"]});
        let values = Values::of(value);
        assert_eq!(values.get::<String>("name").as_deref(), Some("Ada"));
        assert_eq!(
            values.get::<String>("address.city").as_deref(),
            Some("Vienna")
        );
        assert_eq!(values.get::<String>("tags.1").as_deref(), Some("b"));
        assert_eq!(values.get::<i64>("name"), None);
        assert_eq!(values.get::<String>("nope.x"), None);
    }

    #[test]
    fn files_are_not_told() {
        let value = json!({
            "photo": Files::token(0),
            "name": "mizan-file:0",
            "nested": {"papers": [Files::token(1), "x"]},
        });
        let values = Values::of(value);
        assert_eq!(values.get::<Value>("photo"), Some(json!(null)));
        assert_eq!(values.get::<Value>("name"), Some(json!("mizan-file:0")));
        assert_eq!(
            values.get::<Value>("nested.papers"),
            Some(json!([null, "x"]))
        );
    }

    #[test]
    fn values_put_at_dotted_paths() {
        for (mut value, path, new, expected) in [
            (json!({}), "a", json!(1), json!({"a": 1})),
            (json!({"a": 1}), "a", json!(2), json!({"a": 2})),
            (json!({"a": 1}), "a", json!(null), json!({"a": null})),
            (json!({}), "a", json!(null), json!({"a": null})),
            (json!({}), "a.b", json!(1), json!({"a": {"b": 1}})),
            (json!({"a": ""}), "a.b", json!(1), json!({"a": {"b": 1}})),
            (json!({"a": null}), "a.b", json!(1), json!({"a": {"b": 1}})),
            (json!({"a": "x"}), "a.b", json!(1), json!({"a": "x"})),
            // Null makes no object, and leaves none of which nothing is filled in.
            (json!({}), "a.b", json!(null), json!({})),
            (json!({"a": null}), "a.b", json!(null), json!({"a": null})),
            (json!({"a": {}}), "a.b", json!(null), json!({"a": {}})),
            (json!({"a": {"b": 1}}), "a.b", json!(null), json!({})),
            (
                json!({"a": {"b": {"c": 1}}}),
                "a.b.c",
                json!(null),
                json!({}),
            ),
            (
                json!({"a": {"b": 1, "c": "", "d": {"e": null}}}),
                "a.b",
                json!(null),
                json!({"a": {"c": "", "d": {"e": null}}}),
            ),
            (
                json!({"a": {"b": 1, "c": false}}),
                "a.b",
                json!(null),
                json!({"a": {"b": null, "c": false}}),
            ),
            (
                json!({"a": {"c": 1}}),
                "a.b.d",
                json!(null),
                json!({"a": {"c": 1}}),
            ),
        ] {
            let old = value.clone();
            put(&mut value, path, new.clone());
            assert_eq!(value, expected, "{path}: {new} in {old}");
        }
        let mut value = json!({"a": {"b": 1, "c": 2}});
        take(&mut value, "a.b");
        assert_eq!(value, json!({"a": {"c": 2}}));
    }
}
