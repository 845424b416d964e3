//! All that is wrong with an input that was refused.
//!
//! Plain serde reads inputs and stops at the first thing it cannot take. Then the input is judged
//! once more, here: by its schema, which finds every field that is wrong or missing, and by serde
//! again, for what a type's own code refuses.

use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;
use serde_path_to_error::{Path, Segment, Track};

use super::explain::{Findings, explain};
use super::fields::Fields;
use super::input::InputSchema;
use super::limits;
use super::read::{Note, join, read};
use super::strict::Strict;

/// How much of a type's own message is passed on, in characters.
const MAX_MESSAGE: usize = 200;

impl InputSchema {
    /// What is wrong with `text`, one JSON object that was refused as a `T`. There is always
    /// something.
    pub(crate) fn explain_json<T: DeserializeOwned>(&self, text: &str) -> Fields {
        let mut json = serde_json::Deserializer::from_str(text);
        let refusal = refusal::<T, _>(&mut json).err();
        self.explain_text(text, refusal)
    }

    fn explain_text(&self, text: &str, refusal: Option<Refusal>) -> Fields {
        match read(self.schema(), text) {
            Ok((value, notes)) => self.explain(&value, notes, refusal),
            Err(_) => Findings::default().finish(refusal),
        }
    }

    /// What is wrong with a value, beside what was noted already.
    pub(super) fn explain(
        &self,
        value: &Value,
        notes: Vec<Note>,
        refusal: Option<Refusal>,
    ) -> Fields {
        let mut findings = Findings::new(notes);
        let validator = self
            .validator
            .get_or_init(|| limits::compile(self.schema()));
        if let Some(validator) = validator {
            for error in validator.iter_errors(value) {
                explain(&error, &mut findings);
            }
        }
        findings.finish(refusal)
    }
}

/// What serde stopped at.
pub(super) struct Refusal {
    pub(super) path: String,
    pub(super) message: String,
}

/// Reads a `T` strictly, following the path.
pub(super) fn refusal<'de, T, D>(from: D) -> Result<T, Refusal>
where
    T: DeserializeOwned,
    D: Deserializer<'de, Error = serde_json::Error>,
{
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(Strict(from), &mut track);
    T::deserialize(tracked).map_err(|error| refused_at(&track.path(), &error))
}

fn refused_at(path: &Path, error: &serde_json::Error) -> Refusal {
    let mut at = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => at = join(&at, &index.to_string()),
            Segment::Map { key } => at = join(&at, key),
            Segment::Enum { variant } => at = join(&at, variant),
            Segment::Unknown => {}
        }
    }
    let said = error.to_string();
    let said = match said.rfind(" at line ") {
        Some(end) => said.get(..end).unwrap_or_default(),
        None => &said,
    };
    for (begin, message) in [
        ("missing field `", "Field required"),
        ("duplicate field `", "Given more than once"),
        ("unknown field `", "Unknown field"),
    ] {
        let named = said
            .strip_prefix(begin)
            .and_then(|rest| rest.split_once('`'));
        if let Some((name, _)) = named {
            return Refusal {
                path: join(&at, name),
                message: message.to_owned(),
            };
        }
    }
    Refusal {
        path: at,
        message: told(said, error.is_data()).unwrap_or_else(|| "Not a valid value".to_owned()),
    }
}

/// A message that comes from a type's own code; serde's own ones name Rust types and repeat
/// values.
fn told(said: &str, data: bool) -> Option<String> {
    const SERDE: [&str; 6] = [
        "invalid type:",
        "invalid value:",
        "invalid length",
        "unknown variant",
        "data did not match any variant",
        "no variant of enum",
    ];
    let own = data && !said.is_empty() && !SERDE.iter().any(|begin| said.starts_with(begin));
    own.then(|| said.chars().take(MAX_MESSAGE).collect())
}
