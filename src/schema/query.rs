//! The parameters in a query, and how scalars are spelled there (protocol, section 2).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The decoded pairs of a form-urlencoded query, in order.
#[derive(Debug)]
pub(crate) struct Query<'q> {
    pairs: Vec<(Cow<'q, str>, Cow<'q, str>)>,
}

/// A name or a value in a query is no UTF-8 once it is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotUtf8;

impl<'q> Query<'q> {
    /// Splits and decodes a query, given without its `?`. A `%` that begins no escape stands for
    /// itself, and empty pieces are skipped.
    pub(crate) fn parse(query: &'q str) -> Result<Self, NotUtf8> {
        let mut pairs = Vec::new();
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            pairs.push((decode(name)?, decode(value)?));
        }
        Ok(Self { pairs })
    }

    /// The query with one more pair, which is given decoded.
    #[cfg(test)]
    pub(super) fn with(mut self, name: &'q str, value: &'q str) -> Self {
        self.pairs.push((Cow::Borrowed(name), Cow::Borrowed(value)));
        self
    }

    /// The pairs themselves.
    #[cfg(feature = "forms")]
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        let pairs = self.pairs.into_iter();
        pairs
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }

    /// The values that stand under `name`, in order.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| &**value)
    }
}

fn decode(text: &str) -> Result<Cow<'_, str>, NotUtf8> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        let decoded = percent_decode_str(&spaced).decode_utf8();
        Ok(Cow::Owned(decoded.map_err(|_| NotUtf8)?.into_owned()))
    } else {
        percent_decode_str(text).decode_utf8().map_err(|_| NotUtf8)
    }
}

/// Whether `text` spells an integer: `0|-?[1-9][0-9]*`.
pub(super) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text == "0"
        || (matches!(digits.bytes().next(), Some(b'1'..=b'9'))
            && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The number that `text` spells, if it does so as ECMAScript prints that number.
pub(super) fn number(text: &str) -> Option<f64> {
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    (ryu_js::Buffer::new().format_finite(number) == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pairs() {
        let query = Query::parse("a=1&&b=x+y%20z&a=%C3%A9&c&=d&e=f=g&h=%zz%4&a=").expect("UTF-8");
        let of = |name| query.all(name).collect::<Vec<_>>();
        assert_eq!(of("a"), ["1", "é", ""]);
        assert_eq!(of("b"), ["x y z"]);
        assert_eq!(of("c"), [""]);
        assert_eq!(of(""), ["d"]);
        assert_eq!(of("e"), ["f=g"]);
        assert_eq!(of("h"), ["%zz%4"]);
        assert!(of("f").is_empty());
        assert_eq!(Query::parse("").map(|q| q.pairs.len()), Ok(0));
        for bad in ["a=%ff", "%c3=1", "a=+%80"] {
            assert_eq!(Query::parse(bad).err(), Some(NotUtf8), "{bad}");
        }
    }

    #[test]
    fn spellings() {
        for text in ["0", "7", "-1", "1234567890123456789012"] {
            assert!(is_integer(text), "{text}");
        }
        for text in [
            "", "-", "-0", "00", "01", "+1", "1.0", "1e2", " 1", "1_0", "\u{661}",
        ] {
            assert!(!is_integer(text), "{text}");
        }
        for text in [
            "0",
            "-1",
            "0.1",
            "1e+21",
            "1e-7",
            "100000000000000000000",
            "5e-324",
        ] {
            assert!(number(text).is_some(), "{text}");
        }
        for text in [
            "", "-0", "1.0", ".5", "5.", "1e21", "1E+21", "1e5", "+1", "NaN", "inf", "Infinity",
            "1e999", "01", "0.10", " 1",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_safe(text in r"([a-c=&+%0-9]|\PC){0,24}") {
            let _ = Query::parse(&text);
            let _ = (is_integer(&text), number(&text));
        }
    }
}
