//! What was found wrong with an input, while it is judged.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use super::fields::Fields;
use super::read::Note;
use super::report::Refusal;

/// Where messages about the input as a whole stand.
pub(crate) const WHOLE: &str = "__all__";

/// How many things are told of one input. A list of many wrong items would make an answer that is
/// much longer than the request.
pub(crate) const MOST_TOLD: usize = 1000;

/// What is told of the input as a whole where more is wrong than that.
pub(crate) const MORE: &str = "More is wrong than is told here";

/// The kinds of error that programs tell apart (protocol section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Required,
    Invalid,
    MaxLength,
    MinLength,
    MaxValue,
    MinValue,
    InvalidChoice,
    Pattern,
}

#[cfg(feature = "forms")]
impl Code {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Code::Required => "required",
            Code::Invalid => "invalid",
            Code::MaxLength => "max_length",
            Code::MinLength => "min_length",
            Code::MaxValue => "max_value",
            Code::MinValue => "min_value",
            Code::InvalidChoice => "invalid_choice",
            Code::Pattern => "pattern",
        }
    }
}

/// What is said of a field: to programs, to people, and the limit that was passed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) code: Code,
    pub(crate) message: Cow<'static, str>,
    pub(crate) limit: Option<Value>,
}

impl Said {
    pub(super) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            limit: None,
        }
    }

    pub(super) fn required() -> Self {
        Self::new(Code::Required, "Field required")
    }

    pub(super) fn with_limit(mut self, limit: Value) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl From<&'static str> for Said {
    fn from(message: &'static str) -> Self {
        Self::new(Code::Invalid, message)
    }
}

impl From<String> for Said {
    fn from(message: String) -> Self {
        Self::new(Code::Invalid, message)
    }
}

/// What was found so far, by path; the empty path is the input as a whole.
#[derive(Default)]
pub(crate) struct Findings {
    found: Vec<(String, Said)>,
    /// Paths at and below which nothing can be said.
    unreadable: BTreeSet<String>,
}

impl Findings {
    pub(super) fn new(notes: Vec<Note>) -> Self {
        let mut findings = Self::default();
        for note in notes {
            findings.insert(&note.path, note.message.into());
            if note.unreadable {
                findings.unreadable.insert(note.path);
            }
        }
        findings
    }

    fn insert(&mut self, path: &str, said: Said) {
        match self.found.len() {
            ..MOST_TOLD => self.found.push((path.to_owned(), said)),
            MOST_TOLD => self.found.push((String::new(), MORE.into())),
            _ => {}
        }
    }

    pub(super) fn add(&mut self, path: &str, said: impl Into<Said>) {
        let known = !self.unreadable.is_empty()
            && (self.unreadable.contains("")
                || ancestors(path).any(|path| self.unreadable.contains(path)));
        if !known {
            self.insert(path, said.into());
        }
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What serde stopped at, where it is something else than what was found.
    pub(crate) fn add_refusal(&mut self, refusal: Option<Refusal>) {
        if let Some(Refusal { path, holder, said }) = refusal {
            let within = |path: &str, outer: &str| outer.is_empty() || within(path, outer);
            // The schema finds such members too, and knows the way to them.
            let beside = |known: &str| {
                let holder = holder.as_deref();
                holder.is_some_and(|holder| known != holder && within(known, holder))
            };
            let found = |(known, _): &(String, Said)| {
                within(known, &path) || within(&path, known) || beside(known)
            };
            if !self.found.iter().any(found) {
                self.insert(&path, said);
            }
        }
    }

    /// All that was found, for an input that was refused: there is always something.
    pub(crate) fn finish(mut self, refusal: Option<Refusal>) -> Self {
        self.add_refusal(refusal);
        if self.found.is_empty() {
            self.insert("", "Not a valid value".into());
        }
        self
    }

    pub(crate) fn into_fields(self) -> Fields {
        let mut fields = Fields::new();
        for (path, said) in self.into_found() {
            fields.insert(path, said.message);
        }
        fields
    }

    /// Paths as the wire has them, and what is said of each.
    pub(crate) fn into_found(self) -> impl Iterator<Item = (String, Said)> {
        self.found
            .into_iter()
            .map(|(path, said)| match path.is_empty() {
                true => (WHOLE.to_owned(), said),
                false => (path, said),
            })
    }
}

/// The path and all above it, without the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let above = path.match_indices('.').filter_map(|(at, _)| path.get(..at));
    above.chain([path])
}

/// Whether `path` is `outer` or lies in it.
pub(crate) fn within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
