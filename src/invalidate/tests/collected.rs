//! Collecting scalars, against the JSON text of the same values.

use std::collections::BTreeMap;
use std::fmt;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::Serialize;
use serde::ser::{Error, SerializeStruct, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::model::{json_scalars, model_of};
use crate::invalidate::{Entry, Params, collect_scalars};
use crate::params;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn collected_as_json_would_have_it(
        typed in typed(),
        wanted in vec("[a-z]{1,2}|id|flat|kind|tag|text", 0..6),
    ) {
        check_collected(&typed, &wanted)?;
        check_collected(&Tagged::Of(typed.clone()), &wanted)?;
        check_collected(&Some(Newtype(typed.clone())), &wanted)?;
        check_collected(&serde_json::to_value(&typed).unwrap(), &wanted)?;
        check_collected(&Outside::Inside { id: typed.id }, &wanted)?;
        check_collected(&Outside::Id(typed.id), &wanted)?;
        check_collected(&typed.numbers, &wanted)?;
    }
}

fn check_collected<T: Serialize>(value: &T, wanted: &[String]) -> Result<(), TestCaseError> {
    let mut expected = json_scalars(&serde_json::to_string(value).unwrap());

    let mut all = Params::new();
    collect_scalars(value, None::<&[&str]>, &mut all);
    prop_assert_eq!(model_of(&Entry::scoped("A", all)).1, expected.clone());

    let mut some = Params::new();
    collect_scalars(value, Some(wanted), &mut some);
    expected.retain(|name, _| wanted.contains(name));
    prop_assert_eq!(model_of(&Entry::scoped("A", some)).1, expected);
    Ok(())
}

#[derive(Clone, Debug, Serialize)]
struct Newtype<T>(T);

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Unit {
    Plain,
    TwoWords,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "tag")]
enum Tagged<T> {
    Of(T),
    Fields { flat: u8, items: Vec<u8> },
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outside {
    Id(i64),
    Inside { id: i64 },
    Pair(i64, i64),
    Nothing,
}

#[derive(Clone, Debug, Serialize)]
struct Typed {
    id: i64,
    small: i8,
    large: u64,
    wide: u128,
    #[serde(rename = "f")]
    float: f64,
    single: f32,
    letter: char,
    #[serde(rename = "text")]
    string: Option<String>,
    kind: Unit,
    wrapped: Newtype<Option<Newtype<bool>>>,
    unit: (),
    list: Vec<u8>,
    pair: (u8, u8),
    numbers: BTreeMap<u16, i32>,
    nested: Newtype<Outside>,
    #[serde(flatten)]
    inner: Tagged<()>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

fn typed() -> impl Strategy<Value = Typed> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        vec(any::<u8>(), 0..2).prop_map(Value::from),
    ];
    // Names that no field has: JSON text with a repeated member has no one reading.
    let rest = btree_map("[g-k][a-d]?", value, 0..5);
    let kind = prop_oneof![Just(Unit::Plain), Just(Unit::TwoWords)];
    let nested = |id: i64| {
        prop_oneof![
            Just(Outside::Id(id)),
            Just(Outside::Pair(id, id)),
            Just(Outside::Nothing),
        ]
    };
    let numbers = (
        any::<i64>(),
        any::<i8>(),
        any::<u64>(),
        any::<f64>(),
        any::<f32>(),
        btree_map(0u16..30, any::<i32>(), 0..3),
    );
    let others = (
        any::<char>(),
        any::<Option<String>>(),
        kind,
        any::<Option<bool>>(),
        nested(1),
        rest,
    );
    (numbers, others).prop_map(
        |(
            (id, small, large, float, single, numbers),
            (letter, string, kind, flag, nested, rest),
        )| {
            Typed {
                id,
                small,
                large,
                wide: large.into(),
                float,
                single,
                letter,
                string,
                kind,
                wrapped: Newtype(flag.map(Newtype)),
                unit: (),
                list: vec![1],
                pair: (1, 2),
                numbers,
                nested: Newtype(nested),
                inner: Tagged::Fields {
                    flat: 3,
                    items: vec![],
                },
                rest,
            }
        },
    )
}

struct Fails;

impl Serialize for Fails {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("no"))
    }
}

struct Mute;

impl fmt::Display for Mute {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

impl Serialize for Mute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

struct Twice<A, B, C>(A, B, C);

impl<A: Serialize, B: Serialize, C: Serialize> Serialize for Twice<A, B, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Twice", 3)?;
        fields.serialize_field("a", &self.0)?;
        fields.serialize_field("a", &self.1)?;
        fields.serialize_field("b", &self.2)?;
        fields.end()
    }
}

fn collected(value: impl Serialize) -> Params {
    let mut params = Params::new();
    collect_scalars(&value, None::<&[&str]>, &mut params);
    params
}

#[test]
fn the_last_of_two_counts() {
    assert_eq!(collected(Twice(1, 2, 3)), params! { "a": 2, "b": 3 });
    assert_eq!(collected(Twice(1, (), 3)), params! { "b": 3 });
    assert_eq!(collected(Twice(1, [1], f64::NAN)), Params::new());
}

#[test]
fn a_failure_ends_the_walk() {
    assert_eq!(collected(Twice(1, Fails, 3)), Params::new());
    assert_eq!(collected(Twice(1, 2, Mute)), params! { "a": 2 });
    assert_eq!(collected(Fails), Params::new());
    assert_eq!(collected(Mute), Params::new());
}

#[test]
fn what_has_no_members() {
    let raw = RawValue::from_string("{\"a\":1}".to_owned()).unwrap();
    assert_eq!(collected(&raw), Params::new());
    assert_eq!(collected(Twice(1, &raw, 2)), params! { "b": 2 });
    assert_eq!(collected([1, 2]), Params::new());
    assert_eq!(collected("a"), Params::new());
    assert_eq!(collected(None::<Twice<u8, u8, u8>>), Params::new());
    assert_eq!(collected(Outside::Pair(1, 2)), Params::new());
    assert_eq!(collected(Outside::Nothing), Params::new());
}

#[test]
fn integers_beyond_64_bits_are_text() {
    let params = collected(Twice(0, i128::MIN, u128::MAX));
    let text = |name| params.get(name).unwrap().canonical().into_owned();
    assert_eq!(text("a"), i128::MIN.to_string());
    assert_eq!(text("b"), u128::MAX.to_string());
}

#[test]
fn unwanted_members_are_not_looked_at() {
    let mut params = Params::new();
    collect_scalars(&Twice(Fails, Fails, 3), Some(&["b"]), &mut params);
    assert_eq!(params, params! { "b": 3 });
}
