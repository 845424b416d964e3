//! All that is wrong with an input that was refused.
//!
//! Plain serde reads inputs and stops at the first thing it cannot take. Then the input is judged
//! once more, here: by its schema, which finds every field that is wrong or missing, and by serde
//! again, for what a type's own code refuses.

use jsonschema::Validator;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;
use serde_path_to_error::{Path, Segment, Track};

use super::explain::explain;
use super::fields::Fields;
use super::findings::{Findings, Said};
use super::input::InputSchema;
use super::read::{Note, join, read_noting};
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

    /// Holds `text`, which is an input by its type, to what the schema asks for beyond that.
    pub(crate) fn hold_json(&self, text: &str) -> Result<(), Fields> {
        // Members that are not declared may say what they want, so serde's own reading will do.
        let findings = match serde_json::from_str(text) {
            Ok(value) => self.judge(&value, Vec::new()),
            Err(_) => return Err(self.explain_text(text, None)),
        };
        match findings.is_empty() {
            true => Ok(()),
            false => Err(findings.into_fields()),
        }
    }

    fn explain_text(&self, text: &str, refusal: Option<Refusal>) -> Fields {
        let findings = match read_noting(self.schema(), text) {
            Ok((value, notes)) => self.judge(&value, notes),
            Err(_) => Findings::default(),
        };
        findings.finish(refusal).into_fields()
    }

    /// What is wrong with a value, beside what was noted already.
    pub(crate) fn judge(&self, value: &Value, notes: Vec<Note>) -> Findings {
        let mut findings = Findings::new(notes);
        if let Ok(validator) = self.compiled()
            && !validator.is_valid(value)
        {
            explain_bounded(validator, value, &mut findings);
        }
        findings
    }
}

/// How many values are judged at once. The validator keeps all errors of all of them before it gives
/// the first, and each branch's of a union.
const MAX_JUDGED: usize = 20_000;

/// Puts what is wrong with a value at its paths. Of one that is very large only the beginning is
/// judged, unless nothing is wrong there.
fn explain_bounded(validator: &Validator, value: &Value, findings: &mut Findings) {
    let mut left = MAX_JUDGED;
    if is_below(value, &mut left) {
        return validator
            .iter_errors(value)
            .for_each(|error| explain(&error, findings));
    }
    let mut left = MAX_JUDGED;
    let begun = beginning(value, &mut left);
    let found = findings.len();
    for error in validator.iter_errors(&begun) {
        explain(&error, findings);
    }
    if findings.len() == found
        && let Err(error) = validator.validate(value)
    {
        explain(&error, findings);
    }
}

/// Whether a value and what it holds are fewer than `left`.
fn is_below(value: &Value, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    *left > 0
        && match value {
            Value::Array(items) => items.iter().all(|item| is_below(item, left)),
            Value::Object(members) => members.values().all(|member| is_below(member, left)),
            _ => true,
        }
}

/// A value without the items that are more than `left`.
fn beginning(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        Value::Array(items) => {
            let mut kept = Vec::new();
            for item in items {
                if *left == 0 {
                    break;
                }
                kept.push(beginning(item, left));
            }
            Value::Array(kept)
        }
        Value::Object(members) => {
            let members = members.iter();
            let kept = members.map(|(name, value)| (name.clone(), beginning(value, left)));
            Value::Object(kept.collect())
        }
        scalar => scalar.clone(),
    }
}

/// What serde stopped at.
pub(crate) struct Refusal {
    pub(super) path: String,
    /// What holds the member that is missing, unknown or repeated. serde buffers the content of some
    /// enums, and does not know then how deep in it the member is.
    pub(super) holder: Option<String>,
    pub(super) said: Said,
}

/// Reads a `T` strictly. The path is followed only where something is wrong.
#[cfg(feature = "forms")]
pub(crate) fn read_value<T: DeserializeOwned>(value: &Value) -> Result<T, Refusal> {
    T::deserialize(Strict(value)).or_else(|_| refusal(value))
}

/// Reads a `T` strictly, following the path.
pub(crate) fn refusal<'de, T, D>(from: D) -> Result<T, Refusal>
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
    for (begin, said_of_it) in [
        ("missing field `", Said::required()),
        ("duplicate field `", "Given more than once".into()),
        ("unknown field `", "Unknown field".into()),
    ] {
        let named = said
            .strip_prefix(begin)
            .and_then(|rest| rest.split_once('`'));
        if let Some((name, _)) = named {
            return Refusal {
                path: join(&at, name),
                holder: Some(at),
                said: said_of_it,
            };
        }
    }
    Refusal {
        path: at,
        holder: None,
        said: told(said, error.is_data()).map_or_else(|| "Not a valid value".into(), Said::from),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_of_which_all_is_judged() {
        for (items, is_all) in [(MAX_JUDGED - 4, true), (MAX_JUDGED - 3, false)] {
            let value = json!({"a": vec![0; items], "b": {}});
            assert_eq!(is_below(&value, &mut MAX_JUDGED.clone()), is_all);
            let mut left = MAX_JUDGED;
            beginning(&value, &mut left);
            assert_eq!(left > 0, is_all);
        }
    }
}
