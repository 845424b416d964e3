//! Names that a type reads and its schema does not know.
//!
//! What stands under an alias passes by all that looks at names on the wire: limits of the schema,
//! checks, choices, and that a field is disabled.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::references;
use crate::form::order;
use crate::schema::shape::{expand, members};

/// How deep a type is entered by others than the members that a form shows.
const MAX_DEPTH: usize = 8;

/// Stands for any key of a map.
const ANY_KEY: &str = "*";

/// The dotted paths of the aliases of a type, nested ones too, those of items without a number.
///
/// serde does not name the members of a type with flattened fields, or of a tagged or untagged
/// enum, before it reads one, so that theirs are not found.
pub(super) fn aliases<T: DeserializeOwned>(root: &Value) -> Vec<String> {
    let mut found = Vec::new();
    search::<T>(root, root, &mut Vec::new(), &["#"], &mut found);
    found
}

fn search<'s, T: DeserializeOwned>(
    root: &'s Value,
    schema: &'s Value,
    path: &mut Vec<&'s str>,
    within: &[&'s str],
    found: &mut Vec<String>,
) {
    let references = references(root, schema);
    let again = references.iter().any(|name| within.contains(name));
    if again || path.len() > MAX_DEPTH {
        return;
    }
    let within = [within, &references].concat();
    let known = members(root, schema);
    // An object without members is described by hand, as one that takes any.
    if !known.is_empty() {
        let read = order::fields::<T>(path).into_iter();
        for alias in read.filter(|name| !known.contains_key(*name)) {
            let alias = [&path[..], &[alias]].concat().join(".");
            if !found.contains(&alias) {
                found.push(alias);
            }
        }
    }
    let mut parts = Vec::new();
    expand(root, schema, &mut parts);
    for part in parts {
        let own = part.get("properties").and_then(Value::as_object);
        for (name, member) in own.into_iter().flatten() {
            path.push(name);
            search::<T>(root, member, path, &within, found);
            path.pop();
        }
        if let Some(items) = part.get("items") {
            search::<T>(root, items, path, &within, found);
        }
        if let Some(values) = part.get("additionalProperties") {
            path.push(ANY_KEY);
            search::<T>(root, values, path, &within, found);
            path.pop();
        }
    }
}
