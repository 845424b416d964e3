//! What a schema says about a value's shape, read from its JSON.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value};

/// How many references and unions are followed into one another, so that a schema that only
/// leads to itself comes to an end.
const MAX_HOPS: usize = 12;

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ANY: Self = Self(0x7f);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const OBJECT: Self = Self(2);
    pub(crate) const ARRAY: Self = Self(4);
    pub(crate) const STRING: Self = Self(8);
    pub(crate) const INTEGER: Self = Self(16);
    pub(crate) const NUMBER: Self = Self(32);
    pub(crate) const BOOLEAN: Self = Self(64);

    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is something in it, and only scalars beside `null`.
    pub(crate) fn is_scalar(self) -> bool {
        self.has(Self(0x78)) && !self.has(Self::OBJECT.or(Self::ARRAY))
    }

    fn named(name: &Value) -> Self {
        match name.as_str() {
            Some("null") => Self::NULL,
            Some("object") => Self::OBJECT,
            Some("array") => Self::ARRAY,
            Some("string") => Self::STRING,
            Some("integer") => Self::INTEGER,
            Some("number") => Self::NUMBER,
            Some("boolean") => Self::BOOLEAN,
            _ => Self::NONE,
        }
    }

    pub(crate) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number.is_f64() => Self::NUMBER,
            Value::Number(_) => Self::INTEGER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }
}

/// What a local `$ref` in the document `root` stands for.
pub(crate) fn resolve<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    let pointer = reference.strip_prefix('#')?;
    if let Some(name) = pointer.strip_prefix("/$defs/")
        && !name.contains(['/', '~', '%'])
    {
        return root.get("$defs")?.get(name);
    }
    let pointer = percent_decode_str(pointer).decode_utf8().ok()?;
    root.pointer(&pointer)
}

fn list<'s>(schema: &'s Map<String, Value>, keyword: &str) -> &'s [Value] {
    let list = schema.get(keyword).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn target<'s>(root: &'s Value, schema: &Map<String, Value>) -> Option<&'s Value> {
    resolve(root, schema.get("$ref")?.as_str()?)
}

/// The types of the values that a schema admits.
pub(crate) fn types(root: &Value, schema: &Value) -> Types {
    types_within(root, schema, MAX_HOPS)
}

fn types_within(root: &Value, schema: &Value, hops: usize) -> Types {
    let schema = match schema {
        Value::Bool(false) => return Types::NONE,
        Value::Object(schema) if hops > 0 => schema,
        _ => return Types::ANY,
    };
    let union = |schemas: &[Value]| {
        let types = schemas.iter().map(|s| types_within(root, s, hops - 1));
        types.fold(Types::NONE, Types::or)
    };
    let mut types = match (schema.get("type"), schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(names)), ..) => {
            names.iter().map(Types::named).fold(Types::NONE, Types::or)
        }
        (Some(name), ..) => Types::named(name),
        (None, Some(Value::Array(values)), _) => {
            let types = values.iter().map(Types::of_value);
            types.fold(Types::NONE, Types::or)
        }
        (None, _, Some(value)) => Types::of_value(value),
        _ if schema.contains_key("properties") => Types::OBJECT,
        _ => Types::ANY,
    };
    if let Some(target) = target(root, schema) {
        types = types.and(types_within(root, target, hops - 1));
    }
    for keyword in ["anyOf", "oneOf"] {
        match list(schema, keyword) {
            [] => {}
            branches => types = types.and(union(branches)),
        }
    }
    for part in list(schema, "allOf") {
        types = types.and(types_within(root, part, hops - 1));
    }
    types
}

/// The schemas that say something about a value's insides: the one given, and those that its
/// references and unions lead to.
pub(crate) fn expand<'s>(root: &'s Value, schema: &'s Value, found: &mut Vec<&'s Value>) {
    if found.len() >= 8 * MAX_HOPS || found.iter().any(|known| std::ptr::eq(*known, schema)) {
        return;
    }
    found.push(schema);
    let Value::Object(schema) = schema else {
        return;
    };
    if let Some(target) = target(root, schema) {
        expand(root, target, found);
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        for part in list(schema, keyword) {
            expand(root, part, found);
        }
    }
}

/// An object's member, as its schema has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

/// The members that an object of this schema declares, by name. Of a union's branches every
/// member counts; one is required where each branch requires it.
pub(crate) fn members(root: &Value, schema: &Value) -> BTreeMap<String, Member> {
    members_within(root, schema, MAX_HOPS)
}

fn members_within(root: &Value, schema: &Value, hops: usize) -> BTreeMap<String, Member> {
    let mut members = BTreeMap::new();
    let Some(schema) = schema.as_object().filter(|_| hops > 0) else {
        return members;
    };
    let required = list(schema, "required");
    let requires = |name: &str| required.iter().any(|required| required == name);
    let own = schema.get("properties").and_then(Value::as_object);
    for (name, schema) in own.into_iter().flatten() {
        let member = Member {
            required: requires(name),
            schema: schema.clone(),
        };
        members.insert(name.clone(), member);
    }
    let whole = target(root, schema)
        .into_iter()
        .chain(list(schema, "allOf"));
    for part in whole {
        add(&mut members, members_within(root, part, hops - 1));
    }
    for keyword in ["anyOf", "oneOf"] {
        let branches = list(schema, keyword).iter();
        let objects = branches.filter(|branch| types(root, branch).has(Types::OBJECT));
        let objects: Vec<_> = objects
            .map(|branch| members_within(root, branch, hops - 1))
            .collect();
        let mut union = BTreeMap::new();
        for object in &objects {
            add(&mut union, object.clone());
        }
        for (name, member) in &mut union {
            let mut alike = objects.iter().map(|object| object.get(name));
            member.required = alike.all(|member| member.is_some_and(|member| member.required));
        }
        add(&mut members, union);
    }
    for name in required.iter().filter_map(Value::as_str) {
        if let Some(member) = members.get_mut(name) {
            member.required = true;
        }
    }
    members
}

/// Adds members; of two schemas for one name either may hold.
fn add(members: &mut BTreeMap<String, Member>, more: BTreeMap<String, Member>) {
    for (name, new) in more {
        match members.get_mut(&name) {
            None => {
                members.insert(name, new);
            }
            Some(known) => {
                known.required |= new.required;
                if known.schema != new.schema {
                    let (one, other) = (known.schema.take(), new.schema);
                    known.schema = serde_json::json!({"anyOf": [one, other]});
                }
            }
        }
    }
}

/// The schema with its references replaced by what they stand for, one step deep, and without
/// what is only told to people; so that two schemas of one meaning are equal.
pub(super) fn plain(root: &Value, schema: &Value) -> Value {
    let mut schema = schema.clone();
    if types(root, &schema).is_scalar() {
        inline(root, &mut schema);
    }
    let Ok(mut schema) = Schema::try_from(schema) else {
        return Value::Null;
    };
    Untold.transform(&mut schema);
    schema.to_value()
}

fn inline(root: &Value, schema: &mut Value) {
    let Value::Object(schema) = schema else {
        return;
    };
    if let Some(Value::Object(target)) = target(root, schema) {
        schema.remove("$ref");
        for (keyword, value) in target {
            schema.entry(keyword).or_insert_with(|| value.clone());
        }
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        if let Some(Value::Array(parts)) = schema.get_mut(keyword) {
            parts.iter_mut().for_each(|part| inline(root, part));
        }
    }
}

/// Removes what a schema only tells to people.
struct Untold;

impl Transform for Untold {
    fn transform(&mut self, schema: &mut Schema) {
        for keyword in ["title", "description", "examples"] {
            schema.remove(keyword);
        }
        transform_subschemas(self, schema);
    }
}
