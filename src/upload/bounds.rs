//! What a mount or a form lets a multipart body bring.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::rules::{FileRules, Rule};
use super::types::Types;

const KIB: usize = 1024;
const MIB: u64 = 1024 * 1024;

/// The bounds of a multipart body: sizes, counts, content types, time.
///
/// What one field may bring is said by [`field`](Self::field), all else holds for every file.
///
/// A file that is too large, of a type that is not allowed, or one too many is refused as an error
/// of its field, with the code `max_size`, `content_type` or `max_files`. Where the sums are passed
/// ([`max_total`](Self::max_total), [`max_fields`](Self::max_fields), [`max_text`](Self::max_text))
/// the call is `BAD_REQUEST`, 413; after the [`timeout`](Self::timeout), 408. Reading ends where a
/// bound is passed, except that at most 256 KiB more are read and thrown away: a client that sent
/// little too much gets to read the answer, where otherwise its connection would be reset.
///
/// ```
/// use mizan::upload::{FileRules, Uploads};
/// use std::time::Duration;
///
/// let uploads = Uploads::new()
///     .max_file(1024 * 1024)
///     .max_files(3)
///     .timeout(Some(Duration::from_secs(60)))
///     .types(["application/pdf"])
///     .field("photo", FileRules::new().max_size(200 * 1024).types(["image/*"]));
/// ```
#[derive(Clone, Debug)]
#[must_use = "bounds do nothing by themselves"]
pub struct Uploads {
    max_file: u64,
    max_total: u64,
    max_files: usize,
    max_fields: usize,
    max_text: usize,
    timeout: Option<Duration>,
    types: Option<Types>,
    fields: BTreeMap<String, FileRules>,
    directory: Option<PathBuf>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            max_file: 5 * MIB,
            max_total: 20 * MIB,
            max_files: 10,
            max_fields: 1000,
            max_text: 2048 * KIB,
            timeout: Some(Duration::from_secs(600)),
            types: None,
            fields: BTreeMap::new(),
            directory: None,
        }
    }
}

impl Uploads {
    /// The bounds that hold unless others are set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes a file may have; 5 MiB unless set.
    pub fn max_file(mut self, bytes: u64) -> Self {
        self.max_file = bytes;
        self
    }

    /// How many bytes all files of a body may have together; 20 MiB unless set. Files that nothing
    /// asked for, and those that are refused, count too.
    pub fn max_total(mut self, bytes: u64) -> Self {
        self.max_total = bytes;
        self
    }

    /// How many files a body may bring; 10 unless set. File inputs that were left empty do not
    /// count.
    pub fn max_files(mut self, files: usize) -> Self {
        self.max_files = files;
        self
    }

    /// How many text fields a body may have; 1000 unless set. File inputs that were left empty, and
    /// files that nothing asked for, count among them; the field that names the function does not.
    pub fn max_fields(mut self, fields: usize) -> Self {
        self.max_fields = fields;
        self
    }

    /// How many bytes all text fields may have together, their names included; 2 MiB unless set.
    /// They are held in memory.
    pub fn max_text(mut self, bytes: usize) -> Self {
        self.max_text = bytes;
        self
    }

    /// How long the whole body may take to arrive; 10 minutes unless set, `None` for ever. A sink
    /// that takes as long for a single step is given up, and the call is `TIMEOUT`.
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// The content types that files may have, such as `image/png`, or `image/*` for all of a kind;
    /// any unless set.
    ///
    /// The type that the client declares has to be among them, and the content has to be what it
    /// declares: a type that can be told by its first bytes is told by them, and text holds no NUL
    /// there (so that UTF-16 is no text). `application/octet-stream` declares nothing, and who
    /// allows it takes any content. Mind that `image/*` takes `image/svg+xml`, which may hold
    /// scripts.
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = Some(Types::new(types));
        self
    }

    /// What the field of this name may bring, in place of what all may.
    pub fn field(mut self, name: impl Into<String>, rules: FileRules) -> Self {
        self.fields.insert(name.into(), rules);
        self
    }

    /// Where temporary files are made; [`std::env::temp_dir`] unless set. The directory has to
    /// exist, and to be large enough for all files that arrive at once. On many systems the usual
    /// one is held in memory.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directory = Some(path.into());
        self
    }

    /// A pattern of [`types`](Self::types) that is none, if there is one: it would refuse every
    /// file.
    pub(crate) fn defect(&self) -> Option<&str> {
        let fields = self.fields.values().filter_map(FileRules::allowed);
        self.types.iter().chain(fields).find_map(Types::defect)
    }

    pub(crate) fn rule(&self, field: &str) -> Rule<'_> {
        let rules = self.fields.get(field);
        Rule {
            max_size: rules.and_then(FileRules::limit).unwrap_or(self.max_file),
            types: rules.and_then(FileRules::allowed).or(self.types.as_ref()),
            sink: rules.and_then(FileRules::open),
        }
    }

    /// The fields that have rules of their own.
    pub(crate) fn ruled(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// How many bytes a whole body can have within these bounds.
    pub(crate) fn max_body(&self) -> u64 {
        let parts = self.max_files.saturating_add(self.max_fields) as u64;
        self.max_total
            .saturating_add(self.max_text as u64)
            .saturating_add(parts.saturating_mul(1024))
    }

    pub(crate) fn total(&self) -> u64 {
        self.max_total
    }

    pub(crate) fn files(&self) -> usize {
        self.max_files
    }

    pub(crate) fn fields(&self) -> usize {
        self.max_fields
    }

    pub(crate) fn text(&self) -> usize {
        self.max_text
    }

    pub(crate) fn time(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) fn temporary(&self) -> Cow<'_, Path> {
        match &self.directory {
            Some(path) => Cow::Borrowed(path),
            None => Cow::Owned(std::env::temp_dir()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fields_rules_stand_in_place_of_the_general_ones() {
        let uploads = Uploads::new()
            .max_file(10)
            .types(["image/*"])
            .field("small", FileRules::new().max_size(5))
            .field("paper", FileRules::new().types(["application/pdf"]));
        let small = uploads.rule("small");
        assert_eq!(small.max_size, 5);
        assert!(small.types.unwrap().allow("image/png"));
        let paper = uploads.rule("paper");
        assert_eq!(paper.max_size, 10);
        assert!(!paper.types.unwrap().allow("image/png"));
        assert!(paper.types.unwrap().allow("application/pdf"));
        assert_eq!(uploads.rule("else").max_size, 10);
    }

    #[test]
    fn a_pattern_that_is_no_type_is_found() {
        assert_eq!(Uploads::new().types(["image/*", "a/b"]).defect(), None);
        assert_eq!(Uploads::new().types(["png"]).defect(), Some("png"));
        let rules = FileRules::new().types(["image/"]);
        assert_eq!(Uploads::new().field("a", rules).defect(), Some("image/"));
    }
}
