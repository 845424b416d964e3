//! Text as HTML inputs send it, read as what a schema types.

use serde_json::{Number, Value};

use super::node::Node;
use crate::schema::shape::Types;

/// The bounds within which a whole number may be written with a point or an exponent.
const MAX_EXACT: i64 = 1 << 53;

/// The value that a text stands for; the text itself where it stands for none.
pub(super) fn typed(node: &Node<'_>, text: String) -> Value {
    if let Some(value) = literal(node, &text) {
        return value;
    }
    let types = node.types;
    if types.has(Types::STRING) {
        return Value::String(completed(node, text));
    }
    if types.has(Types::INTEGER)
        && let Some(number) = integer(text.trim())
    {
        return Value::Number(number);
    }
    if types.has(Types::NUMBER)
        && let Some(number) = number(text.trim())
    {
        return Value::Number(number);
    }
    if types.has(Types::BOOLEAN)
        && let Some(boolean) = boolean(&text)
    {
        return Value::Bool(boolean);
    }
    Value::String(text)
}

/// The one of the listed values that is written like the text and is none, where the schema admits
/// no texts but listed ones.
fn literal(node: &Node<'_>, text: &str) -> Option<Value> {
    if node.types == Types::ANY {
        return None;
    }
    let mut found = None;
    for part in node.parts(None).iter() {
        let listed = part.get("enum").and_then(Value::as_array);
        let listed = listed.map_or(&[][..], Vec::as_slice);
        let listed: Vec<_> = listed.iter().chain(part.get("const")).collect();
        if listed.is_empty() && is_text(part) {
            return None;
        }
        for value in listed {
            let written = match value {
                Value::String(known) if known == text => return None,
                Value::Bool(value) => value.to_string(),
                Value::Number(value) => value.to_string(),
                _ => continue,
            };
            if written == text {
                found.get_or_insert(value);
            }
        }
    }
    found.cloned()
}

/// Whether a schema names text as a type.
fn is_text(part: &Value) -> bool {
    match part.get("type") {
        Some(Value::Array(names)) => names.iter().any(|name| name == "string"),
        name => name.is_some_and(|name| name == "string"),
    }
}

/// Completes what an input for a date and a time sends, where the schema wants nothing else: it
/// leaves out seconds that are zero, and has no zone. Where one is wanted it is UTC's.
fn completed(node: &Node<'_>, mut text: String) -> String {
    const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    const WITHOUT_SECONDS: usize = SHAPE.len() - 3;
    let alike = |(byte, shape): (u8, &u8)| match shape {
        b'd' => byte.is_ascii_digit(),
        _ => byte == *shape,
    };
    let is_local =
        [WITHOUT_SECONDS, SHAPE.len()].contains(&text.len()) && text.bytes().zip(SHAPE).all(alike);
    if !is_local {
        return text;
    }
    let parts = node.parts(None);
    let texts = parts.iter().filter(|part| is_text(part));
    let mut formats = texts.map(|part| part.get("format").and_then(Value::as_str));
    let Some(Some(format)) = formats.next() else {
        return text;
    };
    if !matches!(format, "partial-date-time" | "date-time") || formats.any(|f| f != Some(format)) {
        return text;
    }
    if text.len() == WITHOUT_SECONDS {
        text.push_str(":00");
    }
    if format == "date-time" {
        text.push('Z');
    }
    text
}

fn integer(text: &str) -> Option<Number> {
    let whole = text.parse::<i64>().map(Number::from);
    let whole = whole.or_else(|_| text.parse::<u64>().map(Number::from));
    whole.ok().or_else(|| integral(text).map(Number::from))
}

/// A whole number written with a point or an exponent: `20.0`, `1e3`.
fn integral(text: &str) -> Option<i64> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => (-1, mantissa),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    let zeros = i64::try_from(trailing).ok()? - i64::try_from(fraction.len()).ok()?;
    let zeros = u32::try_from(zeros + i64::from(exponent)).ok()?;
    let value = significant.parse::<i64>().ok()?;
    let value = value.checked_mul(10_i64.checked_pow(zeros)?)?;
    (value <= MAX_EXACT).then_some(sign * value)
}

fn number(text: &str) -> Option<Number> {
    // Whole numbers keep their precision; only the zero below zero is none.
    let whole = integer_digits(text).then(|| integer(text)).flatten();
    if let Some(whole) = whole
        && !(text.starts_with('-') && whole.as_i64() == Some(0))
    {
        return Some(whole);
    }
    // Not what Rust reads beside: `inf`, `nan`.
    let plain = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    if !text.bytes().all(plain) {
        return None;
    }
    Number::from_f64(text.parse().ok()?)
}

fn integer_digits(text: &str) -> bool {
    !text.contains(['.', 'e', 'E'])
}

/// What checkboxes and selects send.
fn boolean(text: &str) -> Option<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["on", "true", "1"]) {
        Some(true)
    } else if is(["off", "false", "0"]) {
        Some(false)
    } else {
        None
    }
}
