//! JSON read as strictly as its schema says.
//!
//! serde_json takes two spellings that no schema admits: a struct written as an array of its
//! fields, and a unit variant written as `{"alpha": null}`. [`Strict`] stands between a type and
//! serde_json's deserializer and refuses both, at every depth. It adds no state and no
//! allocation; everything else passes through as it is.
//!
//! Out of its reach is what serde buffers before it decides: the insides of internally tagged and
//! untagged enums, and values behind `#[serde(flatten)]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

/// The name under which serde_json knows its `RawValue`, which it takes from the text itself and
/// whose visitor therefore has to reach it unwrapped.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// Reads the whole of `text` as a `T`; trailing data is an error.
#[inline]
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Strict(&mut json))?;
    json.end()?;
    Ok(value)
}

/// A deserializer that gives structs as maps only, and unit variants as text only.
pub(super) struct Strict<D>(pub(super) D);

/// What a type's own visitor is wrapped in.
struct StrictVisitor<V>(V);

/// A struct's visitor: as [`StrictVisitor`], without sequences.
struct StructVisitor<V>(V);

/// An enum's visitor: text is a unit variant, a map of one member any other.
struct EnumVisitor<V>(V);

/// Wraps seeds, and the access to the children of a list or an object.
struct Inner<T>(T);

macro_rules! forward {
    ($($method:ident($($arg:ident: $type:ty),*);)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, $($arg: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($arg,)* StrictVisitor(visitor))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    forward! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_identifier();
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if name == RAW_VALUE {
            self.0.deserialize_newtype_struct(name, visitor)
        } else {
            self.0
                .deserialize_newtype_struct(name, StrictVisitor(visitor))
        }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0
            .deserialize_struct(name, fields, StructVisitor(visitor))
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(EnumVisitor(visitor))
    }

    // Nothing of an ignored value is kept, so nothing in it needs to be watched.
    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! visit {
    ($($method:ident($($type:ty)?);)*) => {$(
        #[inline]
        fn $method<E: Error>(self $(, value: $type)?) -> Result<V::Value, E> {
            self.0.$method($(visit!(@value value $type))?)
        }
    )*};
    (@value $value:ident $type:ty) => { $value };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for StrictVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    visit! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
        visit_none();
        visit_unit();
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Strict(value))
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Strict(value))
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Inner(list))
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Inner(object))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for StructVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Inner(object))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for EnumVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        self.0.visit_enum(StrDeserializer::new(name))
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Inner(object))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Inner<S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(value))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Inner<A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Inner(seed))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

// A member's name is always text, where there is nothing to be strict about.
impl<'de, A: MapAccess<'de>> MapAccess<'de> for Inner<A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Inner(seed))
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Inner<A> {
    type Error = A::Error;
    type Variant = Self;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(
        mut self,
        seed: S,
    ) -> Result<(S::Value, Self), A::Error> {
        match self.0.next_key_seed(seed)? {
            Some(variant) => Ok((variant, self)),
            None => Err(A::Error::invalid_length(0, &"an object of one member")),
        }
    }
}

// That no second member follows is seen by serde_json, which ends the object itself.
impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Inner<A> {
    type Error = A::Error;

    #[inline]
    fn unit_variant(self) -> Result<(), A::Error> {
        Err(A::Error::invalid_type(
            Unexpected::Map,
            &"the variant's name as text",
        ))
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        mut self,
        seed: S,
    ) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Inner(seed))
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(
        mut self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(TupleVariant {
            len,
            visitor,
            lifetime: PhantomData::<&'de ()>,
        })
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(StructVariant {
            fields,
            visitor,
            lifetime: PhantomData::<&'de ()>,
        })
    }
}

/// Reads the fields of a tuple variant.
struct TupleVariant<'de, V> {
    len: usize,
    visitor: V,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for TupleVariant<'de, V> {
    type Value = V::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        Strict(value).deserialize_tuple(self.len, self.visitor)
    }
}

/// Reads the fields of a struct variant.
struct StructVariant<'de, V> {
    fields: &'static [&'static str],
    visitor: V,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for StructVariant<'de, V> {
    type Value = V::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        Strict(value).deserialize_struct("", self.fields, self.visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Alpha,
        One(i64),
        Two(i64, Point),
        Named { point: Point },
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Point {
        x: i64,
        y: Option<u64>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Wrapped(Point);

    fn yes<T: DeserializeOwned + PartialEq + fmt::Debug>(text: &str, value: T) {
        assert_eq!(from_json::<T>(text).ok(), Some(value), "{text}");
        assert!(
            from_json::<T>(&format!("{text}1")).is_err(),
            "{text} and trailing data"
        );
    }

    fn no<T: DeserializeOwned + fmt::Debug>(text: &str) {
        assert!(serde_json::from_str::<T>(text).is_ok(), "{text}");
        assert!(from_json::<T>(text).is_err(), "{text}");
    }

    #[test]
    fn structs_are_objects_at_every_depth() {
        let point = || Point { x: 1, y: Some(2) };
        yes(r#"{"x":1,"y":2}"#, point());
        yes(r#" {"y":null,"z":[{}],"x":-1} "#, Point { x: -1, y: None });
        yes(r#"[{"x":1,"y":2}]"#, vec![point()]);
        yes(r#"{"x":1,"y":2}"#, Some(Wrapped(point())));
        yes(
            r#"{"a":{"x":1,"y":2}}"#,
            BTreeMap::from([("a".to_owned(), point())]),
        );
        no::<Point>("[1,2]");
        no::<Vec<Point>>("[[1,2]]");
        no::<Option<Wrapped>>("[1,2]");
        no::<(i64, Point)>("[1,[1,2]]");
        no::<BTreeMap<String, Point>>(r#"{"a":[1,2]}"#);
    }

    #[test]
    fn unit_variants_are_text() {
        let point = || Point { x: 1, y: Some(2) };
        yes(r#""alpha""#, Kind::Alpha);
        yes(r#""\u0061lpha""#, Kind::Alpha);
        yes(r#"{"one":5}"#, Kind::One(5));
        yes(r#"{"two":[5,{"x":1,"y":2}]}"#, Kind::Two(5, point()));
        yes(
            r#"{"named":{"point":{"x":1,"y":2}}}"#,
            Kind::Named { point: point() },
        );
        no::<Kind>(r#"{"alpha":null}"#);
        no::<Vec<Option<Kind>>>(r#"[{"alpha":null}]"#);
        no::<Kind>(r#"{"two":[5,[1,2]]}"#);
        no::<Kind>(r#"{"named":[{"x":1,"y":2}]}"#);
        no::<Kind>(r#"{"named":{"point":[1,2]}}"#);
        for text in [
            "{}",
            r#"{"one":5,"one":5}"#,
            r#"{"one":5,"alpha":null}"#,
            "5",
            "null",
            r#""one""#,
            r#"["alpha"]"#,
        ] {
            assert!(from_json::<Kind>(text).is_err(), "{text}");
        }
        yes(
            r#"{"alpha":1}"#,
            BTreeMap::from([("alpha".to_owned(), 1_u8)]),
        );
    }

    #[test]
    fn numbers_and_raw_text_pass_unchanged() {
        yes("9223372036854775807", i64::MAX);
        yes("18446744073709551615", u64::MAX);
        yes("-170141183460469231731687303715884105728", i128::MIN);
        yes("340282366920938463463374607431768211455", u128::MAX);
        yes("null", Option::<i64>::None);
        yes(r#""é""#, 'é');
        yes("[1.5,-2,3]", vec![1.5_f32, -2.0, 3.0]);
        assert!(from_json::<f32>("1e39").is_err());
        yes(
            r#"{"1":[true,null,"x",1.5]}"#,
            serde_json::json!({"1": [true, null, "x", 1.5]}),
        );
        yes(r#"{"1":"x"}"#, BTreeMap::from([(1_i64, "x".to_owned())]));
        let raw: Vec<Box<RawValue>> = from_json("[ 1e999 , [1, 2]]").expect("raw values");
        let raw: Vec<&str> = raw.iter().map(|raw| raw.get()).collect();
        assert_eq!(raw, ["1e999", "[1, 2]"]);
        for text in ["5.0", "9223372036854775808", "1e2", "\"5\"", ""] {
            assert!(from_json::<i64>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_stays_bounded() {
        #[derive(Debug, Deserialize)]
        struct Tree {
            #[serde(default)]
            sub: Vec<Tree>,
        }
        let tree = |depth: usize| {
            let open = r#"{"sub":["#.repeat(depth);
            from_json::<Tree>(&format!("{open}{}", "]}".repeat(depth)))
        };
        let mut deepest = 0;
        let mut at = tree(60).expect("a tree");
        while let Some(sub) = at.sub.pop() {
            deepest += 1;
            at = sub;
        }
        assert_eq!(deepest, 59);
        assert!(tree(100_000).is_err());
    }
}
