//! base64url without padding (RFC 7515, section 2; RFC 4648, section 5), in its one spelling.

/// Decodes; `None` for a foreign character, padding, an impossible length, or unused bits that are
/// not zero: no two texts decode to the same bytes.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let mut bits: u32 = 0;
    let mut held = 0;
    for symbol in text.bytes() {
        bits = bits << 6 | u32::from(sextet(symbol)?);
        held += 6;
        if held >= 8 {
            held -= 8;
            let [.., byte] = (bits >> held).to_be_bytes();
            bytes.push(byte);
            bits &= (1 << held) - 1;
        }
    }
    // Six bits left over are a lone last character.
    (held < 6 && bits == 0).then_some(bytes)
}

fn sextet(symbol: u8) -> Option<u8> {
    Some(match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::base64url;
    use super::decode;

    #[test]
    fn known_answers() {
        let table: [(&str, Option<&[u8]>); 17] = [
            ("", Some(b"")),
            ("Zg", Some(b"f")),
            ("Zm8", Some(b"fo")),
            ("Zm9v", Some(b"foo")),
            ("Zm9vYg", Some(b"foob")),
            ("Zm9vYmE", Some(b"fooba")),
            ("Zm9vYmFy", Some(b"foobar")),
            ("-_-_", Some(&[0xfb, 0xff, 0xbf])),
            ("Z", None),
            ("Zm9vY", None),
            ("Zg==", None),
            ("Zm8=", None),
            ("Zh", None),
            ("Zm9", None),
            ("+/+/", None),
            ("Zm9v\n", None),
            ("Zm 8", None),
        ];
        for (text, expected) in table {
            assert_eq!(decode(text).as_deref(), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn undoes_encoding(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&base64url(&bytes)), Some(bytes));
        }

        #[test]
        fn one_spelling_each(text in "[A-Za-z0-9_=-]{0,12}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(base64url(&bytes), text);
            }
        }
    }
}
