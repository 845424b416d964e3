//! What was filled in, typed as the schema types it (protocol section 5).
//!
//! HTML inputs send text, scripts send typed JSON or a mixture of both. Text becomes what the
//! schema wants; what cannot be read so stays as it is, for the validator to refuse. Only text is
//! read: a JSON number `5.0` is no integer here either.

pub(super) mod node;
#[cfg(test)]
mod tests;
mod text;

use serde_json::{Map, Value};

use self::node::{Node, Parts};
use crate::schema::InputSchema;
use crate::schema::shape::Types;

/// How deep values nest that serde_json reads.
const MAX_DEPTH: usize = 127;

/// How many lists within one another a single value stands for.
const MAX_LISTS: usize = 4;

/// How deep missing objects are made within one another.
const MAX_MADE: usize = 4;

/// Types what was filled in.
///
/// - Empty text counts as absent: its member, or item, is taken out, and so is a `null` that the
///   schema does not admit. An optional object, or an item, of which nothing remains goes with it.
///   In a tuple, where places matter, they stay; as `null` where that is admitted.
/// - One value where nothing but a list is wanted becomes a list of one.
/// - Members that the schema does not know stay as they are.
///
/// With `absent_bools`, as an HTML form needs it, which sends nothing for an unchecked checkbox: a
/// required boolean that is absent is false, and a required object of which nothing was sent is
/// there, so that what is missing is missing in it.
pub(crate) fn coerce(schema: &InputSchema, data: Value, absent_bools: bool) -> Value {
    let coercion = Coercion { absent_bools };
    match data {
        Value::Object(object) => {
            let root = Node::root(schema);
            let stays = |name: &str, value: &Value| schema.stays_as_is(name, value);
            let object = coercion.members(&root, object, true, Depth::default(), stays);
            Value::Object(object.unwrap_or_default())
        }
        data => data,
    }
}

#[derive(Clone, Copy)]
struct Coercion {
    absent_bools: bool,
}

#[derive(Clone, Copy, Default)]
struct Depth {
    depth: usize,
    made: usize,
}

impl Depth {
    fn inner(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    fn made(self) -> Self {
        Self {
            made: self.made + 1,
            ..self.inner()
        }
    }
}

impl Coercion {
    /// The value, unless it counts as absent.
    fn value(self, node: &Node<'_>, value: Value, required: bool, at: Depth) -> Option<Value> {
        let types = node.types;
        if at.depth >= MAX_DEPTH {
            return Some(value);
        }
        let value = match value {
            Value::Null => return types.has(Types::NULL).then_some(Value::Null),
            Value::String(text) if text.is_empty() => return None,
            Value::Array(items) if types.has(Types::ARRAY) => {
                return Some(Value::Array(self.list(node, items, at.inner())));
            }
            Value::Object(object) if types.has(Types::OBJECT) => {
                return self
                    .object(node, object, required, at.inner())
                    .map(Value::Object);
            }
            Value::String(text) => text::typed(node, text),
            other => other,
        };
        if !takes_one(node) {
            return Some(value);
        }
        let item = match node.parts(None).item(0) {
            Some(item) => self.value(&item, value, false, at.inner())?,
            None => value,
        };
        Some(Value::Array(vec![item]))
    }

    fn list(self, node: &Node<'_>, items: Vec<Value>, at: Depth) -> Vec<Value> {
        let parts = node.parts(None);
        let items = items.into_iter();
        if parts.is_tuple() {
            let item = |(index, value): (usize, Value)| match parts.item(index) {
                Some(node) => self.placed(&node, value, at),
                None => value,
            };
            return items.enumerate().map(item).collect();
        }
        let Some(node) = parts.item(0) else {
            return items.collect();
        };
        let items = items.filter_map(|value| self.value(&node, value, false, at));
        items.collect()
    }

    /// A value whose place matters, so that it is there even if it counts as absent.
    fn placed(self, node: &Node<'_>, value: Value, at: Depth) -> Value {
        match value {
            Value::Null => value,
            Value::String(text) if text.is_empty() => {
                let nothing = node.types.has(Types::NULL) && !node.types.has(Types::STRING);
                let text = Value::String(text);
                if nothing { Value::Null } else { text }
            }
            value => {
                let value = self.value(node, value, true, at);
                // Of a list nothing may remain.
                value.unwrap_or_else(|| Value::Array(Vec::new()))
            }
        }
    }

    /// The object, unless it is optional and nothing remained of it.
    fn object(
        self,
        node: &Node<'_>,
        object: Map<String, Value>,
        required: bool,
        at: Depth,
    ) -> Option<Map<String, Value>> {
        self.members(node, object, required, at, |_, _| false)
    }

    /// The same, of which some members are known to stay as they are.
    fn members(
        self,
        node: &Node<'_>,
        mut object: Map<String, Value>,
        required: bool,
        at: Depth,
        stays: impl Fn(&str, &Value) -> bool,
    ) -> Option<Map<String, Value>> {
        let empty = object.is_empty();
        let parts = node.parts(Some(&object));
        object.retain(|name, value| {
            if stays(name, value) {
                return true;
            }
            let Some(node) = parts.member(name) else {
                return true;
            };
            let required = node.types.has(Types::OBJECT) && parts.requires(name);
            let typed = self.value(&node, value.take(), required, at);
            let present = typed.is_some();
            *value = typed.unwrap_or_default();
            present
        });
        if object.is_empty() && !empty && !required {
            return None;
        }
        if self.absent_bools {
            self.complete(&parts, &mut object, at);
        }
        Some(object)
    }

    /// Adds what an HTML form has no way to send.
    fn complete(self, parts: &Parts<'_>, object: &mut Map<String, Value>, at: Depth) {
        for name in parts.names() {
            if object.contains_key(name) || !parts.requires(name) {
                continue;
            }
            let Some(node) = parts.declared(name) else {
                continue;
            };
            if node.types == Types::BOOLEAN {
                object.insert(name.to_owned(), Value::Bool(false));
            } else if node.types == Types::OBJECT
                && at.made < MAX_MADE
                && node.parts(None).names().next().is_some()
            {
                let inner = self.object(&node, Map::new(), true, at.made());
                object.insert(name.to_owned(), Value::Object(inner.unwrap_or_default()));
            }
        }
    }
}

/// Whether a single value stands for a list of one here: where nothing but a list is wanted, and
/// its items, or theirs, are something else in the end.
fn takes_one(node: &Node<'_>) -> bool {
    let mut item;
    let mut node = node;
    for lists in 0..=MAX_LISTS {
        if node.types.or(Types::NULL) != Types::ARRAY.or(Types::NULL) {
            return lists > 0;
        }
        item = match node.parts(None).item(0) {
            Some(item) => item,
            None => return true,
        };
        node = &item;
    }
    false
}
