//! Section 3 read without the crate's types, and the values that the properties are tried on.

use std::collections::BTreeMap;

use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::value::RawValue;

use crate::invalidate::{Entry, Params, Scalar};

/// A context and its parameters as plain text: section 3 read without the crate's types.
pub(super) type Model = (String, BTreeMap<String, String>);

/// ECMA-262, `Number::toString`: the fewest digits that name the number, the even ones of two that
/// are as close (where `{:e}` alone would round up). Powers of two aside, where fewer digits may be
/// less close; the strategies make none that matters.
pub(super) fn ecmascript(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = (0..17)
        .map(|digits| format!("{:.digits$e}", number.abs()))
        .find(|text| text.parse() == Ok(number.abs()))
        .unwrap();
    let (digits, exponent) = scientific.split_once('e').unwrap();
    let digits = digits.replace('.', "");
    let (k, n) = (digits.len() as i32, exponent.parse::<i32>().unwrap() + 1);
    let text = if k <= n && n <= 21 {
        digits.clone() + &"0".repeat((n - k) as usize)
    } else if 0 < n && n <= 21 {
        format!("{}.{}", &digits[..n as usize], &digits[n as usize..])
    } else if -6 < n && n <= 0 {
        format!("0.{}{digits}", "0".repeat(-n as usize))
    } else {
        let point = if k == 1 { "" } else { "." };
        format!("{}{point}{}e{:+}", &digits[..1], &digits[1..], n - 1)
    };
    if number < 0.0 {
        format!("-{text}")
    } else {
        text
    }
}

/// A scalar, and the text that it must be compared by.
pub(super) fn scalar() -> impl Strategy<Value = (Scalar, String)> {
    let number = prop_oneof![
        any::<f64>(),
        any::<f32>().prop_map(f64::from),
        (-9i32..9).prop_map(|n| f64::from(n) / 2.0),
        (-25i32..25).prop_map(|n| 10f64.powi(n)),
    ];
    prop_oneof![
        any::<bool>().prop_map(|value| (Scalar::Bool(value), value.to_string())),
        any::<i64>().prop_map(|int| (Scalar::Int(int), int.to_string())),
        (-4i64..4).prop_map(|int| (Scalar::Int(int), int.to_string())),
        any::<u64>().prop_map(|uint| (Scalar::Uint(uint), uint.to_string())),
        (0u64..4).prop_map(|uint| (Scalar::Uint(uint), uint.to_string())),
        number
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| (Scalar::Number(number), ecmascript(number))),
        text().prop_map(|text| (Scalar::Text(text.clone().into()), text)),
    ]
}

pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~\r\n\t]{0,8}",
        "-?[0-4]",
        "true|false",
        Just("%é=".repeat(300)),
        Just("x".repeat(900)),
    ]
}

/// Few names, so that two sets of parameters often share some.
pub(super) fn params() -> impl Strategy<Value = (Params, BTreeMap<String, String>)> {
    let name = prop_oneof![4 => "[a-d]", 1 => "[ -~é]{1,3}", 1 => any::<String>()];
    let name = name.prop_filter("named", |name| !name.is_empty());
    btree_map(name, scalar(), 0..4).prop_map(|pairs| {
        let model = pairs
            .iter()
            .map(|(name, (_, text))| (name.clone(), text.clone()));
        let model = model.collect();
        let params = pairs.into_iter().map(|(name, (scalar, _))| (name, scalar));
        (params.collect(), model)
    })
}

pub(super) fn entry() -> impl Strategy<Value = (Entry, Model)> {
    let context = prop_oneof![4 => "[AB]", 1 => "[A-Za-z_][A-Za-z0-9_.-]{0,20}"];
    (context, params()).prop_map(|(context, (params, model))| {
        (Entry::scoped(context.clone(), params), (context, model))
    })
}

pub(super) fn model_hits(entry: &Model, context: &str, held: &BTreeMap<String, String>) -> bool {
    entry.0 == context
        && entry
            .1
            .iter()
            .all(|(name, value)| held.get(name).is_none_or(|held| held == value))
}

pub(super) fn model_of(entry: &Entry) -> Model {
    let params = entry.params().iter();
    let params = params.map(|(name, value)| (name.to_owned(), value.canonical().into_owned()));
    (entry.context().to_owned(), params.collect())
}

/// Some of an entry's parameters, as they are and otherwise: what is held in its neighbourhood.
pub(super) fn near(entry: &Entry) -> Vec<Params> {
    let mut less = entry.params().clone();
    less.retain(|name, _| name.len().is_multiple_of(2));
    let other = entry.params().iter().next().map_or("a", |(name, _)| name);
    let other = entry.params().clone().with(other.to_owned(), "other");
    vec![Params::new(), entry.params().clone(), less, other]
}

/// The scalar members of an object, by their canonical text.
///
/// Numbers are read by the standard library: serde_json, unless built with `float_roundtrip`, may
/// be off by one in the last place.
pub(super) fn json_scalars(object: &str) -> BTreeMap<String, String> {
    let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(object) else {
        return BTreeMap::new();
    };
    let scalar = |raw: &str| match raw.as_bytes() {
        [b'"', ..] => serde_json::from_str(raw).ok(),
        [b't' | b'f', ..] => Some(raw.to_owned()),
        [b'-' | b'0'..=b'9', ..] if raw.contains(['.', 'e']) => raw.parse().ok().map(ecmascript),
        [b'-' | b'0'..=b'9', ..] => Some(raw.to_owned()),
        _ => None,
    };
    members
        .into_iter()
        .filter_map(|(name, raw)| Some((name, scalar(raw.get())?)))
        .collect()
}
