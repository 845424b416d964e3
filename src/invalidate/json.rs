//! Entries as they stand in the body of an answer.
//!
//! What serde writes of them, written in one pass: most texts are names that need no escapes, and
//! an answer with an entry should not cost twice what one without costs.

use super::scalar::write_integer;
use super::{Entries, Merge, Params, Scalar};

/// Of one entry with a parameter, in bytes.
const USUAL_SIZE: usize = 64;

impl Entries {
    /// Appends the entries as a JSON list.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        out.reserve(USUAL_SIZE * self.len());
        out.push(b'[');
        for (index, entry) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            if entry.is_broad() {
                write_text(out, entry.context());
                continue;
            }
            out.extend_from_slice(b"{\"context\":");
            write_text(out, entry.context());
            out.extend_from_slice(b",\"params\":");
            write_params(out, entry.params());
            out.extend_from_slice(b"}");
        }
        out.push(b']');
    }
}

impl Merge {
    /// Appends the merge as a JSON object.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"context\":");
        write_text(out, self.entry().context());
        out.extend_from_slice(b",\"slot\":");
        write_text(out, self.slot());
        out.extend_from_slice(b",\"value\":");
        out.extend_from_slice(self.value().as_bytes());
        if !self.entry().is_broad() {
            out.extend_from_slice(b",\"params\":");
            write_params(out, self.entry().params());
        }
        if let Some(key) = self.key() {
            out.extend_from_slice(b",\"key\":");
            write_text(out, key);
        }
        out.push(b'}');
    }
}

fn write_params(out: &mut Vec<u8>, params: &Params) {
    out.push(b'{');
    for (index, (name, value)) in params.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(out, name);
        out.push(b':');
        write_scalar(out, value);
    }
    out.push(b'}');
}

pub(super) fn write_scalar(out: &mut Vec<u8>, value: &Scalar) {
    match value {
        Scalar::Int(int) if value.is_exact() => write_integer(out, *int),
        Scalar::Uint(uint) if value.is_exact() => write_integer(out, *uint),
        Scalar::Int(_) | Scalar::Uint(_) => value.with_text(|digits| write_text(out, digits)),
        Scalar::Bool(_) => value.with_text(|text| out.extend_from_slice(text.as_bytes())),
        Scalar::Text(text) => write_text(out, text),
        Scalar::Number(_) => write_by_serde(out, value),
    }
}

pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    if text
        .bytes()
        .any(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
    {
        write_by_serde(out, text);
        return;
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Writing texts and finite numbers to memory cannot fail.
fn write_by_serde<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    if let Err(error) = serde_json::to_writer(&mut *out, value) {
        tracing::error!(%error, "an entry cannot be written");
        out.extend_from_slice(b"null");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;
    use crate::invalidate::Entry;

    fn scalar() -> impl Strategy<Value = Scalar> {
        prop_oneof![
            any::<bool>().prop_map(Scalar::Bool),
            any::<i64>().prop_map(Scalar::Int),
            (-9_007_199_254_740_994_i64..9_007_199_254_740_994).prop_map(Scalar::Int),
            any::<u64>().prop_map(Scalar::Uint),
            (-1e20..1e20).prop_map(Scalar::Number),
            any::<String>().prop_map(|text| Scalar::Text(text.into())),
        ]
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let name = prop_oneof![Just("user".to_owned()), any::<String>()];
        let params = proptest::collection::vec((any::<String>(), scalar()), 0..4);
        (name, params).prop_map(|(name, params)| Entry::scoped(name, params.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn entries_are_written_as_serde_writes_them(list in proptest::collection::vec(entry(), 0..4)) {
            let entries: Entries = list.into_iter().collect();
            let mut written = Vec::new();
            entries.write_json(&mut written);
            let expected = serde_json::to_string(&entries).unwrap();
            prop_assert_eq!(String::from_utf8(written).unwrap(), expected);
        }

        #[test]
        fn merges_are_written_as_serde_writes_them(entry in entry(), keyed: bool) {
            let value: Arc<RawValue> = Arc::from(RawValue::from_string("{\"a\":[1]}".into()).unwrap());
            let merge = Merge::new(entry, "slot".into(), keyed.then_some("id"), value);
            let mut written = Vec::new();
            merge.write_json(&mut written);
            let expected = serde_json::to_string(&merge).unwrap();
            prop_assert_eq!(String::from_utf8(written).unwrap(), expected);
        }
    }
}
