//! The `Content-Disposition` of a part (RFC 7578, section 4.2).

use http::HeaderMap;
use http::header::CONTENT_DISPOSITION;
use percent_encoding::percent_decode;

use crate::error::{Error, Result};

/// What a part is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disposition {
    pub(super) name: String,
    /// A part with one is a file, whatever it is.
    pub(super) file_name: Option<String>,
}

impl Disposition {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self> {
        let header = headers.get(CONTENT_DISPOSITION).ok_or_else(|| {
            Error::bad_request("A part of the multipart body has no Content-Disposition")
        })?;
        Self::parse(header.as_bytes())
            .ok_or_else(|| Error::bad_request("A part of the multipart body has no valid name"))
    }

    /// Browsers put UTF-8 between the quotes as it is and escape nothing but quotes and line
    /// breaks, some of them by a backslash; one before anything else is part of a path. The form
    /// with an asterisk (RFC 8187) is not for forms, and sent all the same.
    fn parse(header: &[u8]) -> Option<Self> {
        let (kind, mut rest) = split(header, b';');
        if !kind.trim_ascii().eq_ignore_ascii_case(b"form-data") {
            return None;
        }
        let (mut name, mut file_name, mut extended) = (None, None, None);
        while !rest.trim_ascii().is_empty() {
            let Some(equals) = rest.iter().position(|byte| *byte == b'=') else {
                break;
            };
            let (key, value) = rest.split_at_checked(equals)?;
            let (value, after) = parameter(value.get(1..)?)?;
            rest = after;
            let text = || String::from_utf8(value.clone()).ok();
            match key.trim_ascii().to_ascii_lowercase().as_slice() {
                b"name" if name.is_none() => name = Some(text()?),
                b"filename" if file_name.is_none() => file_name = Some(text()?),
                b"filename*" => extended = Some(extended_value(&value)?),
                _ => {}
            }
        }
        Some(Self {
            name: name?,
            file_name: extended.or(file_name),
        })
    }
}

/// The value of a parameter, and what stands behind its semicolon.
fn parameter(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let text = text.trim_ascii_start();
    let Some(mut quoted) = text.strip_prefix(b"\"") else {
        let (value, rest) = split(text, b';');
        return Some((value.trim_ascii().to_vec(), rest));
    };
    let mut value = Vec::new();
    loop {
        quoted = match quoted {
            [b'\\', b'"', rest @ ..] => {
                value.push(b'"');
                rest
            }
            [b'"', rest @ ..] => return Some((value, split(rest, b';').1)),
            [byte, rest @ ..] => {
                value.push(*byte);
                rest
            }
            [] => return None,
        };
    }
}

fn extended_value(value: &[u8]) -> Option<String> {
    let (charset, rest) = split(value, b'\'');
    let (_language, value) = split(rest, b'\'');
    charset.eq_ignore_ascii_case(b"utf-8").then_some(())?;
    Some(percent_decode(value).decode_utf8().ok()?.into_owned())
}

fn split(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    let mut halves = text.splitn(2, |byte| *byte == at);
    let first = halves.next().unwrap_or_default();
    (first, halves.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_browsers_write_them() {
        for (header, name, file_name) in [
            (r#"form-data; name="a""#, "a", None),
            (r#"form-data;name=a"#, "a", None),
            (r#"Form-Data; NAME="a"; x=y"#, "a", None),
            (r#"form-data; name="""#, "", None),
            (
                r#"form-data; name="a"; filename="b.png""#,
                "a",
                Some("b.png"),
            ),
            (
                r#"form-data; filename="b.png"; name="a""#,
                "a",
                Some("b.png"),
            ),
            (r#"form-data; name="a"; filename="""#, "a", Some("")),
            (
                r#"form-data; name = "a" ; filename = b.png "#,
                "a",
                Some("b.png"),
            ),
            (
                r#"form-data; filename="x; name=evil"; name="a""#,
                "a",
                Some("x; name=evil"),
            ),
            (
                r#"form-data; name="a;b"; filename="c=d""#,
                "a;b",
                Some("c=d"),
            ),
            (r#"form-data; name="a\"b""#, r#"a"b"#, None),
            (
                r#"form-data; name="a"; filename="C:\dir\b.png""#,
                "a",
                Some(r"C:\dir\b.png"),
            ),
            (r#"form-data; name="a"; name="b""#, "a", None),
            (
                "form-data; name=\"\u{4e2d}\"; filename=\"\u{e9}\"",
                "\u{4e2d}",
                Some("\u{e9}"),
            ),
            (
                r#"form-data; name="a"; filename*=UTF-8''%C3%A9%20b"#,
                "a",
                Some("\u{e9} b"),
            ),
            (
                r#"form-data; name="a"; filename="e"; filename*=utf-8'fr'%C3%A9"#,
                "a",
                Some("\u{e9}"),
            ),
            (r#"form-data; name="a"; junk"#, "a", None),
        ] {
            let read = Disposition::parse(header.as_bytes());
            let wanted = Disposition {
                name: name.to_owned(),
                file_name: file_name.map(str::to_owned),
            };
            assert_eq!(read, Some(wanted), "{header}");
        }
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for header in [
            &b""[..],
            b"form-data",
            b"form-data; filename=\"b\"",
            b"attachment; name=\"a\"",
            b"form-data; name=\"a",
            b"form-data; name=\"\xff\"",
            b"form-data; name=\"a\"; filename=\"\xff\"",
            b"form-data; name=\"a\"; filename*=latin1''%e9",
            b"form-data; name=\"a\"; filename*=UTF-8''%e9",
            b"form-data; name",
        ] {
            assert_eq!(
                Disposition::parse(header),
                None,
                "{}",
                header.escape_ascii()
            );
        }
    }
}
