//! The validator of an input that was refused.
//!
//! serde refuses some of what JSON Schema admits: `5.0` for an integer, or an integer that its
//! type cannot hold. And it admits what a schema made from a type may not: a set with a value
//! twice. The schema is put right on both before it is compiled, so that it says of every field
//! what serde says of the first.

use jsonschema::{Draft, Keyword, ValidationError, Validator};
use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Number, Value};

/// The keyword that carries a number's format.
const LIMITS: &str = "mizanLimits";

/// Formats of text which types that have them check too.
const TEXT_FORMATS: [&str; 5] = ["date", "date-time", "ipv4", "ipv6", "uuid"];

/// The keyword for a text that is an e-mail address, judged by the rule that garde has for it.
#[cfg(feature = "forms")]
const EMAIL: &str = "mizanEmail";

/// Compiles a root schema.
///
/// # Errors
/// What is wrong with one that is none, such as a pattern that is no regular expression.
pub(super) fn compile(schema: &Value) -> Result<Validator, String> {
    let mut schema = Schema::try_from(schema.clone()).map_err(|error| error.to_string())?;
    AsSerde.transform(&mut schema);
    let options = jsonschema::options();
    #[cfg(feature = "forms")]
    let options = options.with_keyword(EMAIL, |_, _, _| Ok(Box::new(Email)));
    options
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_keyword(LIMITS, |_, format, _| {
            let limits = format.as_str().and_then(Limits::of_format);
            limits
                .map(|limits| Box::new(limits) as Box<dyn for<'i> Keyword<'i>>)
                .ok_or_else(|| ValidationError::custom("not a number's format"))
        })
        .build(schema.as_value())
        .map_err(|error| format!("{error}, at {}", error.instance_path()))
}

/// Makes a schema say what serde says.
struct AsSerde;

impl Transform for AsSerde {
    fn transform(&mut self, schema: &mut Schema) {
        schema.remove("uniqueItems");
        let format = schema.get("format").and_then(Value::as_str);
        if !format.is_some_and(|format| TEXT_FORMATS.contains(&format)) {
            let keyword = format.and_then(keyword_of);
            let format = schema.remove("format");
            if let (Some(keyword), Some(format)) = (keyword, format) {
                schema.insert(keyword.to_owned(), format);
            }
        }
        transform_subschemas(self, schema);
    }
}

/// The keyword that stands for a format here.
fn keyword_of(format: &str) -> Option<&'static str> {
    match format {
        #[cfg(feature = "forms")]
        "email" => Some(EMAIL),
        format => Limits::of_format(format).map(|_| LIMITS),
    }
}

/// Whether a schema asks for more than its types do: for lengths, ranges, forms of text. The range
/// that a number's own type has does not count, since serde holds to it.
pub(super) fn constrains(schema: &Value) -> bool {
    const ASKED: [&str; 13] = [
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "contains",
        "minProperties",
        "maxProperties",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ];
    let Value::Object(members) = schema else {
        return schema
            .as_array()
            .is_some_and(|parts| parts.iter().any(constrains));
    };
    let format = members.get("format").and_then(Value::as_str);
    let asked = |keyword: &str, limit: &Value| match keyword {
        "minimum" | "maximum" => {
            let own = format.and_then(Limits::of_format);
            !own.is_some_and(|own| own.is_end(keyword, limit))
        }
        keyword => ASKED.contains(&keyword),
    };
    let email = cfg!(feature = "forms") && format == Some("email");
    email
        || members
            .iter()
            .any(|(keyword, value)| match keyword.as_str() {
                // Names are the members' here, not keywords.
                "properties" | "$defs" => value
                    .as_object()
                    .is_some_and(|named| named.values().any(constrains)),
                "default" | "examples" => false,
                // Texts are the variants of an enum, to which serde holds.
                "const" | "enum" => lists_others(value),
                keyword => asked(keyword, value) || constrains(value),
            })
}

/// Whether there is something else than texts among the values that are listed.
fn lists_others(listed: &Value) -> bool {
    match listed {
        Value::Array(values) => values.iter().any(lists_others),
        value => !value.is_string() && !value.is_null(),
    }
}

#[cfg(feature = "forms")]
struct Email;

#[cfg(feature = "forms")]
impl<'i> Keyword<'i> for Email {
    fn validate(&self, value: &'i Value) -> Result<(), ValidationError<'i>> {
        match self.is_valid(value) {
            true => Ok(()),
            false => Err(ValidationError::custom("Must be a valid e-mail address")),
        }
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        let text = value.as_str();
        text.is_none_or(|text| garde::rules::email::parse_email(text).is_ok())
    }
}

/// What a number's type can hold.
enum Limits {
    Integer {
        min: i128,
        max: i128,
    },
    /// A 128-bit integer, whose digits are lost once it is a JSON value.
    Wide,
    Single,
}

impl Limits {
    fn of_format(format: &str) -> Option<Self> {
        fn integer<T: Into<i128>>(min: T, max: T) -> Option<Limits> {
            let (min, max) = (min.into(), max.into());
            Some(Limits::Integer { min, max })
        }
        match format {
            "int8" => integer(i8::MIN, i8::MAX),
            "int16" => integer(i16::MIN, i16::MAX),
            "int32" => integer(i32::MIN, i32::MAX),
            "int64" | "int" => integer(i64::MIN, i64::MAX),
            "uint8" => integer(u8::MIN, u8::MAX),
            "uint16" => integer(u16::MIN, u16::MAX),
            "uint32" => integer(u32::MIN, u32::MAX),
            "uint64" | "uint" => integer(u64::MIN, u64::MAX),
            "int128" | "uint128" => Some(Self::Wide),
            "float" => Some(Self::Single),
            _ => None,
        }
    }

    /// Whether a limit says no more than the type does.
    fn is_end(&self, keyword: &str, limit: &Value) -> bool {
        let limit = limit
            .as_i64()
            .map(i128::from)
            .or_else(|| limit.as_u64().map(i128::from));
        match self {
            Self::Integer { min, .. } if keyword == "minimum" => limit == Some(*min),
            Self::Integer { max, .. } => limit == Some(*max),
            Self::Wide => limit == Some(0),
            Self::Single => false,
        }
    }

    fn admit(&self, number: &Number) -> bool {
        let whole = number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from));
        let float = number.as_f64().unwrap_or(f64::INFINITY);
        match self {
            Self::Integer { min, max } => whole.is_some_and(|n| (*min..=*max).contains(&n)),
            Self::Wide => whole.is_some() || float.abs() >= i64::MAX as f64,
            Self::Single => (float as f32).is_finite(),
        }
    }

    fn message(&self, number: &Number) -> String {
        let small = number
            .as_f64()
            .is_some_and(|float| float.abs() < i64::MAX as f64);
        match self {
            Self::Single => "Number out of range".to_owned(),
            Self::Integer { min, max } if !number.is_f64() || !small => {
                format!("Must be a whole number from {min} to {max}")
            }
            _ => "Must be a whole number".to_owned(),
        }
    }
}

// Other values than numbers are for the type beside the format to judge.
impl<'i> Keyword<'i> for Limits {
    fn validate(&self, value: &'i Value) -> Result<(), ValidationError<'i>> {
        match value {
            Value::Number(number) if !self.admit(number) => {
                Err(ValidationError::custom(self.message(number)))
            }
            _ => Ok(()),
        }
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        match value {
            Value::Number(number) => self.admit(number),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::schema::input::InputSchema;

    fn admits<T: schemars::JsonSchema>(value: Value) -> bool {
        let validator = compile(InputSchema::of::<T>().schema()).expect("a schema");
        validator.is_valid(&value)
    }

    #[test]
    fn numbers_as_their_types_hold_them() {
        assert!(admits::<i64>(json!(i64::MIN)) && admits::<u64>(json!(u64::MAX)));
        assert!(!admits::<i64>(json!(i64::MAX as u64 + 1)));
        assert!(!admits::<u64>(json!(-1)) && !admits::<usize>(json!(-1)));
        assert!(!admits::<i64>(json!(5.0)) && !admits::<i128>(json!(5.0)));
        assert!(!admits::<u64>(json!(18446744073709551616.0)));
        assert!(admits::<u128>(json!(18446744073709551616.0)));
        assert!(admits::<u8>(json!(255)) && !admits::<u8>(json!(256)));
        assert!(!admits::<i32>(json!(1_u64 << 31)) && !admits::<u32>(json!(1_u64 << 32)));
        assert!(admits::<Option<i8>>(json!(null)) && !admits::<Option<i8>>(json!(128)));
        assert!(admits::<f32>(json!(3e38)) && !admits::<f32>(json!(1e39)));
        assert!(admits::<f64>(json!(5)) && !admits::<i64>(json!("5")));
    }

    #[test]
    fn what_asks_for_more_than_a_type() {
        for (schema, asks) in [
            (json!({"type": "string", "enum": ["a", "b"]}), false),
            (
                json!({"oneOf": [{"const": "a"}, {"enum": ["b", null]}]}),
                false,
            ),
            (json!({"type": "integer", "const": 7}), true),
            (json!({"properties": {"a": {"enum": [1, "x"]}}}), true),
            (
                json!({"properties": {"enum": true, "const": {"default": 7}}}),
                false,
            ),
        ] {
            assert_eq!(constrains(&schema), asks, "{schema}");
        }
    }

    #[test]
    fn sets_and_formats() {
        assert!(admits::<BTreeSet<u8>>(json!([1, 1])));
        assert!(!admits::<BTreeSet<u8>>(json!([1, 300])));
        assert!(!admits::<std::net::Ipv4Addr>(json!("1.2.3")));
        assert!(admits::<std::net::IpAddr>(json!("any")));
    }

    #[test]
    fn members_of_the_names_of_keywords_stay() {
        #[derive(schemars::JsonSchema)]
        #[expect(dead_code, reason = "only its schema counts")]
        struct Odd {
            format: i64,
            #[serde(rename = "uniqueItems")]
            unique: bool,
        }
        assert!(admits::<Odd>(json!({"format": 1, "uniqueItems": true})));
        assert!(!admits::<Odd>(json!({"format": 1.0, "uniqueItems": true})));
        assert!(!admits::<Odd>(json!({"format": 1})));
    }
}
