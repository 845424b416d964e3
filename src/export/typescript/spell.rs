//! Names, values and types as TypeScript spells them.

use serde_json::Value;

use super::layout::doc;
use crate::export::names::is_identifier;
use crate::export::representation::{ObjectType, Type, Usage};

/// The greatest length of a list that is spelled out place by place.
const MAX_PLACES: u64 = 16;

/// A text between single quotes.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for letter in text.chars() {
        match letter {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('\'');
    quoted
}

/// The name of a member of a type.
pub(crate) fn member(name: &str) -> String {
    match is_identifier(name) {
        true => name.to_owned(),
        false => quote(name),
    }
}

/// The name of a member of a value.
pub(crate) fn key(name: &str) -> String {
    match name {
        // Otherwise it would set the prototype.
        "__proto__" => "['__proto__']".to_owned(),
        name => member(name),
    }
}

/// A JSON value, in lines that are indented by this much.
pub(crate) fn value(json: &Value, indent: usize) -> String {
    let inner = " ".repeat(indent + 2);
    let end = " ".repeat(indent);
    match json {
        Value::String(text) => quote(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items)
            if items
                .iter()
                .all(|item| !item.is_array() && !item.is_object()) =>
        {
            let items: Vec<String> = items.iter().map(|item| value(item, indent)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Array(items) => {
            let items = items.iter();
            let items = items.map(|item| format!("{inner}{},\n", value(item, indent + 2)));
            format!("[\n{}{end}]", items.collect::<String>())
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| {
                format!("{inner}{}: {},\n", key(name), value(member, indent + 2))
            });
            format!("{{\n{}{end}}}", members.collect::<String>())
        }
        plain => plain.to_string(),
    }
}

/// A list of texts.
pub(crate) fn texts(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A type, in lines that are indented by this much.
pub(crate) fn ty(of: &Type, usage: Usage, indent: usize) -> String {
    match of {
        Type::Any => "unknown".to_owned(),
        Type::Never => "never".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer(_) | Type::Number(_) => "number".to_owned(),
        Type::Text(_) => "string".to_owned(),
        Type::File => "Blob".to_owned(),
        Type::Literal { value: literal } => value(literal, indent),
        Type::Enum { values } => {
            let values: Vec<String> = values.iter().map(|value| quote(&value.value)).collect();
            values.join(" | ")
        }
        Type::Array(array) => match (array.min_items, array.max_items) {
            (Some(least), Some(most)) if least == most && most <= MAX_PLACES => {
                let item = ty(&array.items, usage, indent);
                let items: Vec<&str> = (0..most).map(|_| &*item).collect();
                format!("[{}]", items.join(", "))
            }
            _ => format!("{}[]", operand(&array.items, usage, indent)),
        },
        Type::Tuple { items } => {
            let items: Vec<String> = items.iter().map(|item| ty(item, usage, indent)).collect();
            format!("[{}]", items.join(", "))
        }
        Type::Map { values } => format!("{{ [key: string]: {} }}", ty(values, usage, indent)),
        Type::Object(object) if object.fields.is_empty() && object.additional.is_none() => {
            "Record<never, never>".to_owned()
        }
        Type::Object(object) => {
            let end = " ".repeat(indent);
            format!("{{\n{}{end}}}", members(object, usage, indent + 2))
        }
        Type::Union(union) => {
            let variants = union.variants.iter();
            let variants: Vec<String> = variants
                .map(|v| alternative(&v.ty, usage, indent))
                .collect();
            variants.join(" | ")
        }
        Type::Intersection { parts } => {
            let parts = parts.iter().map(|part| operand(part, usage, indent));
            parts.collect::<Vec<_>>().join(" & ")
        }
        Type::Nullable { inner } => format!("{} | null", ty(inner, usage, indent)),
        Type::Reference { name } => name.clone(),
    }
}

/// A type as one of several.
pub(crate) fn alternative(of: &Type, usage: Usage, indent: usize) -> String {
    match of {
        Type::Union(_) => operand(of, usage, indent),
        of => ty(of, usage, indent),
    }
}

/// A type that something binds to.
fn operand(of: &Type, usage: Usage, indent: usize) -> String {
    let spelled = ty(of, usage, indent);
    let several = match of {
        Type::Enum { values } => values.len() > 1,
        Type::Union(_) | Type::Nullable { .. } | Type::Intersection { .. } => true,
        _ => false,
    };
    match several {
        true => format!("({spelled})"),
        false => spelled,
    }
}

/// The members of an object, a line each.
pub(crate) fn members(object: &ObjectType, usage: Usage, indent: usize) -> String {
    let space = " ".repeat(indent);
    let mut lines = String::new();
    let mut all: Vec<String> = Vec::new();
    for field in &object.fields {
        let mut spelled = ty(&field.ty, usage, indent);
        let optional = if field.optional { "?" } else { "" };
        if field.optional && usage.input {
            // JSON leaves out what is undefined, so that callers may pass on what they do not have.
            spelled.push_str(" | undefined");
        }
        lines.push_str(&doc(field.doc.as_deref(), indent));
        let name = member(&field.name);
        lines.push_str(&format!("{space}{name}{optional}: {spelled};\n"));
        if field.optional && !usage.input {
            spelled.push_str(" | undefined");
        }
        if !all.contains(&spelled) {
            all.push(spelled);
        }
    }
    if let Some(additional) = &object.additional {
        // The signature has to hold of the declared members, too.
        let spelled = match ty(additional, usage, indent) {
            spelled if spelled == "unknown" => spelled,
            spelled => {
                all.retain(|known| *known != spelled);
                all.insert(0, spelled);
                all.join(" | ")
            }
        };
        lines.push_str(&format!("{space}[key: string]: {spelled};\n"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_and_names() {
        assert_eq!(quote("it's\\\n\u{2028}\u{1}ü"), r"'it\'s\\\n\u2028\u0001ü'");
        assert_eq!((&*member("a_b"), &*member("a-b")), ("a_b", "'a-b'"));
        assert_eq!(
            (&*key("__proto__"), &*key("class")),
            ("['__proto__']", "class")
        );
    }

    #[test]
    fn values() {
        let json = json!({"a": [1, "b", null], "c-d": {}, "e": [{"f": true}], "g": []});
        assert_eq!(
            value(&json, 0),
            "{\n  a: [1, 'b', null],\n  'c-d': {},\n  e: [\n    {\n      f: true,\n    },\n  ],\n  \
             g: [],\n}"
        );
    }

    #[test]
    fn what_binds_stands_in_brackets() {
        let list = |items: Type| {
            ty(
                &Type::Array(crate::export::representation::ArrayType {
                    items: Box::new(items),
                    min_items: None,
                    max_items: None,
                }),
                Usage::default(),
                0,
            )
        };
        assert_eq!(list(Type::Boolean), "boolean[]");
        assert_eq!(list(Type::Boolean.or_null()), "(boolean | null)[]");
        assert_eq!(
            list(Type::Intersection {
                parts: vec![Type::Boolean.or_null(), Type::Null]
            }),
            "((boolean | null) & null)[]"
        );
    }

    #[test]
    fn a_signature_holds_of_the_declared_members() {
        use crate::export::representation::Field;

        let mut object = ObjectType::of(vec![Field::required("a", Type::Boolean)]);
        object.additional = Some(Box::new(Type::Null));
        assert_eq!(
            members(&object, Usage::default(), 0),
            "a: boolean;\n[key: string]: null | boolean;\n"
        );
    }
}
