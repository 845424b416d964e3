//! The order in which a type declares its fields and its variants, which its schema forgets.
//!
//! serde's derives name both to the deserializer they read from, in order. A probe notes what it
//! is asked for and fails, so that no value ever comes to be. The names include aliases.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

/// How many options, lists, structs and newtypes are entered, so that a type that only leads to
/// itself comes to an end.
const MAX_HOPS: usize = 64;

/// The wire names of the fields of the struct at `path`, in the order of their declaration.
///
/// None for what is no plain struct: one with flattened fields, or a tagged enum.
pub(crate) fn fields<T: DeserializeOwned>(path: &[&str]) -> Vec<&'static str> {
    ask::<T>(path, Asked::Fields)
}

/// The wire names of the variants of the enum at `path`, or of a list of it, in the order of their
/// declaration.
///
/// None for what is no enum, is untagged, or lies behind a flattened field.
pub(crate) fn variants<T: DeserializeOwned>(path: &[&str]) -> Vec<&'static str> {
    ask::<T>(path, Asked::Variants)
}

fn ask<T: DeserializeOwned>(path: &[&str], asked: Asked) -> Vec<&'static str> {
    let found = Cell::new(&[][..]);
    let probe = Probe {
        path,
        asked,
        hops: MAX_HOPS,
        found: &found,
    };
    // It fails always, and what matters was noted before.
    let _ = T::deserialize(probe);
    found.get().to_vec()
}

#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Fields,
    Variants,
}

#[derive(Clone, Copy)]
struct Probe<'p> {
    /// The members that are still to be entered.
    path: &'p [&'p str],
    asked: Asked,
    hops: usize,
    found: &'p Cell<&'static [&'static str]>,
}

impl<'p> Probe<'p> {
    fn deeper(self) -> Result<Self, Stop> {
        let hops = self.hops.checked_sub(1).ok_or(Stop)?;
        Ok(Self { hops, ..self })
    }

    fn note(self, asked: Asked, names: &'static [&'static str]) {
        if self.asked == asked {
            self.found.set(names);
        }
    }

    fn enter<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let (name, path) = self.path.split_first().ok_or(Stop)?;
        let value = Self { path, ..self }.deeper()?;
        visitor.visit_map(Inside {
            name: Some(name),
            value,
        })
    }
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(Stop)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_some(self.deeper()?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self.deeper()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_seq(Inside {
            name: None,
            value: self.deeper()?,
        })
    }

    // Structs with flattened fields.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.enter(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        if self.path.is_empty() {
            self.note(Asked::Fields, fields);
        }
        self.enter(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Stop> {
        if self.path.is_empty() {
            self.note(Asked::Variants, variants);
        }
        Err(Stop)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// A list or an object with one value, which is a probe.
struct Inside<'p> {
    name: Option<&'p str>,
    value: Probe<'p>,
}

impl<'de> MapAccess<'de> for Inside<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        match self.name.take() {
            Some(name) => seed.deserialize(name.into_deserializer()).map(Some),
            None => Err(Stop),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize(self.value)
    }
}

impl<'de> SeqAccess<'de> for Inside<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Stop> {
        seed.deserialize(self.value)?;
        Err(Stop)
    }
}

/// Nothing more is told.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("asked enough")
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<M: fmt::Display>(_: M) -> Self {
        Stop
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(rename_all = "snake_case")]
    enum Topic {
        Zoo,
        Sales,
        #[serde(alias = "ask")]
        Other,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "never comes to be")]
    struct Wrapped(Option<Box<Topic>>);

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "never comes to be")]
    struct Address {
        zip: String,
        #[serde(rename = "theCity")]
        city: String,
        #[serde(default)]
        kind: Topic,
    }

    impl Default for Topic {
        fn default() -> Self {
            unreachable!("nothing comes to be")
        }
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "never comes to be")]
    struct Contact {
        subject: String,
        #[serde(skip)]
        hidden: u8,
        topic: Topic,
        maybe: Option<Topic>,
        wrapped: Wrapped,
        many: Vec<Option<Topic>>,
        set: BTreeSet<Topic>,
        address: Option<Box<Address>>,
        map: BTreeMap<String, Topic>,
        again: Option<Box<Contact>>,
        any: Value,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "never comes to be")]
    struct Flat {
        topic: Topic,
        #[serde(flatten)]
        address: Address,
    }

    #[derive(Deserialize)]
    #[serde(tag = "by")]
    #[expect(dead_code, reason = "never comes to be")]
    enum Tagged {
        Id { id: i64 },
        Name { name: String },
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "never comes to be")]
    struct Endless(Option<Box<Endless>>);

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "never comes to be")]
    struct Lists(Vec<Lists>);

    const TOPICS: [&str; 4] = ["zoo", "sales", "ask", "other"];

    #[test]
    fn fields_in_order() {
        let names = [
            "subject", "topic", "maybe", "wrapped", "many", "set", "address", "map", "again", "any",
        ];
        assert_eq!(fields::<Contact>(&[]), names);
        assert_eq!(fields::<Option<Box<Contact>>>(&[]), names);
        assert_eq!(fields::<Contact>(&["again", "again"]), names);
        assert_eq!(fields::<Contact>(&["address"]), ["zip", "theCity", "kind"]);
    }

    #[test]
    fn no_fields_of_anything_else() {
        assert!(fields::<Contact>(&["subject"]).is_empty());
        assert!(fields::<Contact>(&["topic"]).is_empty());
        assert!(fields::<Contact>(&["none", "such"]).is_empty());
        assert!(fields::<Flat>(&[]).is_empty());
        assert!(fields::<Tagged>(&[]).is_empty());
        assert!(fields::<BTreeMap<String, i64>>(&[]).is_empty());
        assert!(fields::<Value>(&[]).is_empty());
        assert!(fields::<()>(&[]).is_empty());
        assert!(fields::<Endless>(&[]).is_empty() && variants::<Endless>(&[]).is_empty());
        assert!(fields::<Lists>(&[]).is_empty() && variants::<Lists>(&[]).is_empty());
    }

    #[test]
    fn variants_in_order() {
        let topics = TOPICS;
        for field in ["topic", "maybe", "wrapped", "many", "set"] {
            assert_eq!(variants::<Contact>(&[field]), topics, "{field}");
        }
        assert_eq!(variants::<Contact>(&["address", "kind"]), topics);
        assert_eq!(variants::<Contact>(&["again", "again", "many"]), topics);
        assert_eq!(variants::<Contact>(&["map", "key"]), topics);
        assert_eq!(variants::<Flat>(&["topic"]), topics);
        assert_eq!(variants::<Topic>(&[]), topics);
    }

    #[test]
    fn no_variants_of_anything_else() {
        assert!(variants::<Contact>(&[]).is_empty());
        assert!(variants::<Contact>(&["subject"]).is_empty());
        assert!(variants::<Contact>(&["address"]).is_empty());
        assert!(variants::<Contact>(&["topic", "deeper"]).is_empty());
        assert!(variants::<Contact>(&["none"]).is_empty());
        assert!(variants::<Flat>(&["kind"]).is_empty());
        assert!(variants::<Tagged>(&["by"]).is_empty());
        assert!(variants::<Value>(&["any"]).is_empty());
    }
}
