use std::sync::Arc;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use super::{Entry, Params};

/// A value that a mutation gives to one slot of a context, so that the client applies it without a
/// fetch (protocol section 3).
///
/// It may be applied only to an instance for which every parameter that the slot's function
/// declares is given here and equal.
#[derive(Clone, Debug)]
pub struct Merge {
    entry: Entry,
    slot: Arc<str>,
    key: Option<&'static str>,
    value: Arc<RawValue>,
}

impl Merge {
    pub(crate) fn new(
        entry: Entry,
        slot: Arc<str>,
        key: Option<&'static str>,
        value: Arc<RawValue>,
    ) -> Self {
        Self {
            entry,
            slot,
            key,
            value,
        }
    }

    /// The context and the scope of the value.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The member of the context whose value this is.
    pub fn slot(&self) -> &str {
        &self.slot
    }

    /// The member of an item by which it is replaced in the slot's list; `None` replaces the whole
    /// value.
    pub fn key(&self) -> Option<&str> {
        self.key
    }

    /// The value as JSON.
    pub fn value(&self) -> &str {
        self.value.get()
    }
}

impl Serialize for Merge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let params: &Params = self.entry.params();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("context", self.entry.context())?;
        map.serialize_entry("slot", self.slot())?;
        map.serialize_entry("value", &*self.value)?;
        if !params.is_empty() {
            map.serialize_entry("params", params)?;
        }
        if let Some(key) = self.key {
            map.serialize_entry("key", key)?;
        }
        map.end()
    }
}
