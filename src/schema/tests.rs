//! What is reported of inputs that are refused.

mod properties;

use std::collections::BTreeMap;
use std::fmt::Debug;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::query_de::QueryError;
use super::{Fields, InputSchema, Query, from_json, from_query};

#[derive(Clone, Copy, Debug, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Alpha,
    Beta,
}

#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Nested {
    label: String,
    #[serde(default = "one")]
    weight: f64,
}

fn one() -> f64 {
    1.0
}

#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Typed {
    i: i64,
    f: f64,
    b: bool,
    s: String,
    opt: Option<String>,
    #[serde(default)]
    items: Vec<i64>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    nested: Option<Nested>,
}

fn paths(fields: &Fields) -> Vec<&str> {
    for (path, messages) in fields.iter() {
        assert!(!messages.is_empty(), "{path} without a message");
        for message in messages {
            assert!(
                !message.is_empty() && message.len() < 900,
                "{path}: {message}"
            );
        }
    }
    fields.iter().map(|(path, _)| path).collect()
}

#[track_caller]
fn refused<T: JsonSchema + DeserializeOwned + Debug>(text: &str, expected: &[&str]) {
    assert!(from_json::<T>(text).is_err(), "{text} was taken");
    let fields = InputSchema::of::<T>().explain_json::<T>(text);
    assert_eq!(paths(&fields), expected, "{text}: {fields:?}");
}

#[track_caller]
fn taken<T: JsonSchema + DeserializeOwned + Debug>(text: &str) {
    let read = from_json::<T>(text);
    assert!(read.is_ok(), "{text}: {read:?}");
}

/// The members that `Typed` needs, and `more`.
fn typed(more: &str) -> String {
    format!(r#"{{"i":1,"f":2,"b":true,"s":"x"{more}}}"#)
}

#[test]
fn every_field_of_a_typed_input() {
    taken::<Typed>(&typed(""));
    taken::<Typed>(&typed(r#","opt":null,"nested":null,"x":1e999,"x":2"#));
    refused::<Typed>("{}", &["b", "f", "i", "s"]);
    for (more, expected) in [
        (r#","items":[1,"x",2.5]"#, &["items.1", "items.2"][..]),
        (
            r#","items":[1,9223372036854775808,1.0]"#,
            &["items.1", "items.2"],
        ),
        (r#","items":null"#, &["items"]),
        (r#","nested":{}"#, &["nested.label"]),
        (
            r#","nested":{"label":1,"weight":"x"}"#,
            &["nested.label", "nested.weight"],
        ),
        (r#","nested":{"label":"a","label":"b"}"#, &["nested.label"]),
        (
            r#","nested":{"label":"a","x":1,"x":2,"weight":null}"#,
            &["nested.weight"],
        ),
        (r#","nested":["n",1.0]"#, &["nested"]),
        (r#","nested":5"#, &["nested"]),
        (r#","kind":{"alpha":null}"#, &["kind"]),
        (r#","kind":"gamma""#, &["kind"]),
        (r#","kind":null"#, &["kind"]),
        (r#","opt":5"#, &["opt"]),
        (r#","opt":"\ud800""#, &["opt"]),
        (r#","i":2"#, &["i"]),
        (r#","i":"x","s":"y""#, &["i", "s"]),
    ] {
        refused::<Typed>(&typed(more), expected);
    }
    for (text, expected) in [
        (r#"{"i":"5","f":1,"b":true,"s":""}"#, &["i"][..]),
        (r#"{"i":5.0,"f":1,"b":true,"s":""}"#, &["i"]),
        (r#"{"i":9223372036854775808,"f":1,"b":true,"s":""}"#, &["i"]),
        (r#"{"i":1e400,"f":1e999,"b":1,"s":""}"#, &["b", "f", "i"]),
        (r#"{"f":1e999,"b":1}"#, &["b", "f", "i", "s"]),
        (r#"{"i":1,"f":"1","b":"true","s":null}"#, &["b", "f", "s"]),
        (r#"{"i":1,"i":1,"f":1,"b":true}"#, &["i", "s"]),
        (
            r#"{"i":5.0,"i":1,"f":-1e999,"b":0,"opt":[],"items":[[],1,1.5],
                "kind":"","nested":{"weight":{},"weight":1},"x":{}}"#,
            &[
                "b",
                "f",
                "i",
                "items.0",
                "items.2",
                "kind",
                "nested.label",
                "nested.weight",
                "opt",
                "s",
            ],
        ),
    ] {
        refused::<Typed>(text, expected);
    }
    let deep = "[".repeat(200) + &"]".repeat(200);
    refused::<Typed>(
        &typed(&format!(r#","items":[{deep}],"opt":1"#)),
        &["items.0", "opt"],
    );
    taken::<Typed>(&typed(&format!(r#","x":{deep}"#)));
}

#[test]
fn messages_are_for_people() {
    let schema = InputSchema::of::<Typed>();
    let secret = "x".repeat(5000);
    let text = format!(
        r#"{{"i":"{secret}","f":1e999,"b":"{secret}","kind":"{secret}","opt":1,"items":{{"{secret}":1}},
            "nested":{{"label":1,"label":2}}}}"#
    );
    let fields = schema.explain_json::<Typed>(&text);
    let expected = json!({
        "b": ["Must be true or false"],
        "f": ["Number out of range"],
        "i": ["Must be a whole number"],
        "items": ["Must be a list"],
        "kind": ["Must be one of: alpha, beta"],
        "nested.label": ["Given more than once", "Must be a text"],
        "opt": ["Must be a text"],
        "s": ["Field required"],
    });
    assert_eq!(serde_json::to_value(fields).ok(), Some(expected));
}

#[test]
fn inputs_that_are_no_objects_or_no_json() {
    for text in ["5", "[]", "null", "", "{", "{} 1", r#"{"\ud800":1}"#] {
        let fields = InputSchema::of::<Typed>().explain_json::<Typed>(text);
        assert!(!paths(&fields).is_empty(), "{text}");
    }
    let fields = InputSchema::of::<Typed>().explain_json::<Typed>(&typed(""));
    assert_eq!(paths(&fields), ["__all__"]);
}

#[derive(Debug, JsonSchema, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[expect(dead_code, reason = "what it holds is never read")]
enum Tagged {
    Circle { radius: u32 },
    Label(Nested),
    Empty,
}

#[derive(Debug, JsonSchema, Deserialize)]
#[serde(tag = "t", content = "c")]
#[expect(dead_code, reason = "what it holds is never read")]
enum Adjacent {
    Circle { radius: u32 },
    Label(Nested),
    Empty,
}

#[derive(Debug, JsonSchema, Deserialize)]
#[expect(dead_code, reason = "what it holds is never read")]
enum External {
    Circle {
        radius: u32,
    },
    Label(Nested),
    Pair(i64, u8),
    Empty,
    /// Told apart in the schema.
    Told,
}

#[derive(Debug, JsonSchema, Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "what it holds is never read")]
enum Untagged {
    Circle { radius: u32 },
    Square { side: u32 },
    Text(String),
}

#[derive(Debug, JsonSchema, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what it holds is never read")]
struct Closed {
    a: i64,
}

#[derive(Debug, JsonSchema, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what it holds is never read")]
struct Many {
    #[serde(default)]
    sub_trees: Vec<Many>,
    next: Option<Box<Many>>,
    tagged: Option<Tagged>,
    adjacent: Option<Adjacent>,
    external: Option<External>,
    untagged: Option<Untagged>,
    closed: Option<Closed>,
    #[serde(default)]
    map: BTreeMap<String, Option<Nested>>,
    #[serde(default)]
    by_number: BTreeMap<u8, i64>,
    pair: Option<(i64, String)>,
    small: Option<u8>,
    single: Option<f32>,
    wide: Option<u128>,
    told: Option<External>,
    even: Option<Even>,
}

/// A type whose own code refuses what its schema admits.
#[derive(Debug, JsonSchema, Deserialize)]
#[serde(try_from = "i64")]
struct Even(#[expect(dead_code, reason = "what it holds is never read")] i64);

impl TryFrom<i64> for Even {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        if number % 2 == 0 {
            Ok(Self(number))
        } else {
            Err("Must be even")
        }
    }
}

#[test]
fn shapes_of_all_sorts() {
    for text in [
        "{}",
        r#"{"tagged":{"type":"empty"},"adjacent":{"t":"Empty"},"external":"Told","wide":1}"#,
        r#"{"tagged":{"type":"label","label":"x"},"external":{"Pair":[1,2]},"closed":{"a":1}}"#,
        r#"{"byNumber":{"7":1},"pair":[1,"x"],"untagged":{"side":1},"map":{"a":null},"even":2}"#,
        r#"{"wide":340282366920938463463374607431768211455,"map":{"a":null,"a":null}}"#,
    ] {
        taken::<Many>(text);
    }
    for (text, expected) in [
        (
            r#"{"subTrees":[{},{"small":1.0,"subTrees":[{"small":-1}]},5],"next":{"next":{"small":300}}}"#,
            &[
                "next.next.small",
                "subTrees.1.small",
                "subTrees.1.subTrees.0.small",
                "subTrees.2",
            ][..],
        ),
        (r#"{"next":{"small":1,"small":2}}"#, &["next.small"]),
        (
            r#"{"tagged":{"type":"circle","radius":-1},"small":256}"#,
            &["small", "tagged.radius"],
        ),
        (r#"{"tagged":{"type":"circle"}}"#, &["tagged.radius"]),
        (
            r#"{"tagged":{"type":"label","weight":"x"}}"#,
            &["tagged.label", "tagged.weight"],
        ),
        (r#"{"tagged":{"type":"square"}}"#, &["tagged.type"]),
        (r#"{"tagged":{"radius":1}}"#, &["tagged.type"]),
        (
            r#"{"tagged":5,"adjacent":"Empty"}"#,
            &["adjacent", "tagged"],
        ),
        (
            r#"{"adjacent":{"t":"Circle","c":{"radius":1.5}}}"#,
            &["adjacent.c.radius"],
        ),
        (
            r#"{"adjacent":{"t":"Label","c":{}}}"#,
            &["adjacent.c.label"],
        ),
        (r#"{"adjacent":{"t":"Label"}}"#, &["adjacent.c"]),
        (r#"{"adjacent":{"t":"X"}}"#, &["adjacent.t"]),
        (
            r#"{"external":{"Circle":{"radius":"1"}}}"#,
            &["external.Circle.radius"],
        ),
        (
            r#"{"external":{"Label":{}},"small":""}"#,
            &["external.Label.label", "small"],
        ),
        (
            r#"{"external":{"Pair":[1.5,300]}}"#,
            &["external.Pair.0", "external.Pair.1"],
        ),
        (r#"{"external":{"Pair":[1]}}"#, &["external.Pair"]),
        (r#"{"external":{"X":1}}"#, &["external"]),
        (r#"{"external":{}}"#, &["external"]),
        (
            r#"{"external":"Circle","told":{"Empty":null}}"#,
            &["external", "told"],
        ),
        (r#"{"untagged":{"radius":"x"}}"#, &["untagged.radius"]),
        (r#"{"untagged":{}}"#, &["untagged"]),
        (r#"{"untagged":5,"small":-1}"#, &["small", "untagged"]),
        (r#"{"closed":{"a":1,"b":2}}"#, &["closed.b"]),
        (r#"{"closed":{"b":2}}"#, &["closed.a", "closed.b"]),
        (
            r#"{"map":{"key":{},"x.y":5,"n":null}}"#,
            &["map.key.label", "map.x.y"],
        ),
        (
            r#"{"map":{"k":{"label":1},"k":{"label":"x"}}}"#,
            &["map.k.label"],
        ),
        (r#"{"byNumber":{"1":"x","300":1}}"#, &["byNumber.1"]),
        (r#"{"byNumber":{"300":1}}"#, &["byNumber.300"]),
        (r#"{"pair":[1]}"#, &["pair"]),
        (r#"{"pair":["1",2]}"#, &["pair.0", "pair.1"]),
        (r#"{"pair":[1,"x",2]}"#, &["pair"]),
        (
            r#"{"single":1e39,"wide":-1,"small":-1}"#,
            &["single", "small", "wide"],
        ),
        (r#"{"wide":1.5}"#, &["wide"]),
        (r#"{"even":3}"#, &["even"]),
        (r#"{"even":3.0,"small":1000}"#, &["even", "small"]),
    ] {
        refused::<Many>(text, expected);
    }
}

/// serde buffers the content of these, and loses the way to what is missing in it.
#[derive(Debug, JsonSchema, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
#[expect(dead_code, reason = "what it holds is never read")]
enum Expression {
    Value { value: f64 },
    Not { of: Box<Expression> },
}

#[test]
fn what_is_missing_deep_in_enums() {
    for (text, expected) in [
        (r#"{"op":"not","of":{}}"#, &["of.op"][..]),
        (r#"{"op":"not","of":{"op":"value"}}"#, &["of.value"]),
        (
            r#"{"of":{"of":{"op":"value"},"op":"not"},"op":"not"}"#,
            &["of.of.value"],
        ),
        (r#"{"op":"not","of":[]}"#, &["of"]),
    ] {
        refused::<Expression>(text, expected);
    }
    refused::<Many>(
        r#"{"adjacent":{"c":{},"t":"Circle"}}"#,
        &["adjacent.c.radius"],
    );
}

#[test]
fn what_only_serde_finds() {
    for (text, expected) in [
        (r#"{"even":3}"#, json!({"even": ["Must be even"]})),
        (
            r#"{"even":3,"small":1.5,"wide":1.0}"#,
            json!({
                "even": ["Must be even"],
                "small": ["Must be a whole number"],
                "wide": ["Must be a whole number"],
            }),
        ),
        // The words of serde itself name Rust types and repeat values.
        (
            r#"{"byNumber":{"300":1}}"#,
            json!({"byNumber.300": ["Not a valid value"]}),
        ),
    ] {
        let fields = InputSchema::of::<Many>().explain_json::<Many>(text);
        assert_eq!(serde_json::to_value(fields).ok(), Some(expected), "{text}");
    }
}

#[derive(Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Flat {
    q: String,
    #[serde(flatten)]
    page: Page,
}

#[derive(Debug, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Page {
    page: u32,
    #[serde(default)]
    sizes: Vec<u8>,
    ratio: Option<f64>,
}

#[test]
fn flattened_fields() {
    taken::<Flat>(r#"{"q":"","page":1,"x":{}}"#);
    refused::<Flat>("{}", &["page", "q"]);
    refused::<Flat>(
        r#"{"q":1,"page":1.0,"sizes":[300,1,"x"]}"#,
        &["page", "q", "sizes.0", "sizes.2"],
    );
    refused::<Flat>(r#"{"q":"","page":1,"page":2}"#, &["page"]);
}

fn coerce<T: JsonSchema + DeserializeOwned>(query: &str) -> Result<T, Fields> {
    let query = Query::parse(query).expect("UTF-8");
    InputSchema::of::<T>().coerce_query(&query)
}

#[test]
fn queries_by_their_schema() {
    let flat = Flat {
        q: "a b".to_owned(),
        page: Page {
            page: 3,
            sizes: vec![1, 2],
            ratio: Some(0.1),
        },
    };
    let query = "q=a+b&page=3&sizes=1&x=1&sizes=2&ratio=0.1&x=2";
    assert_eq!(coerce::<Flat>(query), Ok(flat));
    let needs = from_query::<Flat>(&Query::parse(query).expect("UTF-8"));
    assert_eq!(needs.err(), Some(QueryError::NeedsSchema));

    for (query, expected) in [
        ("", &["page", "q"][..]),
        ("q=&page=", &["page"]),
        (
            "q=&q=&page=01&sizes=1&sizes=x&sizes=300&ratio=1.0",
            &["page", "q", "ratio", "sizes.1", "sizes.2"],
        ),
        ("q=x&page=-1", &["page"]),
        ("q=x&page=4294967296", &["page"]),
        ("q=x&page=99999999999999999999999", &["page"]),
    ] {
        let fields = coerce::<Flat>(query).expect_err(query);
        assert_eq!(paths(&fields), expected, "{query}: {fields:?}");
    }
    for (query, expected) in [
        ("i=abc", &["b", "f", "i", "s"][..]),
        ("i=042&f=1&b=true&s=", &["i"]),
        (
            "i=1&f=1e21&b=1&s=&s=&kind=gamma&items=",
            &["b", "f", "items.0", "kind", "s"],
        ),
        ("i=1&f=1&b=true&s=&nested=x&opt=", &["nested"]),
    ] {
        let fields = coerce::<Typed>(query).expect_err(query);
        assert_eq!(paths(&fields), expected, "{query}: {fields:?}");
    }
}

#[test]
fn what_is_said_of_one_input_is_bounded() {
    let text = format!(r#"{{"items": [{}]}}"#, vec!["1"; 5000].join(","));
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only that it is refused counts")]
    struct Texts {
        items: Vec<String>,
    }
    let fields = InputSchema::of::<Texts>().explain_json::<Texts>(&text);
    assert_eq!(fields.iter().count(), 1001);
    assert!(fields.contains("items.999") && fields.contains("__all__"));
}
