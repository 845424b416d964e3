use std::fmt::Write;

/// Writes JSON so that no HTML parser sees anything but text in it, whatever state it is in
/// (protocol section 8).
///
/// The five characters stand only within texts, names of members included, where an escape means
/// the same: JSON itself is written without them.
pub(super) fn escape(json: &str, out: &mut String) {
    let mut rest = json;
    while let Some((at, escaped, length)) = first(rest) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        out.push_str(escaped);
        rest = after.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Where the first character stands that must not, how it is written, and its length in bytes.
fn first(text: &str) -> Option<(usize, &'static str, usize)> {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().find_map(|(at, byte)| {
        let (escaped, length) = match byte {
            b'<' => (r"\u003c", 1),
            b'>' => (r"\u003e", 1),
            b'&' => (r"\u0026", 1),
            0xE2 => match bytes.get(at + 1..at + 3) {
                Some([0x80, 0xA8]) => (r"\u2028", 3),
                Some([0x80, 0xA9]) => (r"\u2029", 3),
                _ => return None,
            },
            _ => return None,
        };
        Some((at, escaped, length))
    })
}

/// The same JSON in ASCII, which reads alike in every encoding that a page which declares none may
/// turn out to have.
pub(super) fn to_ascii(json: String) -> String {
    if json.is_ascii() {
        return json;
    }
    let mut out = String::with_capacity(json.len() * 2);
    let mut units = [0; 2];
    for char in json.chars() {
        if char.is_ascii() {
            out.push(char);
            continue;
        }
        for unit in char.encode_utf16(&mut units) {
            // Into a `String` it cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(json: &str) -> String {
        let mut out = String::new();
        escape(json, &mut out);
        out
    }

    #[test]
    fn the_five_characters_and_no_others() {
        for (json, expected) in [
            ("", ""),
            (r#"{"a":1}"#, r#"{"a":1}"#),
            (r#""</script><!--""#, r#""\u003c/script\u003e\u003c!--""#),
            (r#""a&amp;b""#, r#""a\u0026amp;b""#),
            ("\"\u{2028}\u{2029}\"", r#""\u2028\u2029""#),
            // Neighbours of the two, and others that begin with the same byte.
            (
                "\"\u{2027}\u{202a}\u{20ac}\"",
                "\"\u{2027}\u{202a}\u{20ac}\"",
            ),
            // A backslash before one of them is an escaped backslash.
            (r#""\\<""#, r#""\\\u003c""#),
            (r#"{"<k>":"é"}"#, r#"{"\u003ck\u003e":"é"}"#),
        ] {
            assert_eq!(escaped(json), expected, "{json}");
        }
    }

    #[test]
    fn in_ascii_beyond_the_basic_plane_too() {
        let ascii = |json: &str| to_ascii(json.to_owned());
        assert_eq!(ascii(r#"{"a":"é\u003c"}"#), r#"{"a":"\u00e9\u003c"}"#);
        assert_eq!(ascii("\"\u{1f600}\""), r#""\ud83d\ude00""#);
    }

    proptest! {
        #[test]
        fn it_means_the_same(text in "([<>&\u{2026}-\u{202a}\\\\\"a]|\\PC)*") {
            let json = serde_json::to_string(&text).unwrap();
            let out = escaped(&json);
            let left = out.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
            prop_assert!(!left, "{}", out);
            let back: String = serde_json::from_str(&out).unwrap();
            prop_assert_eq!(&back, &text);

            let ascii = to_ascii(out);
            prop_assert!(ascii.is_ascii(), "{}", ascii);
            let back: String = serde_json::from_str(&ascii).unwrap();
            prop_assert_eq!(back, text);
        }
    }
}
