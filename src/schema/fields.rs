//! What is wrong with an input, field by field.

use std::collections::BTreeMap;

use serde::Serialize;

/// Messages about an input's fields, by the dotted path of the field on the wire (`items.1`,
/// `nested.label`).
///
/// It is what `details.fields` of a `VALIDATION_ERROR` says (protocol, section 1). A message about
/// the input as a whole stands under `__all__`.
///
/// ```
/// use mizan::Fields;
///
/// let mut fields = Fields::new();
/// fields.insert("email", "Already taken");
/// assert!(fields.contains("email"));
/// assert_eq!(
///     serde_json::to_string(&fields).unwrap(),
///     r#"{"email":["Already taken"]}"#,
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// No messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message about the field at `path`. A message that stands there already is not
    /// repeated.
    pub fn insert(&mut self, path: impl Into<String>, message: impl Into<String>) {
        let messages = self.0.entry(path.into()).or_default();
        let message = message.into();
        if !messages.contains(&message) {
            messages.push(message);
        }
    }

    /// The paths, in order, each with its messages.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0
            .iter()
            .map(|(path, messages)| (path.as_str(), messages.as_slice()))
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is a message about the field at exactly this path.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_gather_by_path() {
        let mut fields = Fields::new();
        assert!(fields.is_empty());
        fields.insert("b", "two");
        fields.insert("a.1", "one");
        fields.insert("b", "three");
        fields.insert("b", "two");
        assert!(fields.contains("a.1") && !fields.contains("a"));
        let paths: Vec<_> = fields
            .iter()
            .map(|(path, messages)| (path, messages.len()))
            .collect();
        assert_eq!(paths, [("a.1", 1), ("b", 2)]);
        assert_eq!(
            serde_json::to_value(&fields).ok(),
            Some(serde_json::json!({"a.1": ["one"], "b": ["two", "three"]}))
        );
    }
}
