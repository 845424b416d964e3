//! One JSON schema as types. References stay local to the document: `#` for its root, else the
//! name of a definition.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::Direction;
use super::merge;
use super::types::{
    ArrayType, EnumValue, Field, NumberType, ObjectType, StringType, Type, Variant,
};
use super::union;

/// How deep schemas may lead into one another before they are taken for anything.
const MAX_DEPTH: usize = 128;

/// The reference to the root of a document.
pub(super) const ROOT: &str = "#";

type Keywords = Map<String, Value>;

/// Reads the schemas of one document.
pub(super) struct Reader<'s> {
    root: &'s Value,
    direction: Direction,
}

impl<'s> Reader<'s> {
    pub(super) fn new(root: &'s Value, direction: Direction) -> Self {
        Self { root, direction }
    }

    /// The schema that a local name stands for.
    pub(super) fn target(&self, name: &str) -> Option<&'s Value> {
        match name {
            ROOT => Some(self.root),
            name => self.root.get("$defs")?.get(name),
        }
    }

    /// The type behind a local name.
    pub(super) fn named(&self, name: &str) -> Type {
        let Some(target) = self.target(name) else {
            return Type::Any;
        };
        self.read(target, &mut vec![name.to_owned()])
    }

    /// The type of a schema; `within` are the local names whose contents are being read in place,
    /// which are not read in place again.
    pub(super) fn read(&self, schema: &Value, within: &mut Vec<String>) -> Type {
        let keywords = match schema {
            Value::Bool(false) => return Type::Never,
            Value::Object(keywords) if within.len() < MAX_DEPTH => keywords,
            _ => return Type::Any,
        };
        let mut parts = Vec::new();
        if let Some(name) = reference(keywords) {
            parts.push(Type::Reference { name });
        }
        if let Some(own) = self.own(keywords, within) {
            parts.push(own);
        }
        for part in list(keywords, "allOf") {
            parts.push(self.read(part, within));
        }
        for keyword in ["oneOf", "anyOf"] {
            if let branches @ [_, ..] = list(keywords, keyword) {
                let variants = branches.iter().map(|branch| Variant {
                    ty: self.read(branch, within),
                    doc: doc(branch),
                });
                let variants = variants.collect();
                parts.push(union::of(self, variants));
            }
        }
        merge::all(self, parts, within)
    }

    /// The type that a schema's own keywords tell, beside references and unions.
    fn own(&self, keywords: &Keywords, within: &mut Vec<String>) -> Option<Type> {
        if let Some(value) = keywords.get("const") {
            return Some(literal(value));
        }
        if let Some(Value::Array(values)) = keywords.get("enum") {
            let variants = values.iter().map(|value| Variant {
                ty: literal(value),
                doc: None,
            });
            return Some(union::of(self, variants.collect()));
        }
        match keywords.get("type") {
            Some(Value::String(name)) => Some(self.typed(name, keywords, within)),
            Some(Value::Array(names)) => {
                let names = names.iter().filter_map(Value::as_str);
                let variants = names.map(|name| Variant {
                    ty: self.typed(name, keywords, within),
                    doc: None,
                });
                let variants = variants.collect();
                Some(union::of(self, variants))
            }
            _ if keywords.contains_key("properties") => {
                Some(self.typed("object", keywords, within))
            }
            _ => None,
        }
    }

    fn typed(&self, name: &str, keywords: &Keywords, within: &mut Vec<String>) -> Type {
        match name {
            "null" => Type::Null,
            "boolean" => Type::Boolean,
            "integer" => Type::Integer(number(keywords)),
            "number" => Type::Number(number(keywords)),
            "string" => string(keywords),
            "array" => self.array(keywords, within),
            "object" => self.object(keywords, within),
            _ => Type::Any,
        }
    }

    fn array(&self, keywords: &Keywords, within: &mut Vec<String>) -> Type {
        if let places @ [_, ..] = list(keywords, "prefixItems") {
            let items = places.iter().map(|place| self.read(place, within));
            return Type::Tuple {
                items: items.collect(),
            };
        }
        let items = keywords.get("items");
        Type::Array(ArrayType {
            items: Box::new(items.map_or(Type::Any, |items| self.read(items, within))),
            min_items: count(keywords, "minItems"),
            max_items: count(keywords, "maxItems"),
        })
    }

    fn object(&self, keywords: &Keywords, within: &mut Vec<String>) -> Type {
        let properties = keywords.get("properties").and_then(Value::as_object);
        let required = list(keywords, "required");
        let mut fields: Vec<Field> = Vec::new();
        for (name, schema) in properties.into_iter().flatten() {
            let default = match self.direction {
                Direction::Input => schema.get("default").cloned(),
                Direction::Output => None,
            };
            fields.push(Field {
                name: name.clone(),
                ty: self.read(schema, within),
                optional: !required.iter().any(|required| required == name),
                default,
                doc: doc(schema),
            });
        }
        let patterns = keywords.get("patternProperties").and_then(Value::as_object);
        let patterns = patterns.into_iter().flat_map(Map::values);
        // Beside flattened unions they are the unevaluated ones.
        let additional = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .filter_map(|keyword| keywords.get(*keyword))
            .filter(|schema| **schema != Value::Bool(false));
        let variants: Vec<Variant> = patterns
            .chain(additional)
            .map(|schema| Variant {
                ty: self.read(schema, within),
                doc: None,
            })
            .collect();
        let additional = (!variants.is_empty()).then(|| Box::new(union::of(self, variants)));
        match additional {
            Some(values) if fields.is_empty() => Type::Map { values },
            additional => Type::Object(ObjectType {
                closed: additional.is_none()
                    && ["additionalProperties", "unevaluatedProperties"]
                        .iter()
                        .any(|keyword| keywords.get(*keyword) == Some(&Value::Bool(false))),
                fields,
                additional,
            }),
        }
    }
}

/// The local name that a schema refers to.
fn reference(keywords: &Keywords) -> Option<String> {
    let reference = keywords.get("$ref")?.as_str()?;
    let Some(name) = reference.strip_prefix("#/$defs/") else {
        return Some(reference.to_owned());
    };
    let name = percent_decode_str(name).decode_utf8().ok()?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

fn list<'s>(keywords: &'s Keywords, keyword: &str) -> &'s [Value] {
    let list = keywords.get(keyword).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn count(keywords: &Keywords, keyword: &str) -> Option<u64> {
    keywords.get(keyword)?.as_u64()
}

/// What a schema tells to people.
pub(super) fn doc(schema: &Value) -> Option<String> {
    let text = schema.get("description")?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn literal(value: &Value) -> Type {
    match value {
        Value::Null => Type::Null,
        Value::Array(_) | Value::Object(_) => Type::Any,
        Value::String(text) => Type::Enum {
            values: vec![EnumValue {
                value: text.clone(),
                doc: None,
            }],
        },
        value => Type::Literal {
            value: value.clone(),
        },
    }
}

fn number(keywords: &Keywords) -> NumberType {
    let limit = |keyword: &str| keywords.get(keyword)?.as_number().cloned();
    let format = keywords.get("format").and_then(Value::as_str);
    NumberType {
        wide: format.is_some_and(|format| {
            let wide = ["int64", "uint64", "int", "uint", "int128", "uint128"];
            wide.contains(&format)
        }),
        format: format.map(str::to_owned),
        minimum: limit("minimum"),
        maximum: limit("maximum"),
        exclusive_minimum: limit("exclusiveMinimum"),
        exclusive_maximum: limit("exclusiveMaximum"),
        multiple_of: limit("multipleOf"),
    }
}

fn string(keywords: &Keywords) -> Type {
    let text = |keyword: &str| keywords.get(keyword)?.as_str().map(str::to_owned);
    let format = text("format");
    if format.as_deref() == Some("binary") {
        return Type::File;
    }
    Type::Text(StringType {
        format,
        min_length: count(keywords, "minLength"),
        max_length: count(keywords, "maxLength"),
        pattern: text("pattern"),
    })
}
