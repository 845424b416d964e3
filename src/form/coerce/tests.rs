mod properties;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::coerce;
use crate::schema::InputSchema;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    On,
    Off,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema counts")]
enum Either {
    Number(i64),
    Text(String),
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema counts")]
enum Several {
    One(i64),
    More(Vec<i64>),
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "by")]
#[expect(dead_code, reason = "only its schema counts")]
enum Tagged {
    Id { value: i64, strict: bool },
    Name { value: String },
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema counts")]
struct Nested {
    label: String,
    size: Option<u8>,
    done: bool,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema counts")]
struct Flat {
    flat: i64,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema counts")]
struct Form {
    i: i64,
    u: Option<u64>,
    f: f64,
    b: bool,
    maybe: Option<bool>,
    s: String,
    kind: Kind,
    either: Either,
    several: Several,
    ints: Vec<i64>,
    texts: Vec<String>,
    grid: Option<Vec<Vec<i64>>>,
    rows: Vec<Nested>,
    pair: (Option<i64>, String),
    nested: Nested,
    other: Option<Nested>,
    map: BTreeMap<String, i64>,
    any: Value,
    #[schemars(extend("format" = "partial-date-time"))]
    at: Option<String>,
    #[schemars(extend("format" = "date-time"))]
    instant: String,
    #[schemars(extend("enum" = [1.5, 2, true, "3", 3]))]
    #[schemars(extend("type" = ["number", "boolean", "string"]))]
    listed: Value,
    tagged: Option<Tagged>,
    again: Option<Box<Form>>,
    #[serde(flatten)]
    flat: Flat,
}

fn coerced(data: Value) -> Value {
    coerce(&InputSchema::of::<Form>(), data, false)
}

/// Of one member.
fn member(name: &str, value: Value) -> Option<Value> {
    let mut object = coerced(json!({name: value}));
    object.as_object_mut().expect("an object").remove(name)
}

#[test]
fn texts_by_type() {
    let table = [
        ("i", "5", json!(5)),
        ("i", " -007 ", json!(-7)),
        ("i", "+5", json!(5)),
        ("i", "20.0", json!(20)),
        ("i", "-20.00", json!(-20)),
        ("i", "1e3", json!(1000)),
        ("i", "1.5E1", json!(15)),
        ("i", "1500e-2", json!(15)),
        ("i", "0e999", json!(0)),
        ("i", "-0.0", json!(0)),
        ("i", "9223372036854775807", json!(i64::MAX)),
        ("i", "-9223372036854775808", json!(i64::MIN)),
        ("u", "18446744073709551615", json!(u64::MAX)),
        ("i", "9007199254740992.0", json!(1_i64 << 53)),
        ("i", "9007199254740993.0", json!("9007199254740993.0")),
        ("i", "4503599627370496.3", json!("4503599627370496.3")),
        ("i", "1e16", json!("1e16")),
        ("i", "1e999999999999", json!("1e999999999999")),
        ("i", "20.5", json!("20.5")),
        ("i", "18446744073709551616", json!("18446744073709551616")),
        ("i", ".", json!(".")),
        ("i", "e5", json!("e5")),
        ("i", "--5", json!("--5")),
        ("i", "0x10", json!("0x10")),
        ("i", "five", json!("five")),
        ("i", " ", json!(" ")),
        ("f", "5", json!(5)),
        ("f", "-0", json!(-0.0)),
        ("f", "1.5e3", json!(1500.0)),
        ("f", ".5", json!(0.5)),
        ("f", "9007199254740993", json!(9_007_199_254_740_993_i64)),
        ("f", "1e999", json!("1e999")),
        ("f", "inf", json!("inf")),
        ("f", "NaN", json!("NaN")),
        ("b", "on", json!(true)),
        ("b", "TRUE", json!(true)),
        ("b", "1", json!(true)),
        ("b", "Off", json!(false)),
        ("b", "false", json!(false)),
        ("b", "0", json!(false)),
        ("b", "yes", json!("yes")),
        ("maybe", "on", json!(true)),
        ("s", "5", json!("5")),
        ("s", " x ", json!(" x ")),
        ("kind", "on", json!("on")),
        ("either", "5", json!("5")),
        ("several", "5", json!(5)),
        ("several", "x", json!("x")),
        ("ints", "5", json!([5])),
        ("texts", "5", json!(["5"])),
        ("grid", "5", json!([[5]])),
        ("any", "5", json!("5")),
        ("at", "2026-11-23T10:00", json!("2026-11-23T10:00:00")),
        ("at", "2026-11-23T10:00:30", json!("2026-11-23T10:00:30")),
        ("at", "2026-11-23t10:00", json!("2026-11-23t10:00")),
        ("instant", "2026-11-23T10:00", json!("2026-11-23T10:00:00Z")),
        (
            "instant",
            "2026-11-23T10:00:01",
            json!("2026-11-23T10:00:01Z"),
        ),
        (
            "instant",
            "2026-11-23T10:00:01+01:00",
            json!("2026-11-23T10:00:01+01:00"),
        ),
        ("listed", "1.5", json!(1.5)),
        ("listed", "2", json!(2)),
        ("listed", "true", json!(true)),
        ("listed", "3", json!("3")),
        ("listed", "4", json!("4")),
        ("nested", "5", json!("5")),
        ("flat", "5", json!(5)),
        ("unknown", "5", json!("5")),
    ];
    for (name, text, value) in table {
        assert_eq!(member(name, json!(text)), Some(value), "{name}: {text:?}");
    }
    let zero = member("f", json!("-0")).and_then(|zero| zero.as_f64());
    assert!(zero.is_some_and(f64::is_sign_negative));
}

#[test]
fn json_is_typed_already() {
    for (name, value) in [
        ("i", json!(5.0)),
        ("i", json!(true)),
        ("b", json!(1)),
        ("s", json!(5)),
        ("f", json!(5)),
        ("maybe", json!(null)),
        ("any", json!(null)),
        ("any", json!({"a": "", "b": null})),
        ("several", json!(5.5)),
        ("i", json!(["5", "6"])),
        ("b", json!(["off", "on"])),
        ("unknown", json!({"i": "5", "s": ""})),
        ("unknown", json!(null)),
        ("unknown", json!("")),
        ("ints", json!([])),
        ("nested", json!({})),
        ("other", json!({})),
    ] {
        assert_eq!(member(name, value.clone()), Some(value), "{name}");
    }
    assert_eq!(
        coerce(&InputSchema::of::<Form>(), json!("5"), true),
        json!("5")
    );
}

#[test]
fn nothing_is_absent() {
    for name in [
        "i", "u", "f", "b", "s", "kind", "ints", "nested", "any", "several",
    ] {
        assert_eq!(member(name, json!("")), None, "{name}");
    }
    for name in ["i", "s", "kind", "ints", "nested", "map", "either"] {
        assert_eq!(member(name, json!(null)), None, "{name}");
    }
    assert_eq!(
        member("ints", json!(["1", "", null, 2])),
        Some(json!([1, 2]))
    );
    assert_eq!(member("texts", json!([""])), Some(json!([])));
    assert_eq!(member("pair", json!(["", ""])), Some(json!([null, ""])));
    assert_eq!(member("pair", json!(["5", "6"])), Some(json!([5, "6"])));
    assert_eq!(
        member("map", json!({"a": "5", "b": ""})),
        Some(json!({"a": 5}))
    );
    assert_eq!(coerced(json!({"s": ""})), json!({}));
}

#[test]
fn blank_objects() {
    let blank = json!({"label": "", "size": ""});
    assert_eq!(member("other", blank.clone()), None);
    assert_eq!(member("nested", blank.clone()), Some(json!({})));
    let rows = json!([blank, {"label": "x", "size": "5"}, {}]);
    let seen = json!([{"label": "x", "size": 5}, {}]);
    assert_eq!(member("rows", rows), Some(seen));
    assert_eq!(
        member("rows", json!({"size": "5"})),
        Some(json!([{"size": 5}]))
    );
    assert_eq!(
        member("again", json!({"again": {"i": "5"}})),
        Some(json!({"again": {"i": 5}}))
    );
    assert_eq!(member("again", json!({"again": {"i": ""}})), None);
}

#[test]
fn the_branch_that_is_tagged() {
    let table = [
        (
            json!({"by": "Id", "value": "5"}),
            json!({"by": "Id", "value": 5}),
        ),
        (
            json!({"by": "Name", "value": "5"}),
            json!({"by": "Name", "value": "5"}),
        ),
        (json!({"by": "", "value": "5"}), json!({"value": "5"})),
        (
            json!({"by": "None", "value": "5"}),
            json!({"by": "None", "value": "5"}),
        ),
    ];
    for (given, seen) in table {
        assert_eq!(member("tagged", given), Some(seen));
    }
    let schema = InputSchema::of::<Tagged>();
    let html = |data| coerce(&schema, data, true);
    assert_eq!(
        html(json!({"by": "Id"})),
        json!({"by": "Id", "strict": false})
    );
    assert_eq!(html(json!({"by": "Name"})), json!({"by": "Name"}));
    assert_eq!(html(json!({})), json!({}));
}

#[test]
fn unchecked_checkboxes() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Checks {
        yes: bool,
        #[serde(default)]
        defaulted: bool,
        maybe: Option<bool>,
        nested: Nested,
        other: Option<Nested>,
        rows: Vec<Nested>,
        map: BTreeMap<String, bool>,
        s: String,
    }
    let schema = InputSchema::of::<Checks>();
    assert_eq!(
        coerce(&schema, json!({}), true),
        json!({"yes": false, "nested": {"done": false}})
    );
    let given = json!({
        "yes": "on",
        "nested": {"label": "", "done": ""},
        "other": {"label": "x"},
        "rows": [{"label": ""}, {"label": "x"}],
    });
    assert_eq!(
        coerce(&schema, given.clone(), true),
        json!({
            "yes": true,
            "nested": {"done": false},
            "other": {"label": "x", "done": false},
            "rows": [{"label": "x", "done": false}],
        })
    );
    assert_eq!(
        coerce(&schema, given, false),
        json!({"yes": true, "nested": {}, "other": {"label": "x"}, "rows": [{"label": "x"}]})
    );
}

#[test]
fn types_within_themselves_end() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Endless {
        left: Box<Endless>,
        right: Box<Endless>,
        lists: Lists,
        yes: bool,
    }
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Lists(Vec<Lists>);
    let schema = InputSchema::of::<Endless>();
    let made = coerce(&schema, json!({}), true);
    assert_eq!(
        made.pointer("/left/right/left/right/yes"),
        Some(&json!(false))
    );
    assert_eq!(made.pointer("/left/right/left/right/left"), None);
    let lists = json!({"lists": "x"});
    assert_eq!(coerce(&schema, lists.clone(), false), lists);
    let mut deep = json!({"yes": "on"});
    for _ in 0..200 {
        deep = json!({"left": deep});
    }
    coerce(&schema, deep, true);
}
