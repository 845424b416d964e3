//! Writing the headers `X-Mizan-Invalidate` and `X-Mizan-Instance`.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::entry::Entry;
use super::params::Params;
use super::scalar::{Scalar, write_integer};

/// The longest value that still has its scopes, in bytes (wire protocol, section 3).
pub(super) const MAX_LEN: usize = 2048;

/// All but the unreserved characters of RFC 3986, section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Appends one entry. All that it writes is visible ASCII.
pub(super) fn write_entry(out: &mut Vec<u8>, context: &str, params: &Params) {
    write_encoded(out, context);
    for (name, value) in params.iter() {
        out.push(b';');
        write_encoded(out, name);
        out.push(b'=');
        write_scalar(out, value);
    }
}

pub(super) fn write_scalar(out: &mut Vec<u8>, value: &Scalar) {
    match value {
        Scalar::Int(int) => write_integer(out, *int),
        Scalar::Uint(uint) => write_integer(out, *uint),
        _ => value.with_text(|text| write_encoded(out, text)),
    }
}

pub(super) fn write_encoded(out: &mut Vec<u8>, text: &str) {
    // Names and numbers, nearly always.
    if text.bytes().all(is_unreserved) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for piece in utf8_percent_encode(text, ENCODED) {
        out.extend_from_slice(piece.as_bytes());
    }
}

fn is_unreserved(byte: u8) -> bool {
    UNRESERVED[usize::from(byte)]
}

// A look-up instead of a chain of comparisons for every byte of every name.
static UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let char = byte as u8;
        table[byte] = char.is_ascii_alphanumeric() || matches!(char, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

/// Entries as the value of a header, `None` without any.
pub(super) fn header_value(entries: &[Entry]) -> Option<HeaderValue> {
    if entries.is_empty() {
        return None;
    }
    let text = scoped_text(entries).unwrap_or_else(|| broad_text(entries));
    // Cannot fail: every byte is visible ASCII.
    HeaderValue::try_from(text).ok()
}

/// The instance of an answer, in the same grammar. One that is too long is its bare context: a
/// holder that knows no parameters counts as hit by every entry of the context, so nothing that
/// changed is spared.
pub(crate) fn instance_value(context: &str, params: &Params) -> HeaderValue {
    let text = Some(Room::of(context, params))
        .filter(Room::may_fit)
        .map(|room| {
            let mut text = room.text();
            write_entry(&mut text, context, params);
            text
        })
        .filter(|text| text.len() <= MAX_LEN)
        .unwrap_or_else(|| {
            let mut bare = Vec::with_capacity(context.len());
            write_encoded(&mut bare, context);
            bare
        });
    // Cannot fail: every byte is visible ASCII.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn scoped_text(entries: &[Entry]) -> Option<Vec<u8>> {
    let room = entries
        .iter()
        .map(|entry| Room::of(entry.context(), entry.params()))
        .reduce(Room::joined)
        .filter(Room::may_fit)?;
    let mut text = room.text();
    for entry in entries {
        if !text.is_empty() {
            text.extend_from_slice(b", ");
        }
        write_entry(&mut text, entry.context(), entry.params());
    }
    (text.len() <= MAX_LEN).then_some(text)
}

fn broad_text(entries: &[Entry]) -> Vec<u8> {
    let mut contexts: Vec<&str> = Vec::new();
    let mut text = Vec::new();
    for context in entries.iter().map(Entry::context) {
        if contexts.contains(&context) {
            continue;
        }
        contexts.push(context);
        if !text.is_empty() {
            text.extend_from_slice(b", ");
        }
        write_encoded(&mut text, context);
    }
    text
}

/// How long a text will be, before it is written.
struct Room {
    /// It is no shorter than this: encoding only adds.
    least: usize,
    /// What the numbers in it may need beyond that.
    spare: usize,
}

impl Room {
    fn of(context: &str, params: &Params) -> Self {
        let mut room = Self {
            least: context.len(),
            spare: 0,
        };
        for (name, value) in params.iter() {
            room.least += name.len() + 2;
            match value {
                Scalar::Text(text) => room.least += text.len(),
                _ => room.spare += 20,
            }
        }
        room
    }

    /// The room of two, with the comma and the space between them.
    fn joined(self, other: Self) -> Self {
        Self {
            least: self.least + 2 + other.least,
            spare: self.spare + other.spare,
        }
    }

    /// Keeps a text of megabytes from being encoded only to be dropped.
    fn may_fit(&self) -> bool {
        self.least <= MAX_LEN
    }

    fn text(&self) -> Vec<u8> {
        Vec::with_capacity(self.least + self.spare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    #[test]
    fn grammar() {
        let table = [
            (Entry::broad("a.b-c_D1"), "a.b-c_D1"),
            (
                Entry::scoped("user", params! { "user_id": 42, "active": true }),
                "user;active=true;user_id=42",
            ),
            (
                Entry::scoped("s", params! { "q": "a b,;=%\"\r\n+~-._", "n": 1e21 }),
                "s;n=1e%2B21;q=a%20b%2C%3B%3D%25%22%0D%0A%2B~-._",
            ),
            (
                Entry::scoped("s", params! { "é": "\u{1f980}" }),
                "s;%C3%A9=%F0%9F%A6%80",
            ),
            (Entry::scoped("s", params! { "q": "" }), "s;q="),
            (Entry::broad("b\nad"), "b%0Aad"),
        ];
        for (entry, expected) in table {
            assert_eq!(header_value(&[entry]).unwrap(), expected);
        }
    }

    #[test]
    fn two_kib_and_one_byte_more() {
        let of = |len: usize| Entry::scoped("q", params! { "t": "x".repeat(len) });
        let fits = header_value(&[of(2048 - 4)]).unwrap();
        assert_eq!(fits.len(), 2048);
        assert_eq!(header_value(&[of(2048 - 3)]).unwrap(), "q");
        // Short enough before it is encoded, too long after.
        let encoded = Entry::scoped("q", params! { "t": " ".repeat(1000) });
        assert_eq!(header_value(&[encoded]).unwrap(), "q");

        let mixed = [of(1000), Entry::broad("team"), of(1001), of(1002)];
        assert_eq!(header_value(&mixed).unwrap(), "q, team");
        let broad: Vec<_> = (0..500).map(|n| Entry::broad(format!("c{n:04}"))).collect();
        assert_eq!(header_value(&broad).unwrap().len(), 500 * 7 - 2);
    }

    #[test]
    fn instance() {
        let params = params! { "user_id": 42, "tab": "a b" };
        assert_eq!(instance_value("user", &params), "user;tab=a%20b;user_id=42");
        assert_eq!(instance_value("global", &Params::new()), "global");
        let fits = instance_value("q", &params! { "t": "x".repeat(2044) });
        assert_eq!(fits.len(), 2048);
        for long in ["x".repeat(2045), " ".repeat(700)] {
            assert_eq!(instance_value("q", &params! { "t": long }), "q");
        }
    }
}
