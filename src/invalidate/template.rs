//! Entries that are known but for the values that scope them.

use std::borrow::Cow;

use http::HeaderValue;

use super::entries::Entries;
use super::entry::Entry;
use super::header::{self, MAX_LEN};
use super::json;
use super::params::Params;
use super::scalar::Scalar;

/// The entries of one function's mutations, put into words at registration: a call fills the
/// arguments in that scope them, and makes an [`Entries`] only for whoever looks at one.
#[derive(Debug)]
pub(crate) struct Template {
    entries: Vec<Unscoped>,
    /// How many different arguments scope them.
    values: usize,
    header: Text,
    json: Text,
    broad: HeaderValue,
}

/// An entry, and the arguments that scope it, sorted.
#[derive(Debug)]
struct Unscoped {
    context: Cow<'static, str>,
    keys: Vec<Box<str>>,
}

/// A text with gaps for values.
#[derive(Debug, Default)]
struct Text {
    gaps: Vec<Gap>,
    /// What stands behind the last gap.
    rest: Vec<u8>,
}

#[derive(Debug)]
struct Gap {
    /// What stands before it.
    text: Vec<u8>,
    /// The position of its value in a scope that is complete.
    index: usize,
}

impl Template {
    /// The contexts in the order of their entries, each with the arguments that scope it.
    ///
    /// None where there are none, and where a context comes twice: what its entries have to do with
    /// one another depends on the values.
    pub(crate) fn new<'a>(
        contexts: impl IntoIterator<Item = (&'a Cow<'static, str>, &'a [Box<str>])>,
    ) -> Option<Self> {
        let mut entries: Vec<Unscoped> = Vec::new();
        for (context, keys) in contexts {
            if entries.iter().any(|known| known.context == *context) {
                return None;
            }
            entries.push(Unscoped {
                context: context.clone(),
                keys: sorted(keys),
            });
        }
        let all: Vec<Box<str>> = entries
            .iter()
            .flat_map(|e| e.keys.iter().cloned())
            .collect();
        let all = sorted(&all);
        let index = |key: &str| all.iter().position(|known| **known == *key);
        let (mut header, mut json) = (Text::default(), Text::default());
        json.rest.push(b'[');
        for (position, entry) in entries.iter().enumerate() {
            if position > 0 {
                header.rest.extend_from_slice(b", ");
                json.rest.extend_from_slice(b",");
            }
            entry.write_header(&mut header, index);
            entry.write_json(&mut json, index);
        }
        json.rest.push(b']');
        let broad = entries.iter().map(|entry| entry.with(Params::new()));
        let broad = broad.collect::<Entries>().header_value()?;
        Some(Self {
            entries,
            values: all.len(),
            header,
            json,
            broad,
        })
    }

    /// Whether a scope, which has no others than these arguments, has all of them. Where one is
    /// missing, the texts have fewer parameters.
    pub(crate) fn takes(&self, scope: &Params) -> bool {
        scope.len() == self.values
    }

    /// The entries with these values.
    pub(crate) fn entries(&self, scope: &Params) -> Entries {
        let with_scope = |entry: &Unscoped| entry.with(scope.clone());
        self.entries.iter().map(with_scope).collect()
    }

    /// What [`Entries::header_value`] says of them.
    pub(crate) fn header_value(&self, scope: &Params) -> HeaderValue {
        let mut text = Vec::new();
        let scoped = self.write_header(scope, &mut text);
        // Cannot fail: every byte is visible ASCII.
        let value = scoped.then(|| HeaderValue::try_from(text).ok()).flatten();
        value.unwrap_or_else(|| self.broad())
    }

    /// The header without any scope.
    pub(crate) fn broad(&self) -> HeaderValue {
        self.broad.clone()
    }

    /// Appends the text of the header. False, and no text, where [`broad`](Self::broad) is to be
    /// said: there is no scope, or the text would be too long with it.
    pub(crate) fn write_header(&self, scope: &Params, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let fits = self.values > 0 && self.header.write(scope, out, header_scalar);
        if fits && out.len() - start <= MAX_LEN {
            return true;
        }
        out.truncate(start);
        false
    }

    /// Appends what [`Entries::write_json`] does of them.
    pub(crate) fn write_json(&self, scope: &Params, out: &mut Vec<u8>) {
        self.json.write(scope, out, |out, value| {
            json::write_scalar(out, value);
            true
        });
    }
}

impl Text {
    fn gap(&mut self, index: Option<usize>) {
        if let Some(index) = index {
            let text = std::mem::take(&mut self.rest);
            self.gaps.push(Gap { text, index });
        }
    }

    /// False where a value was refused.
    #[inline]
    fn write(
        &self,
        scope: &Params,
        out: &mut Vec<u8>,
        fill: impl Fn(&mut Vec<u8>, &Scalar) -> bool,
    ) -> bool {
        let scope = scope.as_slice();
        for gap in &self.gaps {
            out.extend_from_slice(&gap.text);
            let value = scope.get(gap.index);
            if !value.is_some_and(|(_, value)| fill(out, value)) {
                return false;
            }
        }
        out.extend_from_slice(&self.rest);
        true
    }
}

/// Keeps a text of megabytes from being encoded only to be dropped.
#[inline]
fn header_scalar(out: &mut Vec<u8>, value: &Scalar) -> bool {
    let too_long = matches!(value, Scalar::Text(text) if text.len() > MAX_LEN);
    if !too_long {
        header::write_scalar(out, value);
    }
    !too_long
}

impl Unscoped {
    fn with(&self, mut scope: Params) -> Entry {
        scope.retain(|name, _| self.keys.iter().any(|key| **key == *name));
        Entry::scoped(self.context.clone(), scope)
    }

    fn write_header(&self, text: &mut Text, index: impl Fn(&str) -> Option<usize>) {
        header::write_encoded(&mut text.rest, &self.context);
        for key in &self.keys {
            text.rest.push(b';');
            header::write_encoded(&mut text.rest, key);
            text.rest.push(b'=');
            text.gap(index(key));
        }
    }

    fn write_json(&self, text: &mut Text, index: impl Fn(&str) -> Option<usize>) {
        if self.keys.is_empty() {
            json::write_text(&mut text.rest, &self.context);
            return;
        }
        text.rest.extend_from_slice(b"{\"context\":");
        json::write_text(&mut text.rest, &self.context);
        text.rest.extend_from_slice(b",\"params\":");
        for (position, key) in self.keys.iter().enumerate() {
            text.rest.push(if position == 0 { b'{' } else { b',' });
            json::write_text(&mut text.rest, key);
            text.rest.push(b':');
            text.gap(index(key));
        }
        text.rest.extend_from_slice(b"}}");
    }
}

/// As [`Params`] have their names.
fn sorted(keys: &[Box<str>]) -> Vec<Box<str>> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    keys
}
