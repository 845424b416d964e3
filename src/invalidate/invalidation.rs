use super::{Entries, Entry};

/// What a plain route changed, to be put into its response's extensions.
///
/// A response of the service behind [`MizanLayer`](crate::MizanLayer) that carries one leaves with
/// the header `X-Mizan-Invalidate`, and everybody who listens to the registry is told before it
/// does. A 4xx promises that nothing changed, so there it is ignored.
///
/// ```
/// use mizan::{Context, Invalidation, params};
///
/// const USER: Context = Context::new("user").key("user_id");
///
/// let mut response = http::Response::new("saved");
/// response.extensions_mut().insert(Invalidation::from(USER.at(params! { "user_id": 42 })));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalidation {
    entries: Entries,
}

impl Invalidation {
    /// One of no entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry.
    #[must_use]
    pub fn and(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// What changed.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }
}

impl From<Entry> for Invalidation {
    fn from(entry: Entry) -> Self {
        Self::new().and(entry)
    }
}

impl From<Entries> for Invalidation {
    fn from(entries: Entries) -> Self {
        Self { entries }
    }
}

impl FromIterator<Entry> for Invalidation {
    fn from_iter<T: IntoIterator<Item = Entry>>(entries: T) -> Self {
        Self {
            entries: entries.into_iter().collect(),
        }
    }
}
