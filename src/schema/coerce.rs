//! A query read by the schema of the input.
//!
//! It knows the type of every parameter beforehand, so that it finds all that is wrong, and it
//! reads what serde alone cannot (`#[serde(flatten)]`). The plain way is quicker: take this one
//! where that fails.

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use super::fields::Fields;
use super::findings::Findings;
use super::input::InputSchema;
use super::query::{Query, is_integer, number};
use super::read::{Note, join};
use super::report::refusal;
use super::shape::{Types, expand, types};

impl InputSchema {
    /// Reads a `T` from the parameters that its schema declares; others are ignored.
    pub(crate) fn coerce_query<T: DeserializeOwned>(&self, query: &Query<'_>) -> Result<T, Fields> {
        let (value, notes) = self.coerce(query);
        match refusal::<T, _>(&value) {
            Ok(input) if notes.is_empty() => {
                let findings = match self.is_constrained() {
                    true => self.judge(&value, notes),
                    false => Findings::default(),
                };
                match findings.is_empty() {
                    true => Ok(input),
                    false => Err(findings.into_fields()),
                }
            }
            input => Err(self.judge(&value, notes).finish(input.err()).into_fields()),
        }
    }

    /// The parameters as a JSON object, and what is wrong with their spelling.
    fn coerce(&self, query: &Query<'_>) -> (Value, Vec<Note>) {
        let mut object = Map::new();
        let mut notes = Vec::new();
        for property in self.properties() {
            let texts: Vec<&str> = query.all(&property.name).collect();
            if texts.is_empty() {
                continue;
            }
            let mut coercion = Coercion {
                root: self.schema(),
                notes: &mut notes,
            };
            let value = coercion.value(&property.name, &property.schema, &texts);
            object.insert(property.name.clone(), value);
        }
        (Value::Object(object), notes)
    }
}

struct Coercion<'a> {
    root: &'a Value,
    notes: &'a mut Vec<Note>,
}

impl Coercion<'_> {
    fn wrong(&mut self, path: &str, message: &'static str) -> Value {
        self.notes.push(Note {
            path: path.to_owned(),
            message,
            unreadable: true,
        });
        Value::Null
    }

    /// What is given under one name, which is something.
    fn value(&mut self, path: &str, schema: &Value, texts: &[&str]) -> Value {
        let types = types(self.root, schema);
        match texts {
            [text] if types == Types::ANY || !types.has(Types::ARRAY) => {
                self.scalar(path, types, text)
            }
            _ if types.has(Types::ARRAY) => self.list(path, schema, texts),
            _ => self.wrong(path, "Given more than once"),
        }
    }

    fn list(&mut self, path: &str, schema: &Value, texts: &[&str]) -> Value {
        let mut schemas = Vec::new();
        expand(self.root, schema, &mut schemas);
        let items = texts.iter().enumerate().map(|(index, text)| {
            let item = schemas.iter().find_map(|schema| {
                let first = schema.get("prefixItems").and_then(Value::as_array);
                let first = first.and_then(|first| first.get(index));
                first.or_else(|| schema.get("items"))
            });
            let types = item.map_or(Types::ANY, |item| types(self.root, item));
            self.scalar(&join(path, &index.to_string()), types, text)
        });
        items.collect()
    }

    /// One text, by the one spelling that each type has.
    fn scalar(&mut self, path: &str, types: Types, text: &str) -> Value {
        if types == Types::ANY {
            return Value::from(text);
        }
        if types.has(Types::INTEGER) && is_integer(text) {
            let whole = text.parse::<i64>().map(Number::from);
            let whole = whole.or_else(|_| text.parse::<u64>().map(Number::from));
            match whole {
                Ok(whole) => return Value::Number(whole),
                Err(_) if types.has(Types::NUMBER) || types.has(Types::STRING) => {}
                Err(_) => return self.wrong(path, "Number out of range"),
            }
        }
        if types.has(Types::NUMBER)
            && let Some(number) = number(text)
        {
            return Value::from(number);
        }
        if types.has(Types::BOOLEAN) && matches!(text, "true" | "false") {
            return Value::from(text == "true");
        }
        if types.has(Types::STRING) {
            return Value::from(text);
        }
        let message = if types.has(Types::NUMBER) {
            "Must be a number"
        } else if types.has(Types::INTEGER) {
            "Must be a whole number"
        } else if types.has(Types::BOOLEAN) {
            "Must be true or false"
        } else {
            "Cannot be given in a query"
        };
        self.wrong(path, message)
    }
}
