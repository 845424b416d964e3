//! Whether a file's first bytes are what its content type says.

use std::borrow::Cow;

use super::types::Types;

/// How many bytes of a file are looked at: as many as the recognition of office documents reads.
pub(crate) const SNIFFED: usize = 8 * 1024;

const ANYTHING: &str = "application/octet-stream";
const ZIP: &str = "application/zip";

/// Why a file is refused for its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// The declared type is not in the list.
    Declared,
    /// The content is of another type.
    Content,
}

/// Judges a file by its declared type and by up to [`SNIFFED`] bytes of it.
pub(super) fn judge(types: &Types, declared: &str, head: &[u8]) -> Result<(), Mismatch> {
    if !types.allow(declared) {
        return Err(Mismatch::Declared);
    }
    let declared = canonical(declared);
    if declared == ANYTHING {
        return Ok(());
    }
    let textual = is_textual(&declared);
    let is_text = || !head.contains(&0);
    let fits = match infer::get(head).map(|found| canonical(found.mime_type())) {
        Some(found) if is_same(&declared, &found) => true,
        // Text of one kind is often text of another, where both are wanted.
        Some(found) if found.starts_with("text/") => {
            declared.starts_with("text/") && types.allow(&found)
        }
        Some(found) => textual && has_short_magic(&found) && is_text(),
        None if textual => is_text(),
        None => !infer::is_mime_supported(&declared),
    };
    if fits { Ok(()) } else { Err(Mismatch::Content) }
}

/// The one of a type's names that the recognition uses.
pub(super) fn canonical(name: &str) -> Cow<'_, str> {
    let known = match name {
        "image/jpg" | "image/pjpeg" => "image/jpeg",
        "image/heic" | "image/heic-sequence" | "image/heif-sequence" => "image/heif",
        "image/x-icon" | "image/ico" => "image/vnd.microsoft.icon",
        "image/x-ms-bmp" => "image/bmp",
        "image/tif" => "image/tiff",
        "audio/mp3" | "audio/x-mp3" => "audio/mpeg",
        "audio/wave" | "audio/vnd.wave" => "audio/x-wav",
        "audio/mp4" => "audio/m4a",
        "video/avi" | "video/vnd.avi" => "video/x-msvideo",
        "application/xml" => "text/xml",
        "text/rtf" => "application/rtf",
        "application/x-zip-compressed" => ZIP,
        "application/x-rar-compressed" | "application/x-rar" => "application/vnd.rar",
        "application/x-compressed" | "application/x-tgz" => "application/gzip",
        "application/x-msdownload" => "application/vnd.microsoft.portable-executable",
        "application/x-sh" => "text/x-shellscript",
        "application/x-sqlite3" => "application/vnd.sqlite3",
        "font/woff" => "application/font-woff",
        "font/ttf" | "font/otf" | "font/sfnt" => "application/font-sfnt",
        _ => "",
    };
    if !known.is_empty() {
        return Cow::Borrowed(known);
    }
    if infer::is_mime_supported(name) {
        return Cow::Borrowed(name);
    }
    // `x-` came and went with many a type.
    let other = name.split_once('/').map(|(kind, name)| {
        let bare = name.strip_prefix("x-");
        bare.map_or_else(
            || format!("{kind}/x-{name}"),
            |bare| format!("{kind}/{bare}"),
        )
    });
    match other {
        Some(other) if infer::is_mime_supported(&other) => Cow::Owned(other),
        _ => Cow::Borrowed(name),
    }
}

/// Types in one container cannot be told apart by their first bytes, or are not.
const CONTAINERS: &[&[&str]] = &[
    &[
        "video/mp4",
        "video/x-m4v",
        "video/quicktime",
        "video/3gpp",
        "audio/m4a",
        "audio/3gpp",
    ],
    &[
        "video/webm",
        "video/x-matroska",
        "audio/webm",
        "audio/x-matroska",
    ],
    &["audio/ogg", "audio/opus", "video/ogg", "application/ogg"],
    &[
        "video/x-ms-wmv",
        "video/x-ms-asf",
        "audio/x-ms-wma",
        "application/vnd.ms-asf",
    ],
    &[
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.ms-outlook",
        "application/vnd.visio",
        "application/x-ole-storage",
        "application/x-msi",
    ],
];

fn is_same(declared: &str, found: &str) -> bool {
    declared == found
        || (found == ZIP && is_zip(declared))
        || (declared == ZIP && is_zip(found))
        || (found == "text/xml" && declared.ends_with("+xml"))
        || (found == "text/html" && declared == "application/xhtml+xml")
        || CONTAINERS
            .iter()
            .any(|group| group.contains(&declared) && group.contains(&found))
}

fn is_zip(name: &str) -> bool {
    name == ZIP
        || name.ends_with("+zip")
        || name == "image/openraster"
        || name == "application/java-archive"
        || name == "application/vnd.android.package-archive"
        || name.starts_with("application/vnd.openxmlformats-officedocument.")
        || name.starts_with("application/vnd.oasis.opendocument.")
        || (name.starts_with("application/vnd.ms-") && name.ends_with(".macroenabled.12"))
}

fn is_textual(name: &str) -> bool {
    name.starts_with("text/")
        || name.ends_with("+xml")
        || name.ends_with("+json")
        || matches!(
            name,
            "application/json"
                | "application/javascript"
                | "application/x-ndjson"
                | "application/yaml"
                | "application/toml"
                | "application/sql"
        )
}

/// Types that are told by two or three letters, with which text may begin as well.
fn has_short_magic(found: &str) -> bool {
    matches!(
        found,
        "image/bmp"
            | "application/vnd.microsoft.portable-executable"
            | "application/x-bzip2"
            | "application/x-shockwave-flash"
            | "audio/mpeg"
            | "video/x-flv"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF";
    const PDF: &[u8] = b"%PDF-1.7\n";
    const ZIPPED: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0 some entry";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0";
    const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0";
    const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    fn epub() -> Vec<u8> {
        let mut epub =
            b"PK\x03\x04\x0a\0\0\0\0\0\0\0\0\0\x6f\x61\xab\x2c\x14\0\0\0\x14\0\0\0\x08\0\0\0"
                .to_vec();
        epub.extend(b"mimetypeapplication/epub+zip");
        epub
    }

    #[test]
    fn the_content_is_what_is_declared() {
        let any = ["*/*"];
        for (declared, content) in [
            ("image/png", PNG),
            ("image/x-png", PNG),
            ("image/jpg", JPEG),
            ("image/jpeg", JPEG),
            ("application/pdf", PDF),
            ("application/x-pdf", PDF),
            ("application/zip", ZIPPED),
            ("application/x-zip-compressed", ZIPPED),
            (DOCX, ZIPPED),
            ("application/vnd.oasis.opendocument.text", ZIPPED),
            ("application/epub+zip", ZIPPED),
            ("application/epub+zip", &epub()),
            ("application/zip", &epub()),
            ("application/vnd.ms-excel", OLE),
            ("audio/mp4", MP4),
            ("video/mp4", MP4),
            ("video/quicktime", MP4),
            ("audio/wav", b"RIFF\0\0\0\0WAVEfmt "),
            ("application/x-gzip", b"\x1f\x8b\x08\0"),
            ("text/plain", b"plain"),
            ("text/plain", b""),
            ("text/csv", b"BMW;1\nAudi;2\n"),
            ("text/html", b"<!DOCTYPE html>"),
            ("text/html", b"no tag at all"),
            ("text/x-anything", b"<html> "),
            ("application/json", b"{}"),
            ("image/svg+xml", b"<?xml version=\"1.0\"?><svg/>"),
            (
                "image/svg+xml",
                b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            ),
            ("application/xml", b"<?xml version=\"1.0\"?>"),
            ("application/x-unheard-of", b"\0\x01\x02"),
            ("application/octet-stream", EXE),
            ("application/octet-stream", PNG),
        ] {
            assert_eq!(
                judge(&Types::new(any), declared, content),
                Ok(()),
                "{declared}"
            );
        }
    }

    #[test]
    fn content_of_another_type_is_refused() {
        for (declared, content) in [
            ("image/png", JPEG),
            ("image/png", b"plain"),
            ("image/png", b""),
            ("image/jpeg", EXE),
            ("image/png", b"<html> "),
            ("application/pdf", ZIPPED),
            (DOCX, PDF),
            (DOCX, &epub()),
            ("application/epub+zip", b"plain"),
            ("application/vnd.ms-excel", ZIPPED),
            ("text/plain", b"nul\0"),
            ("text/plain", EXE),
            ("text/csv", PDF),
            ("text/csv", PNG),
            ("application/json", b"{\0}"),
            ("application/json", b"<html> "),
            ("image/svg+xml", b"<html> "),
            ("image/svg+xml", PNG),
            ("application/x-unheard-of", PNG),
        ] {
            assert_eq!(
                judge(&Types::new(["*/*"]), declared, content),
                Err(Mismatch::Content),
                "{declared}"
            );
        }
    }

    #[test]
    fn what_is_declared_has_to_be_allowed_first() {
        let types = Types::new(["image/*", "text/markdown"]);
        assert_eq!(judge(&types, "image/png", PNG), Ok(()));
        assert_eq!(
            judge(&types, "application/pdf", PNG),
            Err(Mismatch::Declared)
        );
        assert_eq!(
            judge(&types, "application/octet-stream", PNG),
            Err(Mismatch::Declared)
        );
        assert_eq!(judge(&types, "text/markdown", b"# Title"), Ok(()));
        // What it was found to be is not allowed.
        assert_eq!(
            judge(&types, "text/markdown", b"<html> "),
            Err(Mismatch::Content)
        );
        let both = Types::new(["text/markdown", "text/html"]);
        assert_eq!(judge(&both, "text/markdown", b"<html> "), Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn no_content_is_too_much(
            magic in proptest::sample::select(vec![PNG, JPEG, PDF, ZIPPED, OLE, MP4, EXE, b""]),
            cut in 0_usize..64,
            tail in proptest::collection::vec(proptest::num::u8::ANY, 0..256),
        ) {
            let head: Vec<u8> = magic.iter().take(cut).copied().chain(tail).collect();
            let _ = judge(&Types::new(["*/*"]), "image/png", &head);
        }
    }
}
