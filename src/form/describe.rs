//! A form's fields, read from the schema of its type (protocol section 5).

mod aliases;
mod choices;
mod label;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::aliases::aliases;
use self::choices::choices;
pub(crate) use self::label::humanise;
use self::label::unwrapped;
use super::order;
use super::schema::{Choice, FieldSchema, Widget};
use crate::schema::InputSchema;
use crate::schema::shape::{Member, Types, expand, members, types};

/// The keyword that tells the widget of a field.
const WIDGET: &str = "x-widget";

/// The fields of a form of this type, in the order of their declaration; of a type with flattened
/// fields, or a tagged enum, in the order of their names.
///
/// The fields of a nested struct stand in its place, under dotted names. Maps and lists of objects
/// are left out, which are for formsets, and so is what a type has of itself inside.
///
/// # Errors
///
/// With the name of a field whose `x-widget` is none.
pub(crate) fn describe<T: DeserializeOwned>(schema: &InputSchema) -> Result<Described, String> {
    let root = schema.schema();
    let mut description = Description {
        root,
        described: Described::default(),
        of: PhantomData::<fn() -> T>,
    };
    let whole = Object {
        path: Vec::new(),
        schema: root,
        required: true,
        initial: None,
        within: [vec!["#"], references(root, root)].concat(),
    };
    description.object(whole)?;
    description.described.aliases = aliases::<T>(root);
    Ok(description.described)
}

/// What a type says of its fields.
#[derive(Debug, Default)]
pub(crate) struct Described {
    pub(crate) fields: Vec<FieldSchema>,
    /// The paths of all members, in their order: of those, too, that are left out of the fields,
    /// and of what holds others before these.
    pub(crate) order: Vec<String>,
    /// The paths of names that the type reads and the schema does not know.
    pub(crate) aliases: Vec<String>,
}

struct Description<'s, T> {
    root: &'s Value,
    described: Described,
    of: PhantomData<fn() -> T>,
}

/// An object whose members are described.
struct Object<'s> {
    path: Vec<&'s str>,
    schema: &'s Value,
    required: bool,
    /// What it starts with, where its own member says.
    initial: Option<&'s Value>,
    /// The references that led here.
    within: Vec<&'s str>,
}

impl<T: DeserializeOwned> Description<'_, T> {
    fn object(&mut self, object: Object<'_>) -> Result<(), String> {
        let members = members(self.root, object.schema);
        let declared = order::fields::<T>(&object.path);
        let place = |name: &str| declared.iter().position(|known| *known == name);
        let mut ordered: Vec<_> = members.iter().collect();
        ordered.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        for (name, member) in ordered {
            self.member(&object, name, member)?;
        }
        Ok(())
    }

    fn member(&mut self, parent: &Object<'_>, name: &str, member: &Member) -> Result<(), String> {
        let root = self.root;
        let path = [&parent.path[..], &[name]].concat();
        self.described.order.push(path.join("."));
        let mut parts = Vec::new();
        expand(root, &member.schema, &mut parts);
        let chosen = chosen_widget(&parts, &path)?;
        let types = types(root, &member.schema);
        let initial = parent.initial.and_then(|initial| initial.get(name));
        let initial = initial.or_else(|| member.schema.get("default"));
        let required = parent.required
            && member.required
            && (types == Types::ANY || !types.has(Types::NULL))
            && member.schema.get("default").is_none();

        let items = parts.iter().find_map(|part| part.get("items"));
        if only(types, Types::OBJECT) {
            let references = references(root, &member.schema);
            let again = references.iter().any(|name| parent.within.contains(name));
            if again {
                return Ok(());
            }
            return self.object(Object {
                path,
                schema: &member.schema,
                required,
                initial,
                within: [&parent.within[..], &references].concat(),
            });
        }
        let is_list = only(types, Types::ARRAY);
        if is_list && items.is_some_and(|items| only(self::types(root, items), Types::OBJECT)) {
            return Ok(());
        }
        let chosen_from = if is_list { items } else { Some(&member.schema) };
        let choices = chosen_from.and_then(|schema| choices(root, schema));
        let choices = choices.map(|choices| in_order::<T>(&path, choices));
        let widget = match (&choices, is_list) {
            (Some(_), true) => Widget::SelectMultiple,
            (Some(_), false) => Widget::Select,
            (None, _) => input(root, &parts, types, items),
        };
        let widget = chosen.unwrap_or(widget);
        let limit = |of_text: &str, of_list: &str| {
            let keyword = if is_list { of_list } else { of_text };
            let limits = parts.iter().filter_map(|part| part.get(keyword));
            limits.filter_map(Value::as_u64).next()
        };
        let own = |keyword: &str| member.schema.get(keyword).and_then(Value::as_str);
        self.described.fields.push(FieldSchema {
            label: own("title").map_or_else(|| humanise(name), str::to_owned),
            kind: widget.input_type().into(),
            widget,
            // An unchecked checkbox is not sent.
            required: required && !only(types, Types::BOOLEAN),
            disabled: false,
            help_text: own("description").map(unwrapped).unwrap_or_default(),
            initial: initial.cloned().unwrap_or_default(),
            max_length: limit("maxLength", "maxItems"),
            min_length: limit("minLength", "minItems"),
            choices,
            list: is_list,
            secret: format(&parts) == Some("password")
                || items.is_some_and(|items| item_format(root, items) == Some("password")),
            name: path.join("."),
        });
        Ok(())
    }
}

/// The widget that `x-widget` tells.
fn chosen_widget(parts: &[&Value], path: &[&str]) -> Result<Option<Widget>, String> {
    let Some(told) = parts.iter().find_map(|part| part.get(WIDGET)) else {
        return Ok(None);
    };
    let widget = Widget::deserialize(told).map(Some);
    widget.map_err(|_| {
        format!(
            "{WIDGET} of the field `{}` is no widget: {told}",
            path.join(".")
        )
    })
}

/// What a value that is not chosen from a list is put into.
fn input(root: &Value, parts: &[&Value], types: Types, items: Option<&Value>) -> Widget {
    if only(types, Types::BOOLEAN) {
        return Widget::CheckboxInput;
    }
    let numbers = Types::INTEGER.or(Types::NUMBER);
    if [Types::INTEGER, Types::NUMBER, numbers]
        .into_iter()
        .any(|number| only(types, number))
    {
        return Widget::NumberInput;
    }
    if only(types, Types::ARRAY) {
        return match items.and_then(|items| item_format(root, items)) {
            Some("binary") => Widget::FileInput,
            _ => Widget::TextInput,
        };
    }
    if !only(types, Types::STRING) {
        return Widget::TextInput;
    }
    match format(parts) {
        Some("email") => Widget::EmailInput,
        Some("uri") => Widget::UrlInput,
        Some("date") => Widget::DateInput,
        Some("date-time" | "partial-date-time") => Widget::DateTimeInput,
        Some("password") => Widget::PasswordInput,
        Some("binary") => Widget::FileInput,
        _ => Widget::TextInput,
    }
}

fn format<'s>(parts: &[&'s Value]) -> Option<&'s str> {
    let mut formats = parts.iter().filter_map(|part| part.get("format"));
    formats.find_map(Value::as_str)
}

fn item_format<'s>(root: &'s Value, items: &'s Value) -> Option<&'s str> {
    let mut parts = Vec::new();
    expand(root, items, &mut parts);
    format(&parts)
}

/// Puts choices in the order of their variants.
fn in_order<T: DeserializeOwned>(path: &[&str], mut choices: Vec<Choice>) -> Vec<Choice> {
    let variants = order::variants::<T>(path);
    let place = |choice: &Choice| variants.iter().position(|known| choice.value == **known);
    choices.sort_by_key(|choice| place(choice).unwrap_or(usize::MAX));
    choices
}

/// Whether values are of these types, or `null`, and of no other.
fn only(types: Types, wanted: Types) -> bool {
    types != Types::NULL && types.or(Types::NULL) == wanted.or(Types::NULL)
}

/// The references that a schema leads through to its value.
fn references<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s str> {
    let mut parts = Vec::new();
    expand(root, schema, &mut parts);
    let references = parts.iter().filter_map(|part| part.get("$ref"));
    references.filter_map(Value::as_str).collect()
}
