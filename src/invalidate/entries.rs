//! All that a mutation changed.

use std::fmt;

use http::HeaderValue;
use serde::{Serialize, Serializer};

use super::entry::Entry;
use super::header;
use super::params::Params;

/// How many scoped entries are worth their number.
pub(crate) const MAX_SCOPES: usize = 64;

/// Entries in the order in which they were declared, without repeats.
///
/// A broad entry swallows the scoped ones of its context, those that come later too.
///
/// ```
/// use mizan::{Entries, Entry, params};
///
/// let mut entries = Entries::new();
/// entries.push(Entry::scoped("user", params! { "user_id": 42 }));
/// entries.push(Entry::broad("notifications"));
/// entries.push(Entry::broad("user"));
/// entries.push(Entry::scoped("user", params! { "user_id": 43 }));
/// assert_eq!(entries.header_value().unwrap(), "notifications, user");
/// ```
// A handful at most stands in one answer, so a list that is searched from its start is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    list: Vec<Entry>,
}

impl Entries {
    /// No entries.
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// Adds an entry at the end, unless it or the broad one of its context is there. A broad one
    /// takes the scoped ones of its context away.
    pub fn push(&mut self, entry: Entry) {
        let covers = |known: &Entry| {
            known.context() == entry.context() && known.is_broad() || *known == entry
        };
        if self.list.iter().any(covers) {
            return;
        }
        if entry.is_broad() {
            self.list.retain(|known| known.context() != entry.context());
        }
        self.list.push(entry);
    }

    /// [`push`](Self::push), where there is no knowing how many will come: once there are
    /// [`MAX_SCOPES`], each further one is taken broadly.
    pub(crate) fn push_bounded(&mut self, entry: Entry) {
        self.push(if self.len() < MAX_SCOPES {
            entry
        } else {
            Entry::broad(entry.context().to_owned())
        });
    }

    /// The entries in the order in which they were declared.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.list.iter()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether any entry hits an instance of `context` that was asked for with `held`; see
    /// [`Entry::hits`].
    pub fn hits(&self, context: &str, held: &Params) -> bool {
        self.iter().any(|entry| entry.hits(context, held))
    }

    /// The value of the header `X-Mizan-Invalidate`, or `None` when there is nothing to say.
    ///
    /// Where it would be longer than 2 KiB, scoped entries stand as broad ones.
    ///
    /// ```
    /// use mizan::{Entries, Entry, params};
    ///
    /// assert_eq!(Entries::new().header_value(), None);
    /// let long: Entries = [Entry::scoped("search", params! { "q": "x".repeat(3000) })].into_iter().collect();
    /// assert_eq!(long.header_value().unwrap(), "search");
    /// ```
    pub fn header_value(&self) -> Option<HeaderValue> {
        header::header_value(&self.list)
    }
}

/// The header's grammar, with every scope however long it becomes.
impl fmt::Display for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            entry.fmt(f)?;
        }
        Ok(())
    }
}

impl Extend<Entry> for Entries {
    fn extend<I: IntoIterator<Item = Entry>>(&mut self, entries: I) {
        entries.into_iter().for_each(|entry| self.push(entry));
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(list: I) -> Self {
        let mut entries = Self::new();
        entries.extend(list);
        entries
    }
}

impl IntoIterator for Entries {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    fn user(id: u32) -> Entry {
        Entry::scoped("user", params! { "user_id": id })
    }

    #[test]
    fn push() {
        let team = Entry::broad("team");
        let all = Entry::broad("user");
        let table: [(&[&Entry], &[&Entry]); 6] = [
            (&[], &[]),
            (&[&user(1), &team, &user(2)], &[&user(1), &team, &user(2)]),
            (&[&user(1), &team, &user(1)], &[&user(1), &team]),
            (&[&user(1), &team, &all], &[&team, &all]),
            (&[&all, &team, &user(1), &all], &[&all, &team]),
            (&[&team, &team], &[&team]),
        ];
        for (pushed, expected) in table {
            let entries: Entries = pushed.iter().copied().cloned().collect();
            assert_eq!(entries.iter().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn json() {
        let entries: Entries = [Entry::broad("team"), user(1)].into_iter().collect();
        assert_eq!(
            serde_json::to_string(&entries).unwrap(),
            r#"["team",{"context":"user","params":{"user_id":1}}]"#
        );
    }

    #[test]
    fn hits_when_any_does() {
        let entries: Entries = [user(1), user(2)].into_iter().collect();
        assert!(entries.hits("user", &params! { "user_id": 2 }));
        assert!(!entries.hits("user", &params! { "user_id": 3 }));
        assert!(!Entries::new().hits("user", &params! {}));
    }
}
