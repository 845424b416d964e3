//! What a form was sent with, and JSON values as texts of controls.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// What a form was sent with: names and texts in the order of the body, where a name may stand
/// several times.
///
/// `Debug` tells the names alone.
///
/// ```
/// use mizan::form::FormValues;
///
/// let values: FormValues = [("topic", "sales"), ("topic", "help"), ("name", "Ada")]
///     .into_iter()
///     .collect();
/// assert_eq!(values.get("name"), Some("Ada"));
/// assert_eq!(values.all("topic").collect::<Vec<_>>(), ["sales", "help"]);
/// assert_eq!(format!("{values:?}"), r#"FormValues ["topic", "topic", "name"]"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FormValues {
    pairs: Vec<(String, String)>,
}

impl FormValues {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one behind the others.
    pub fn push(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.pairs.push((name.into(), text.into()));
    }

    /// The first text of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every text of this name.
    pub fn all<'v>(&'v self, name: &str) -> impl Iterator<Item = &'v str> {
        self.iter()
            .filter(move |(known, _)| *known == name)
            .map(|(_, text)| text)
    }

    /// Every name and text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, text)| (&**name, &**text))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.pairs.retain(|(name, _)| keep(name));
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.pairs.truncate(len);
    }
}

impl<N: Into<String>, T: Into<String>> FromIterator<(N, T)> for FormValues {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(pairs: I) -> Self {
        let mut values = Self::new();
        values.extend(pairs);
        values
    }
}

impl<N: Into<String>, T: Into<String>> Extend<(N, T)> for FormValues {
    fn extend<I: IntoIterator<Item = (N, T)>>(&mut self, pairs: I) {
        for (name, text) in pairs {
            self.push(name, text);
        }
    }
}

// People's own words do not belong in a log.
impl fmt::Debug for FormValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormValues ")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// An object with a list of texts for each name.
impl Serialize for FormValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut names = BTreeMap::<&str, Vec<&str>>::new();
        for (name, text) in self.iter() {
            names.entry(name).or_default().push(text);
        }
        names.serialize(serializer)
    }
}

/// An initial value as controls show it: nothing for null, several texts for a list.
pub(super) fn texts(value: &Value) -> Vec<Cow<'_, str>> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(text).collect(),
        value => vec![text(value)],
    }
}

/// One value as a form sends it. What is no scalar is shown as its JSON.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        value => Cow::Owned(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_as_texts() {
        let table = [
            (json!(null), vec![]),
            (json!(""), vec![""]),
            (json!("Ada"), vec!["Ada"]),
            (json!(18), vec!["18"]),
            (json!(9_007_199_254_740_993_i64), vec!["9007199254740993"]),
            (json!(0.5), vec!["0.5"]),
            (json!(true), vec!["true"]),
            (json!([]), vec![]),
            (json!(["a", 1, null]), vec!["a", "1", ""]),
            (json!({"a": 1}), vec![r#"{"a":1}"#]),
        ];
        for (value, expected) in table {
            assert_eq!(texts(&value), expected, "{value}");
        }
    }

    #[test]
    fn serialises_as_lists_of_texts() {
        let values: FormValues = [("b", "1"), ("a", ""), ("b", "2")].into_iter().collect();
        assert_eq!(
            serde_json::to_value(&values).unwrap(),
            json!({"a": [""], "b": ["1", "2"]})
        );
    }
}
