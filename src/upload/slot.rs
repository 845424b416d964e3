//! How files come into a typed input.
//!
//! An input is read by serde, which hands on text and numbers and no files. So a file's place in
//! the value holds a token, text that stands for one of the call's files, and the files lie beside,
//! within reach for as long as the input is being read.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::file::Upload;

const MISSING: &str = "A file has to be sent as multipart/form-data";

/// Nobody outside can write a token: it holds what only this process knows.
static SECRET: LazyLock<String> = LazyLock::new(|| {
    let random = || RandomState::new().hash_one(());
    format!("mizan-file:{:016x}{:016x}:", random(), random())
});

thread_local! {
    static REACHABLE: RefCell<Option<Files>> = const { RefCell::new(None) };
}

/// The files of a call.
#[derive(Clone, Debug)]
pub(crate) struct Files(Arc<[Upload]>);

impl Files {
    pub(crate) fn new(files: Vec<Upload>) -> Self {
        Self(files.into())
    }

    /// What stands for the file of this index where an input is read in the [scope](Self::scope).
    pub(crate) fn token(index: usize) -> Value {
        Value::String(format!("{}{index}", *SECRET))
    }

    /// What stands for a file that was not sent, where the rest of an input is to be read
    /// nevertheless.
    pub(crate) fn stand_in() -> Value {
        Self::token(usize::MAX)
    }

    /// Has the files within reach of an input that `read` reads.
    pub(crate) fn scope<T>(&self, read: impl FnOnce() -> T) -> T {
        struct Restore(Option<Files>);
        impl Drop for Restore {
            fn drop(&mut self) {
                REACHABLE.set(self.0.take());
            }
        }
        let _restore = Restore(REACHABLE.replace(Some(self.clone())));
        read()
    }

    pub(crate) fn is_token(text: &str) -> bool {
        text.starts_with(SECRET.as_str())
    }

    fn find(token: &str) -> Option<Upload> {
        let index: usize = token.strip_prefix(SECRET.as_str())?.parse().ok()?;
        if index == usize::MAX {
            let octets = "application/octet-stream".to_owned();
            return Some(Upload::sunk(String::new(), octets, 0, Box::new(())));
        }
        REACHABLE.with_borrow(|files| files.as_ref()?.0.get(index).cloned())
    }
}

impl<'de> Deserialize<'de> for Upload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Whatever is given in a file's place is told the same, and not that it is no text.
        deserializer.deserialize_any(TokenVisitor)
    }
}

struct TokenVisitor;

fn missing<E: de::Error, T>(_: T) -> Result<Upload, E> {
    Err(E::custom(MISSING))
}

impl<'de> Visitor<'de> for TokenVisitor {
    type Value = Upload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a file, sent as multipart/form-data")
    }

    fn visit_str<E: de::Error>(self, token: &str) -> Result<Upload, E> {
        Files::find(token).ok_or_else(|| E::custom(MISSING))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Upload, E> {
        missing(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Upload, E> {
        missing(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Upload, E> {
        missing(value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Upload, E> {
        missing(value)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Upload, E> {
        missing(())
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, value: A) -> Result<Upload, A::Error> {
        missing(value)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, value: A) -> Result<Upload, A::Error> {
        missing(value)
    }
}

/// Always null. Invalidation compares what an input serialises to, and only scalars scope: a file
/// says nothing about which thing a call is about.
impl Serialize for Upload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// `{"type": "string", "format": "binary"}`, as OpenAPI writes a file.
impl JsonSchema for Upload {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Upload".into()
    }

    fn schema_id() -> Cow<'static, str> {
        concat!(module_path!(), "::Upload").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "binary"})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, serde::Deserialize, Serialize, JsonSchema)]
    struct Input {
        one: Upload,
        #[serde(default)]
        many: Vec<Upload>,
        maybe: Option<Upload>,
    }

    fn files() -> Files {
        let named = |name: &str| {
            Upload::stored(name.into(), "a/b".into(), 0, tempfile::tempfile().unwrap())
        };
        Files::new(vec![named("a"), named("b"), named("c")])
    }

    fn read(value: Value) -> Result<Input, String> {
        Input::deserialize(value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_token_is_its_file_within_the_scope_and_nothing_outside() {
        let value = json!({"one": Files::token(2), "many": [Files::token(0), Files::token(1)]});
        let input = files().scope(|| read(value.clone())).unwrap();
        assert_eq!(input.one.name(), "c");
        assert_eq!(input.many[1].name(), "b");
        assert!(input.maybe.is_none());
        assert_eq!(read(value).unwrap_err(), MISSING);
        // By the way that arguments are read, too.
        let text = json!({"one": Files::token(1)}).to_string();
        let input = files()
            .scope(|| serde_json::from_str::<Input>(&text))
            .unwrap();
        assert_eq!(input.one.name(), "b");
    }

    #[test]
    fn nothing_else_is_a_file() {
        for value in [
            json!("mizan-file:0"),
            json!("0"),
            json!(""),
            json!(null),
            json!(0),
            json!(-1),
            json!(0.5),
            json!(true),
            json!([Files::token(0)]),
            json!({"a": 1}),
            Files::token(3),
        ] {
            let error = files().scope(|| read(json!({ "one": value }))).unwrap_err();
            assert!(error.starts_with(MISSING), "{error}");
        }
    }

    #[test]
    fn scopes_nest_and_end_with_a_panic() {
        let value = json!({"one": Files::token(0)});
        let other = Files::new(vec![]);
        files().scope(|| {
            assert!(other.scope(|| read(value.clone())).is_err());
            let panic = std::panic::catch_unwind(|| other.scope(|| panic!("within")));
            assert!(panic.is_err());
            assert!(read(value.clone()).is_ok());
        });
        assert!(read(value).is_err());
    }

    #[test]
    fn it_serialises_as_null_and_its_schema_is_a_binary_string() {
        let value = json!({"one": Files::token(0), "many": [Files::token(1)]});
        let input = files().scope(|| read(value)).unwrap();
        assert_eq!(
            serde_json::to_value(&input).unwrap(),
            json!({"one": null, "many": [null], "maybe": null})
        );
        let schema = schemars::schema_for!(Input);
        assert_eq!(
            schema.as_value()["properties"]["one"],
            json!({"type": "string", "format": "binary"})
        );
        assert!(schema.get("$defs").is_none());
    }
}
