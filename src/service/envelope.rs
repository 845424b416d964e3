//! The envelope of a call: `{"fn": …, "args": …}` (protocol section 1).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Error, Result};

const HEAD: &[u8] = b"{\"fn\":\"";
const MIDDLE: &[u8] = b"\",\"args\":";

pub(crate) fn not_utf8() -> Error {
    Error::bad_request("The body is not UTF-8")
}

/// The name and where the arguments stand, if the body is written the way that clients write it.
///
/// What is between the arguments' first brace and the last byte of the body is taken on trust: the
/// one who reads the arguments finds out whether they are one whole JSON object, and falls back on
/// [`read`] where they are not.
#[inline]
pub(crate) fn skim(body: &[u8]) -> Option<(&str, Range<usize>)> {
    let rest = body.strip_prefix(HEAD)?;
    let length = rest.iter().position(|byte| !is_name_byte(*byte))?;
    let (name, rest) = rest.split_at_checked(length)?;
    let name = std::str::from_utf8(name).ok()?;
    let args = rest.strip_prefix(MIDDLE)?;
    if name.is_empty() || !args.starts_with(b"{") || !args.ends_with(b"}}") {
        return None;
    }
    Some((name, body.len() - args.len()..body.len() - 1))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// The name and where the arguments stand (an empty range where there are none), of any body.
///
/// # Errors
/// `BAD_REQUEST` for whatever is no envelope.
pub(crate) fn read(body: &[u8]) -> Result<(Cow<'_, str>, Range<usize>)> {
    if body.is_empty() {
        return Err(Error::bad_request("The body is empty"));
    }
    let text = std::str::from_utf8(body).map_err(|_| not_utf8())?;
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(explain)?;
    let range = envelope.args.map_or(0..0, |args| {
        let start = (args.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        start..start + args.len()
    });
    Ok((envelope.function, range))
}

fn explain(error: serde_json::Error) -> Error {
    match error.classify() {
        serde_json::error::Category::Data => {
            let text = error.to_string();
            let message = text.split(" at line ").next().unwrap_or_default();
            Error::bad_request(message.to_owned())
        }
        _ => Error::bad_request("The body is not valid JSON"),
    }
}

#[derive(Debug)]
struct Envelope<'a> {
    function: Cow<'a, str>,
    args: Option<&'a str>,
}

impl<'de> de::Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the member `fn`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut function: Option<Cow<'de, str>> = None;
        let mut args: Option<&'de str> = None;
        while let Some(member) = map.next_key::<Text<'de>>()? {
            match &*member.0 {
                "fn" if function.is_some() => return Err(repeated("fn")),
                "fn" => function = Some(map.next_value::<Text<'de>>()?.0),
                "args" if args.is_some() => return Err(repeated("args")),
                "args" => args = Some(map.next_value::<&RawValue>()?.get()),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let function = function
            .filter(|name| !name.is_empty())
            .ok_or_else(|| de::Error::custom("`fn` is missing"))?;
        let args = match args {
            None | Some("null") => None,
            Some(text) if text.starts_with('{') => Some(text),
            Some(_) => return Err(de::Error::custom("`args` must be an object or null")),
        };
        Ok(Envelope { function, args })
    }
}

fn repeated<E: de::Error>(member: &str) -> E {
    E::custom(format_args!("`{member}` is given more than once"))
}

/// A string, borrowed where it has no escapes.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> de::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(body: &str, range: Range<usize>) -> &str {
        body.get(range).unwrap()
    }

    #[test]
    fn the_usual_form_is_skimmed() {
        let body = r#"{"fn":"echo","args":{"text":"hi"}}"#;
        let (name, range) = skim(body.as_bytes()).unwrap();
        assert_eq!((name, args(body, range)), ("echo", r#"{"text":"hi"}"#));
    }

    #[test]
    fn skimming_and_reading_agree_where_both_take_it() {
        for body in [
            r#"{"fn":"a","args":{}}"#,
            r#"{"fn":"a.b-c_9","args":{"x":{"y":[1]}}}"#,
        ] {
            let (name, range) = skim(body.as_bytes()).unwrap();
            assert_eq!(read(body.as_bytes()).unwrap(), (Cow::Borrowed(name), range));
        }
    }

    #[test]
    fn any_order_and_unknown_members_are_read() {
        for (body, expected) in [
            (
                r#" { "args" : {"a": 1} , "x": [1,{}], "fn": "f" } "#,
                r#"{"a": 1}"#,
            ),
            (r#"{"fn":"f"}"#, ""),
            (r#"{"fn":"f","args":null}"#, ""),
            (r#"{"f\u006e":"f","args":{"a":1},"z":1}"#, r#"{"a":1}"#),
        ] {
            let (name, range) = read(body.as_bytes()).unwrap();
            assert_eq!((&*name, args(body, range)), ("f", expected), "{body}");
        }
    }

    #[test]
    fn whatever_else_is_a_bad_request() {
        let deep = format!("{{\"fn\":\"f\",\"args\":{}", "[".repeat(100_000));
        for body in [
            "",
            " ",
            "{nope",
            "null",
            "[]",
            "5",
            "\"fn\"",
            "{}",
            r#"{"args":{}}"#,
            r#"{"fn":""}"#,
            r#"{"fn":null}"#,
            r#"{"fn":5}"#,
            r#"{"fn":["f"]}"#,
            r#"{"fn":"f","args":[1]}"#,
            r#"{"fn":"f","args":5}"#,
            r#"{"fn":"f","args":"x"}"#,
            r#"{"fn":"f","fn":"f"}"#,
            r#"{"fn":"f","args":{},"args":{}}"#,
            r#"{"fn":"f","args":{},"args":null}"#,
            r#"{"fn":"f","args":{}} x"#,
            r#"{"fn":"f","args":{}}{}"#,
            r#"{"fn":"f","args":{"a":}}"#,
            deep.as_str(),
        ] {
            let error = read(body.as_bytes()).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), crate::Code::BadRequest, "{body:.60}");
        }
        let latin = b"{\"fn\":\"f\",\"x\":\"\xe9\"}";
        assert_eq!(read(latin).unwrap_err().message(), "The body is not UTF-8");
    }
}
