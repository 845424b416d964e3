//! A type read straight from the parameters of a query.
//!
//! This is the way for inputs that are plain structs. Where a type asks for what only its schema
//! can tell (`#[serde(flatten)]`, untyped values), and where something is wrong, the
//! schema-driven way takes over.

use std::fmt;
use std::slice;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::query::{Query, is_integer, number};

/// Why a query was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueryError {
    /// The type does not say what it wants; its schema has to.
    NeedsSchema,
    /// A parameter is missing or wrong.
    Invalid,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NeedsSchema => "the type does not tell what it takes",
            Self::Invalid => "a parameter is missing or wrong",
        })
    }
}

impl std::error::Error for QueryError {}

impl de::Error for QueryError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Invalid
    }
}

/// Reads a `T`, a struct or nothing at all, from the parameters it names; others are ignored.
pub(crate) fn from_query<T: DeserializeOwned>(query: &Query<'_>) -> Result<T, QueryError> {
    T::deserialize(Root(query))
}

/// The input as a whole.
struct Root<'a>(&'a Query<'a>);

impl<'de> Deserializer<'de> for Root<'_> {
    type Error = QueryError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, QueryError> {
        Err(QueryError::NeedsSchema)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        visitor.visit_map(Members {
            query: self.0,
            fields: fields.iter(),
            name: "",
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        seq tuple tuple_struct map enum identifier
    }
}

/// The fields that the query has, in the order of the type.
struct Members<'a> {
    query: &'a Query<'a>,
    fields: slice::Iter<'static, &'static str>,
    name: &'static str,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = QueryError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, QueryError> {
        let query = self.query;
        let Some(name) = self.fields.find(|name| query.all(name).next().is_some()) else {
            return Ok(None);
        };
        self.name = name;
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, QueryError> {
        seed.deserialize(Param::All(self.query, self.name))
    }
}

/// What is given for a field, or for an element of a list.
#[derive(Clone, Copy)]
enum Param<'a> {
    /// All that stands under a name, which is something.
    All(&'a Query<'a>, &'static str),
    /// One text among several.
    One(&'a str),
}

impl<'a> Param<'a> {
    /// The text, if it is a single one.
    fn text(self) -> Result<&'a str, QueryError> {
        match self {
            Self::One(text) => Ok(text),
            Self::All(query, name) => {
                let mut values = query.all(name);
                match (values.next(), values.next()) {
                    (Some(text), None) => Ok(text),
                    _ => Err(QueryError::Invalid),
                }
            }
        }
    }
}

macro_rules! integer {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
            let text = self.text()?;
            if !is_integer(text) {
                return Err(QueryError::Invalid);
            }
            visitor.$visit(text.parse().map_err(|_| QueryError::Invalid)?)
        }
    )*};
}

macro_rules! text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
            visitor.visit_str(self.text()?)
        }
    )*};
}

macro_rules! refuse {
    ($($method:ident($($type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self $(, _: $type)*, _: V) -> Result<V::Value, QueryError> {
            Err(QueryError::Invalid)
        }
    )*};
}

impl<'de> Deserializer<'de> for Param<'_> {
    type Error = QueryError;

    integer! {
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_i128 visit_i128
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_u128 visit_u128
    }

    text! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    refuse! {
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_unit()
        deserialize_unit_struct(&'static str)
        deserialize_map()
        deserialize_struct(&'static str, &'static [&'static str])
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, QueryError> {
        Err(QueryError::NeedsSchema)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        match self.text()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(QueryError::Invalid),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        let number = number(self.text()?).ok_or(QueryError::Invalid)?;
        // A number too large for the type would turn into infinity.
        if (number as f32).is_finite() {
            visitor.visit_f64(number)
        } else {
            Err(QueryError::Invalid)
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_f64(number(self.text()?).ok_or(QueryError::Invalid)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        let Self::All(query, name) = self else {
            return Err(QueryError::Invalid);
        };
        let mut items = Items(query.all(name));
        let list = visitor.visit_seq(&mut items)?;
        match items.0.next() {
            None => Ok(list),
            Some(_) => Err(QueryError::Invalid),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, QueryError> {
        visitor.visit_enum(StrDeserializer::new(self.text()?))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, QueryError> {
        visitor.visit_unit()
    }
}

/// The elements of a list.
struct Items<I>(I);

impl<'de, 'a, I: Iterator<Item = &'a str>> SeqAccess<'de> for &mut Items<I> {
    type Error = QueryError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, QueryError> {
        let text = self.0.next();
        text.map(|text| seed.deserialize(Param::One(text)))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        #[default]
        Alpha,
        Boxed(i64),
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    struct Id(u16);

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct All {
        i: i64,
        u: u8,
        w: u128,
        f: f64,
        g: f32,
        b: bool,
        s: String,
        c: char,
        o: Option<i64>,
        #[serde(rename = "list[]")]
        list: Vec<i64>,
        set: Option<BTreeSet<String>>,
        pair: (i64, bool),
        kind: Kind,
        kinds: Vec<Option<Kind>>,
        id: Id,
        deep: Vec<Vec<i64>>,
        unit: (),
        at: BTreeMap<String, i64>,
        any: Option<serde_json::Value>,
    }

    fn read<T: DeserializeOwned>(query: &str) -> Result<T, QueryError> {
        from_query(&Query::parse(query).expect("UTF-8"))
    }

    #[test]
    fn values_by_the_type_asked_for() {
        let read = read::<All>(
            "s=&i=-5&u=255&w=340282366920938463463374607431768211455&f=1e%2B21&g=0.1&b=true\
             &c=%C3%A9&o=1&list%5B%5D=1&other=&list[]=2&set=b&set=&pair=1&pair=true&kind=alpha\
             &kinds=alpha&id=7",
        );
        let expected = All {
            i: -5,
            u: 255,
            w: u128::MAX,
            f: 1e21,
            g: 0.1,
            b: true,
            c: 'é',
            o: Some(1),
            list: vec![1, 2],
            set: Some(BTreeSet::from([String::new(), "b".to_owned()])),
            pair: (1, true),
            kinds: vec![Some(Kind::Alpha)],
            id: Id(7),
            ..All::default()
        };
        assert_eq!(read, Ok(expected));
    }

    #[test]
    fn one_spelling_each() {
        for query in [
            "i=05",
            "i=%2B5",
            "i=5.0",
            "i=",
            "i=-0",
            "i=9223372036854775808",
            "i=1&i=1",
            "u=256",
            "u=-1",
            "f=1.0",
            "f=1e21",
            "f=-0",
            "f=NaN",
            "f=",
            "g=1e%2B39",
            "b=1",
            "b=True",
            "b=",
            "s=a&s=b",
            "c=",
            "c=ab",
            "o=",
            "o=null",
            "list[]=",
            "list[]=1&list[]=x",
            "pair=1",
            "pair=1&pair=true&pair=1",
            "kind=Alpha",
            "kind=boxed",
            "kind=",
            "deep=1",
            "unit=",
            "at=1",
        ] {
            assert_eq!(read::<All>(query), Err(QueryError::Invalid), "{query}");
        }
    }

    #[test]
    fn what_only_a_schema_tells() {
        #[derive(Debug, Deserialize)]
        struct Flat {
            #[serde(flatten)]
            _all: All,
        }
        assert_eq!(read::<All>("any=1"), Err(QueryError::NeedsSchema));
        assert_eq!(read::<Flat>("i=1").err(), Some(QueryError::NeedsSchema));
        assert_eq!(
            read::<BTreeMap<String, String>>("i=1"),
            Err(QueryError::NeedsSchema)
        );
        assert_eq!(read::<()>("i=1"), Ok(()));
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct One<T> {
        v: T,
    }

    #[test]
    fn needed_parameters() {
        assert_eq!(read("v=1&w=2"), Ok(One { v: 1 }));
        assert_eq!(read::<One<i64>>("w=2"), Err(QueryError::Invalid));
    }

    fn given<T: DeserializeOwned>(text: &str) -> Option<T> {
        let query = Query::parse("").expect("empty").with("v", text);
        from_query(&query).ok().map(|one: One<T>| one.v)
    }

    proptest! {
        #[test]
        fn integers_have_one_spelling(v in any::<i64>(), other in r"[+-]?0{0,2}[0-9]{1,3}(\.0)?") {
            prop_assert_eq!(given(&v.to_string()), Some(v));
            for text in [format!("+{v}"), format!("{v}.0"), format!(" {v}"), format!("{v:021}")] {
                prop_assert_eq!(given::<i64>(&text), None);
            }
            let canonical = other.parse::<i64>().ok().filter(|v| v.to_string() == other);
            prop_assert_eq!(given::<i64>(&other), canonical);
        }

        #[test]
        fn numbers_have_one_spelling(
            v in any::<f64>(),
            other in r"-?[0-9]{1,22}(\.[0-9]{1,3})?(e[+-]?[0-9]{1,2})?",
        ) {
            let print = |v: f64| ryu_js::Buffer::new().format(v).to_owned();
            prop_assert_eq!(given(&print(v)), v.is_finite().then_some(v));
            let rust = format!("{v:e}");
            let same = v.is_finite() && print(v) == rust;
            prop_assert_eq!(given::<f64>(&rust).is_some(), same);
            let canonical = other.parse().ok().filter(|v: &f64| print(*v) == other);
            prop_assert_eq!(given::<f64>(&other), canonical);
        }

        #[test]
        fn text_is_any_text(v in any::<String>(), b in any::<bool>()) {
            prop_assert_eq!(given(&b.to_string()), Some(b));
            prop_assert_eq!(given::<bool>(&v), v.parse().ok());
            prop_assert_eq!(given(&v), Some(v));
        }

        #[test]
        fn any_query_is_safe(
            text in r"([a-z]{1,3}|pair|kind)=[0-9a-e+%.-]{0,4}(&(i|f|c|set|any)=\PC{0,3}){0,3}",
        ) {
            if let Ok(query) = Query::parse(&text) {
                let _ = from_query::<All>(&query);
            }
        }
    }
}
