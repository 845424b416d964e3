//! Files that are refused, as errors of their field.

use serde_json::Value;

use super::sniff::{Mismatch, judge};
use super::types::Types;
use crate::form::FieldError;

/// Why a file is not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It has more bytes than this.
    Size(u64),
    /// It is one more than this.
    Files(usize),
    /// Its type is not wanted, or not what it says; the message tells.
    Type(String),
}

impl Refusal {
    /// Judges a file by its declared type and its first bytes.
    pub(crate) fn of_type(types: Option<&Types>, declared: &str, head: &[u8]) -> Option<Self> {
        let types = types?;
        let mismatch = judge(types, declared, head).err()?;
        let what = match mismatch {
            Mismatch::Declared => format!("Files of the type {declared} are not taken here."),
            Mismatch::Content => format!("The content of the file is not of the type {declared}."),
        };
        Some(Self::Type(format!("{what} Allowed: {}", types.listed())))
    }
}

impl From<Refusal> for FieldError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Size(limit) => {
                let message = format!("The file is larger than {}", readable(limit));
                FieldError::new("max_size", message).with_limit(Some(Value::from(limit)))
            }
            Refusal::Files(limit) => {
                let message = match limit {
                    0 => "No files can be sent".to_owned(),
                    1 => "Only one file can be sent".to_owned(),
                    _ => format!("No more than {limit} files can be sent"),
                };
                FieldError::new("max_files", message).with_limit(Some(Value::from(limit)))
            }
            Refusal::Type(message) => FieldError::new("content_type", message),
        }
    }
}

/// A size as people read it, rounded down to a tenth, so that it is never more than is allowed.
fn readable(bytes: u64) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let Some((name, unit)) = units.into_iter().find(|(_, unit)| bytes >= *unit) else {
        return match bytes {
            1 => "1 byte".to_owned(),
            _ => format!("{bytes} bytes"),
        };
    };
    let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
    match tenth {
        0 => format!("{whole} {name}"),
        _ => format!("{whole}.{tenth} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable_and_never_more_than_they_are() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1535, "1.4 KiB"),
            (1536, "1.5 KiB"),
            (5 << 20, "5 MiB"),
            ((5 << 20) - 1, "4.9 MiB"),
            (3 << 30, "3 GiB"),
            (u64::MAX, "17179869183.9 GiB"),
        ] {
            assert_eq!(readable(bytes), text);
        }
    }

    #[test]
    fn a_refusal_says_what_is_allowed() {
        let types = Types::new(["image/png", "text/*"]);
        let declared = Refusal::of_type(Some(&types), "application/zip", b"PK").unwrap();
        let declared = FieldError::from(declared);
        assert_eq!(declared.code, "content_type");
        assert_eq!(
            declared.message,
            "Files of the type application/zip are not taken here. Allowed: image/png, text/*"
        );
        let content = Refusal::of_type(Some(&types), "image/png", b"PK").unwrap();
        assert_eq!(
            FieldError::from(content).message,
            "The content of the file is not of the type image/png. Allowed: image/png, text/*"
        );
        let size = FieldError::from(Refusal::Size(1536));
        assert_eq!(size.message, "The file is larger than 1.5 KiB");
        assert_eq!(size.limit, Some(Value::from(1536)));
        assert!(Refusal::of_type(None, "application/zip", b"").is_none());
    }
}
