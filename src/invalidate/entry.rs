//! One thing that a mutation changed.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::header::write_entry;
use super::params::Params;

/// A context that a mutation changed: all of it, or the instances that agree with a scope.
///
/// As JSON a broad entry is the context's name, a scoped one an object of `context` and
/// `params`. It prints in the grammar of the header `X-Mizan-Invalidate` (wire protocol,
/// section 3) and parses from it.
///
/// ```
/// use mizan::{Entry, params};
///
/// let entry = Entry::scoped("user", params! { "user_id": 42 });
/// assert_eq!(entry.to_string(), "user;user_id=42");
/// assert_eq!(entry, "user;user_id=42".parse()?);
/// assert!(entry.hits("user", &params! { "user_id": 42, "tab": "all" }));
/// assert!(!entry.hits("user", &params! { "user_id": 43 }));
/// # Ok::<(), mizan::ParseEntriesError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    context: Cow<'static, str>,
    params: Params,
}

impl Entry {
    /// Every instance of a context.
    pub fn broad(context: impl Into<Cow<'static, str>>) -> Self {
        Self::scoped(context, Params::new())
    }

    /// The instances of a context that agree with `params`. Without any it is broad.
    pub fn scoped(context: impl Into<Cow<'static, str>>, params: Params) -> Self {
        Self {
            context: context.into(),
            params,
        }
    }

    /// The context's name.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// The scope; empty for a broad entry.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// Whether every instance of the context is meant.
    pub fn is_broad(&self) -> bool {
        self.params.is_empty()
    }

    /// Whether an instance of `context` that was asked for with `held` is hit: always, unless
    /// some name stands in both with values of different canonical text.
    ///
    /// ```
    /// use mizan::{Entry, Params, params};
    ///
    /// let entry = Entry::scoped("user", params! { "user_id": 42, "tab": "all" });
    /// assert!(entry.hits("user", &params! { "user_id": "42" }));
    /// assert!(entry.hits("user", &Params::new()));
    /// assert!(!entry.hits("user", &params! { "tab": "new" }));
    /// assert!(!entry.hits("team", &Params::new()));
    /// ```
    pub fn hits(&self, context: &str, held: &Params) -> bool {
        self.context == context && !differ(&self.params, held)
    }
}

/// Whether some name stands in both with different values; both are sorted, so one walk tells.
fn differ(scope: &Params, held: &Params) -> bool {
    let (mut scope, mut held) = (scope.iter(), held.iter());
    let (mut one, mut two) = (scope.next(), held.next());
    while let (Some((name, value)), Some((held_name, held_value))) = (one, two) {
        match name.cmp(held_name) {
            Ordering::Less => one = scope.next(),
            Ordering::Greater => two = held.next(),
            Ordering::Equal if !value.same(held_value) => return true,
            Ordering::Equal => (one, two) = (scope.next(), held.next()),
        }
    }
    false
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        write_entry(&mut text, &self.context, &self.params);
        // Cannot fail: every byte is visible ASCII.
        f.pad(str::from_utf8(&text).unwrap_or_default())
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_broad() {
            return serializer.serialize_str(&self.context);
        }
        let mut entry = serializer.serialize_struct("Entry", 2)?;
        entry.serialize_field("context", &self.context)?;
        entry.serialize_field("params", &self.params)?;
        entry.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    #[test]
    fn hits() {
        let table = [
            (params! {}, params! {}, true),
            (params! {}, params! { "a": 1 }, true),
            (params! { "a": 1 }, params! {}, true),
            (params! { "a": 1 }, params! { "b": 2 }, true),
            (params! { "a": 1 }, params! { "a": "1" }, true),
            (params! { "a": 1 }, params! { "a": 1.0 }, true),
            (params! { "a": true }, params! { "a": "true" }, true),
            (params! { "a": 1 }, params! { "a": true }, false),
            (params! { "a": "" }, params! { "a": 0 }, false),
            (
                params! { "a": 1, "c": 3 },
                params! { "b": 2, "c": 4 },
                false,
            ),
            (params! { "b": 1 }, params! { "a": 0, "b": 1, "c": 9 }, true),
            (params! { "a": 1, "z": 1 }, params! { "z": 2 }, false),
            (params! { "z": 1 }, params! { "a": 1, "z": 2 }, false),
        ];
        for (scope, held, hit) in table {
            let entry = Entry::scoped("user", scope);
            assert_eq!(entry.hits("user", &held), hit, "{entry} and {held:?}");
            assert!(!entry.hits("team", &held));
        }
    }

    #[test]
    fn json() {
        assert_eq!(
            serde_json::to_string(&Entry::broad("user")).unwrap(),
            r#""user""#
        );
        let entry = Entry::scoped("user", params! { "user_id": 42, "q": "a b" });
        assert_eq!(
            serde_json::to_string(&entry).unwrap(),
            r#"{"context":"user","params":{"q":"a b","user_id":42}}"#
        );
    }
}
