//! The schemas that have a say on a value, found without copying them.

use serde_json::{Map, Value};

use crate::schema::InputSchema;
use crate::schema::shape::{Types, resolve, types};

/// How many schemas have a say on one value at most.
const MAX_PARTS: usize = 96;

/// How many references and unions are followed to learn whether a member is required.
const MAX_HOPS: usize = 12;

/// A value's schemas, any of which may hold.
pub(in crate::form) struct Node<'s> {
    root: &'s Value,
    schemas: Vec<&'s Value>,
    /// The types of value that they admit.
    pub(in crate::form) types: Types,
}

impl<'s> Node<'s> {
    /// The whole input.
    pub(in crate::form) fn root(schema: &'s InputSchema) -> Self {
        Self::new(schema.schema(), vec![schema.schema()])
    }

    fn new(root: &'s Value, schemas: Vec<&'s Value>) -> Self {
        let types = schemas.iter().map(|schema| types(root, schema));
        let types = types.fold(Types::NONE, Types::or);
        Self {
            root,
            schemas,
            types,
        }
    }

    /// All that the schemas lead to; for a known object without those branches of unions whose
    /// tags it does not have.
    pub(in crate::form) fn parts(&self, object: Option<&Map<String, Value>>) -> Parts<'s> {
        let mut parts = Parts {
            root: self.root,
            schemas: self.schemas.clone(),
            found: Vec::new(),
            passed: Vec::new(),
        };
        for schema in &self.schemas {
            parts.expand(schema, object);
        }
        parts
    }
}

/// What the schemas of a value lead to.
pub(in crate::form) struct Parts<'s> {
    root: &'s Value,
    schemas: Vec<&'s Value>,
    found: Vec<&'s Value>,
    /// The branches that the object is not of.
    passed: Vec<&'s Value>,
}

impl<'s> Parts<'s> {
    /// Whether some of the schemas say that the value is text of this format.
    pub(in crate::form) fn is_of_format(&self, format: &str) -> bool {
        let mut formats = self.found.iter().filter_map(|part| part.get("format"));
        formats.any(|known| known == format)
    }

    fn expand(&mut self, schema: &'s Value, object: Option<&Map<String, Value>>) {
        if self.found.len() >= MAX_PARTS || among(&self.found, schema) {
            return;
        }
        self.found.push(schema);
        if let Some(target) = self.target(schema) {
            self.expand(target, object);
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            for part in list(schema, keyword) {
                if keyword != "allOf" && object.is_some_and(|object| contradicts(part, object)) {
                    self.passed.push(part);
                } else {
                    self.expand(part, object);
                }
            }
        }
    }

    fn target(&self, schema: &'s Value) -> Option<&'s Value> {
        resolve(self.root, schema.get("$ref")?.as_str()?)
    }

    pub(in crate::form) fn iter(&self) -> impl Iterator<Item = &'s Value> {
        self.found.iter().copied()
    }

    fn node(&self, schemas: Vec<&'s Value>) -> Option<Node<'s>> {
        (!schemas.is_empty()).then(|| Node::new(self.root, schemas))
    }

    /// A member that is declared by its name.
    pub(in crate::form) fn declared(&self, name: &str) -> Option<Node<'s>> {
        let properties = self.iter().filter_map(|part| part.get("properties"));
        self.node(properties.filter_map(|members| members.get(name)).collect())
    }

    /// What a map has under its keys.
    pub(in crate::form) fn additional(&self) -> Option<Node<'s>> {
        let named = self.iter().filter_map(|part| part.get("patternProperties"));
        let named = named.filter_map(Value::as_object).flat_map(Map::values);
        let others = self
            .iter()
            .filter_map(|part| part.get("additionalProperties"));
        let schemas = named.chain(others.filter(|schema| **schema != Value::Bool(false)));
        self.node(schemas.collect())
    }

    /// A member by any name.
    pub(in crate::form) fn member(&self, name: &str) -> Option<Node<'s>> {
        self.declared(name).or_else(|| self.additional())
    }

    /// The names of the declared members, some of them perhaps repeated.
    pub(in crate::form) fn names(&self) -> impl Iterator<Item = &'s str> {
        let properties = self.iter().filter_map(|part| part.get("properties"));
        let properties = properties.filter_map(Value::as_object);
        properties.flat_map(Map::keys).map(String::as_str)
    }

    /// An item of a list.
    pub(in crate::form) fn item(&self, index: usize) -> Option<Node<'s>> {
        let items = self.iter().filter_map(|part| {
            let first = list(part, "prefixItems").get(index);
            first.or_else(|| part.get("items"))
        });
        self.node(
            items
                .filter(|schema| **schema != Value::Bool(false))
                .collect(),
        )
    }

    /// Whether the places of a list's items matter.
    pub(in crate::form) fn is_tuple(&self) -> bool {
        self.iter().any(|part| part.get("prefixItems").is_some())
    }

    /// Whether a member has to be there, whichever branch of a union is meant.
    pub(in crate::form) fn requires(&self, name: &str) -> bool {
        let mut schemas = self.schemas.iter();
        schemas.all(|schema| self.requires_within(schema, name, MAX_HOPS))
    }

    fn requires_within(&self, schema: &'s Value, name: &str, hops: usize) -> bool {
        let Some(hops) = hops.checked_sub(1) else {
            return false;
        };
        let requires = |schema: &&'s Value| self.requires_within(schema, name, hops);
        if list(schema, "required")
            .iter()
            .any(|required| required == name)
        {
            return true;
        }
        let mut whole = self.target(schema).into_iter().chain(list(schema, "allOf"));
        whole.any(|part| requires(&part))
            || ["anyOf", "oneOf"].into_iter().any(|keyword| {
                let branches = list(schema, keyword).iter();
                let mut branches = branches
                    .filter(|branch| types(self.root, branch).has(Types::OBJECT))
                    .filter(|branch| !among(&self.passed, branch))
                    .peekable();
                branches.peek().is_some() && branches.all(|branch| requires(&branch))
            })
    }
}

/// Whether the object has another tag than this branch of a union.
fn contradicts(branch: &Value, object: &Map<String, Value>) -> bool {
    let properties = branch.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().any(|(name, schema)| {
        let tag = schema.get("const").and_then(Value::as_str);
        let given = object.get(name).and_then(Value::as_str);
        matches!((tag, given), (Some(tag), Some(given)) if tag != given && !given.is_empty())
    })
}

fn among(schemas: &[&Value], schema: &Value) -> bool {
    schemas.iter().any(|known| std::ptr::eq(*known, schema))
}

fn list<'s>(schema: &'s Value, keyword: &str) -> &'s [Value] {
    let list = schema.get(keyword).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}
