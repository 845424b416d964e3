//! What an answer says that a mutation changed.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::HeaderValue;

use super::entries::Entries;
use super::params::Params;
use super::template::Template;

/// The entries of an answer: as such, or as what they are made of once somebody looks.
#[derive(Debug)]
pub(crate) enum Told {
    Entries(Entries),
    Scoped(Scoped),
}

/// A template and the values that it is filled with.
#[derive(Debug)]
pub(crate) struct Scoped {
    template: Arc<Template>,
    scope: Params,
    entries: OnceLock<Entries>,
}

impl Told {
    pub(crate) fn entries(&self) -> &Entries {
        match self {
            Self::Entries(entries) => entries,
            Self::Scoped(scoped) => scoped.entries(),
        }
    }

    pub(crate) fn into_entries(self) -> Entries {
        match self {
            Self::Entries(entries) => entries,
            Self::Scoped(scoped) => {
                scoped.entries();
                scoped.entries.into_inner().unwrap_or_default()
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        // A template has at least one.
        matches!(self, Self::Entries(entries) if entries.is_empty())
    }

    /// Appends the entries as a JSON list.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Entries(entries) => entries.write_json(out),
            Self::Scoped(scoped) => scoped.template.write_json(&scoped.scope, out),
        }
    }
}

impl Default for Told {
    fn default() -> Self {
        Self::Entries(Entries::new())
    }
}

impl Scoped {
    pub(crate) fn new(template: &Arc<Template>, scope: Params) -> Self {
        Self {
            template: Arc::clone(template),
            scope,
            entries: OnceLock::new(),
        }
    }

    fn entries(&self) -> &Entries {
        self.entries
            .get_or_init(|| self.template.entries(&self.scope))
    }

    /// The header by itself.
    pub(crate) fn header_value(&self) -> HeaderValue {
        self.template.header_value(&self.scope)
    }

    /// A body and the header that it goes with, in one allocation.
    pub(crate) fn with_header(&self, mut body: Vec<u8>, header: &mut Option<HeaderValue>) -> Bytes {
        let length = body.len();
        let scoped = self.template.write_header(&self.scope, &mut body);
        let mut body = Bytes::from(body);
        if scoped {
            // Cannot fail: every byte is visible ASCII.
            *header = HeaderValue::from_maybe_shared(body.split_off(length)).ok();
        } else {
            *header = Some(self.template.broad());
        }
        body
    }
}
