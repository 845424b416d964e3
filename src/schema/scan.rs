//! A scanner over JSON text.
//!
//! It gives the text's tokens with where they stand, checks the grammar of RFC 8259 on the way,
//! and keeps what is open on a stack of its own, so that no document is too deep for it.

use std::borrow::Cow;
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    OpenObject,
    OpenArray,
    CloseObject,
    CloseArray,
    /// A member's name, quotes included. Its colon is behind it.
    Key,
    /// A text, quotes included.
    Text,
    /// A number, `true`, `false` or `null`.
    Plain,
}

/// A token and its place in the text.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

/// The text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Invalid;

#[derive(Clone, Copy)]
enum Expected {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

/// The tokens of one JSON text. After an error or the end there is nothing more to ask for.
pub(super) struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    /// For each open bracket, whether it is an object's.
    open: Vec<bool>,
    expected: Expected,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            open: Vec::new(),
            expected: Expected::Value,
        }
    }

    /// The next token; nothing at the end of a whole document.
    pub(super) fn next(&mut self) -> Result<Option<Token>, Invalid> {
        loop {
            let byte = self.skip_space();
            let start = self.at;
            match (self.expected, byte) {
                (Expected::CommaOrEnd, None) if self.open.is_empty() => return Ok(None),
                (Expected::CommaOrEnd, Some(b',')) => {
                    self.at += 1;
                    self.expected = match self.open.last() {
                        Some(true) => Expected::Key,
                        Some(false) => Expected::Value,
                        None => return Err(Invalid),
                    };
                    continue;
                }
                (Expected::CommaOrEnd | Expected::KeyOrEnd, Some(b'}')) => {
                    return self.close(true, Kind::CloseObject).map(Some);
                }
                (Expected::CommaOrEnd | Expected::ValueOrEnd, Some(b']')) => {
                    return self.close(false, Kind::CloseArray).map(Some);
                }
                (Expected::Key | Expected::KeyOrEnd, Some(b'"')) => {
                    self.string()?;
                    let end = self.at;
                    if self.skip_space() != Some(b':') {
                        return Err(Invalid);
                    }
                    self.at += 1;
                    self.expected = Expected::Value;
                    return Ok(Some(Token {
                        kind: Kind::Key,
                        at: start..end,
                    }));
                }
                (Expected::Value | Expected::ValueOrEnd, Some(byte)) => {
                    return self.value(byte).map(Some);
                }
                _ => return Err(Invalid),
            }
        }
    }

    fn value(&mut self, byte: u8) -> Result<Token, Invalid> {
        let start = self.at;
        self.expected = Expected::CommaOrEnd;
        let kind = match byte {
            b'{' => {
                self.at += 1;
                self.open.push(true);
                self.expected = Expected::KeyOrEnd;
                Kind::OpenObject
            }
            b'[' => {
                self.at += 1;
                self.open.push(false);
                self.expected = Expected::ValueOrEnd;
                Kind::OpenArray
            }
            b'"' => {
                self.string()?;
                Kind::Text
            }
            b't' => self.literal(b"true")?,
            b'f' => self.literal(b"false")?,
            b'n' => self.literal(b"null")?,
            _ => self.number()?,
        };
        Ok(Token {
            kind,
            at: start..self.at,
        })
    }

    fn close(&mut self, object: bool, kind: Kind) -> Result<Token, Invalid> {
        if self.open.pop() != Some(object) {
            return Err(Invalid);
        }
        let start = self.at;
        self.at += 1;
        self.expected = Expected::CommaOrEnd;
        Ok(Token {
            kind,
            at: start..self.at,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) -> Option<u8> {
        while let Some(byte) = self.peek() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn string(&mut self) -> Result<(), Invalid> {
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | ..0x20));
            let plain = plain.ok_or(Invalid)?;
            self.at += plain + 1;
            match rest.get(plain) {
                Some(b'"') => return Ok(()),
                Some(b'\\') => self.escape()?,
                _ => return Err(Invalid),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Invalid> {
        let escape = self.text.get(self.at..).unwrap_or_default();
        self.at += match escape {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 1,
            [b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|d| d.is_ascii_hexdigit()) => 5,
            _ => return Err(Invalid),
        };
        Ok(())
    }

    fn literal(&mut self, literal: &[u8]) -> Result<Kind, Invalid> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if !rest.starts_with(literal) {
            return Err(Invalid);
        }
        self.at += literal.len();
        Ok(Kind::Plain)
    }

    fn number(&mut self) -> Result<Kind, Invalid> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Kind::Plain)
    }

    fn digits(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            Err(Invalid)
        } else {
            Ok(())
        }
    }
}

/// The text that a quoted JSON string stands for; nothing if it has a lone surrogate.
pub(super) fn decode(quoted: &str) -> Option<Cow<'_, str>> {
    if quoted.contains('\\') {
        serde_json::from_str(quoted).ok().map(Cow::Owned)
    } else {
        let text = quoted.strip_prefix('"')?.strip_suffix('"')?;
        Some(Cow::Borrowed(text))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::{Map, Value};

    use super::*;

    /// Any JSON value, with few names so that they meet.
    pub(in crate::schema) fn any_json() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e3..1e3).prop_map(Value::from),
            ".{0,4}".prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[a-cé\"\\\\]{0,2}", inner), 0..5)
                    .prop_map(|members| Value::from(Map::from_iter(members))),
            ]
        })
    }

    fn is_json(text: &str) -> bool {
        let mut scanner = Scanner::new(text);
        loop {
            match scanner.next() {
                Ok(Some(token)) => assert!(text.get(token.at).is_some()),
                Ok(None) => return true,
                Err(Invalid) => return false,
            }
        }
    }

    #[test]
    fn tokens_and_places() {
        let text = r#" {"a" : [1.5e-3, "x\"y"], "b":null} "#;
        let mut scanner = Scanner::new(text);
        let mut seen = Vec::new();
        while let Ok(Some(token)) = scanner.next() {
            seen.push((token.kind, &text[token.at]));
        }
        assert_eq!(
            seen,
            [
                (Kind::OpenObject, "{"),
                (Kind::Key, "\"a\""),
                (Kind::OpenArray, "["),
                (Kind::Plain, "1.5e-3"),
                (Kind::Text, r#""x\"y""#),
                (Kind::CloseArray, "]"),
                (Kind::Key, "\"b\""),
                (Kind::Plain, "null"),
                (Kind::CloseObject, "}"),
            ]
        );
    }

    #[test]
    fn no_json() {
        for text in [
            "",
            " ",
            "[",
            "]",
            "{]",
            "[}",
            "[,]",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{1:1}",
            "1 1",
            "01",
            "-",
            "+1",
            ".5",
            "1.",
            "1e",
            "nul",
            "truex",
            "'a'",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u12\"",
            "\"\u{1}\"",
            "\"\n\"",
            "\u{a0}1",
        ] {
            assert!(!is_json(text), "{text:?}");
            assert!(
                serde_json::from_str::<IgnoredAny>(text).is_err(),
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn takes_what_serde_json_takes(value in any_json()) {
            prop_assert!(is_json(&value.to_string()));
        }

        #[test]
        fn judges_as_serde_json_does(text in r#"[-{}\[\]",:0-2.eE+tnu\\ ]{0,12}|.{0,8}"#) {
            let theirs = serde_json::from_str::<IgnoredAny>(&text).is_ok();
            prop_assert_eq!(is_json(&text), theirs);
        }

        #[test]
        fn judges_damaged_documents_as_serde_json_does(
            value in any_json(),
            at in any::<prop::sample::Index>(),
            put in "[-{}\\[\\]\",:0.e\u{1} n]?",
        ) {
            let mut chars: Vec<String> = value.to_string().chars().map(String::from).collect();
            let at = at.index(chars.len());
            chars[at] = put;
            let text = chars.concat();
            let theirs = serde_json::from_str::<IgnoredAny>(&text).is_ok();
            prop_assert_eq!(is_json(&text), theirs);
        }
    }
}
