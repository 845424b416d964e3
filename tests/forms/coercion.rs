//! Text is read as the type it stands for, and what cannot be is told at its place.

use std::collections::BTreeMap;

use garde::Validate;
use mizan::form::Form;
use mizan::{Call, Registry, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{assert_told, call, only};

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Line {
    label: String,
    count: Option<u32>,
}

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(default)]
#[derive(Default)]
struct All {
    whole: Option<i64>,
    tiny: Option<u8>,
    wide: Option<u64>,
    ratio: Option<f64>,
    flag: bool,
    maybe: Option<bool>,
    letter: Option<char>,
    numbers: Vec<i64>,
    pair: Option<(i64, String)>,
    line: Option<Line>,
    lines: Vec<Line>,
    by_name: BTreeMap<String, i64>,
    #[schemars(extend("format" = "partial-date-time"))]
    when: Option<String>,
}

fn registry() -> Registry {
    only(Form::new("all", |_: Call, all: All| -> Result<All> {
        Ok(all)
    }))
}

#[tokio::test]
async fn text_becomes_what_the_type_wants() {
    let registry = registry();
    for (sent, expected) in [
        (json!({"whole": "-5"}), json!({"whole": -5})),
        (json!({"whole": "+5"}), json!({"whole": 5})),
        (json!({"whole": "007"}), json!({"whole": 7})),
        (json!({"whole": "1e3"}), json!({"whole": 1000})),
        (
            json!({"whole": "-9223372036854775808"}),
            json!({"whole": i64::MIN}),
        ),
        (
            json!({"wide": "18446744073709551615"}),
            json!({"wide": u64::MAX}),
        ),
        (json!({"tiny": "255"}), json!({"tiny": 255})),
        (json!({"ratio": "0.1"}), json!({"ratio": 0.1})),
        (json!({"ratio": "1e-7"}), json!({"ratio": 1e-7})),
        (json!({"ratio": "5"}), json!({"ratio": 5.0})),
        (json!({"flag": "on"}), json!({"flag": true})),
        (json!({"flag": "true"}), json!({"flag": true})),
        (json!({"flag": "1"}), json!({"flag": true})),
        (json!({"flag": "off"}), json!({"flag": false})),
        (json!({"flag": "false"}), json!({"flag": false})),
        (json!({"flag": ""}), json!({"flag": false})),
        (json!({"flag": null}), json!({"flag": false})),
        (json!({"maybe": ""}), json!({"maybe": null})),
        (json!({"maybe": "0"}), json!({"maybe": false})),
        (json!({"letter": "1"}), json!({"letter": "1"})),
        (json!({"numbers": ["1", 2, ""]}), json!({"numbers": [1, 2]})),
        (json!({"numbers": "1"}), json!({"numbers": [1]})),
        (json!({"numbers": ""}), json!({"numbers": []})),
        (json!({"pair": ["1", "2"]}), json!({"pair": [1, "2"]})),
        (
            json!({"line": {"label": "x", "count": "3"}}),
            json!({"line": {"label": "x", "count": 3}}),
        ),
        (
            json!({"line": {"label": "", "count": ""}}),
            json!({"line": null}),
        ),
        (
            json!({"lines": [{"label": "x"}, {"label": "", "count": ""}, {"label": "y", "count": "1"}]}),
            json!({"lines": [{"label": "x", "count": null}, {"label": "y", "count": 1}]}),
        ),
        (
            json!({"by_name": {"a": "1", "b": ""}}),
            json!({"by_name": {"a": 1}}),
        ),
        (
            json!({"when": "2026-11-23T10:00"}),
            json!({"when": "2026-11-23T10:00:00"}),
        ),
    ] {
        let answer = call(&registry, "all.submit", &sent).await;
        assert_eq!(answer["success"], true, "{sent}: {answer}");
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&answer["data"][name], value, "{sent}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_at_its_place() {
    let registry = registry();
    for (sent, expected) in [
        (json!({"whole": "1.5"}), "whole invalid"),
        (json!({"whole": "1 2"}), "whole invalid"),
        (json!({"tiny": "256"}), "tiny invalid"),
        (json!({"tiny": "-1"}), "tiny invalid"),
        (json!({"ratio": "inf"}), "ratio invalid"),
        (json!({"ratio": "1e999"}), "ratio invalid"),
        (json!({"flag": "yes"}), "flag invalid"),
        (json!({"flag": 1}), "flag invalid"),
        (json!({"letter": "ab"}), "letter invalid"),
        (
            json!({"numbers": ["1", "x", true]}),
            "numbers.1 invalid, numbers.2 invalid",
        ),
        (json!({"numbers": "x"}), "numbers.0 invalid"),
        (
            json!({"line": {"count": "x"}}),
            "line.label required, line.count invalid",
        ),
        (json!({"line": "x"}), "line invalid"),
        (
            json!({"lines": [{"label": "x"}, {"count": "-1"}]}),
            "lines.1.label required, lines.1.count invalid",
        ),
        (json!({"by_name": {"a": "x"}}), "by_name.a invalid"),
    ] {
        let found = crate::validated(&registry, "all", &sent).await;
        assert_eq!(sorted(&found), sorted(expected), "{sent}");
        let found = crate::submitted(&registry, "all", &sent).await;
        assert_eq!(sorted(&found), sorted(expected), "{sent}");
    }
}

/// Lengths and bounds have codes of their own.
fn sorted(told: &str) -> Vec<&str> {
    let told = told.split(", ").map(|one| match one {
        "tiny max_value" | "tiny min_value" => "tiny invalid",
        "letter max_length" => "letter invalid",
        "lines.1.count min_value" => "lines.1.count invalid",
        one => one,
    });
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    told
}

/// What is wrong in a nested value is told in the order of the outer fields.
#[tokio::test]
async fn errors_stand_in_the_order_of_the_fields() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "never comes to be")]
    struct Order {
        zebra: i64,
        lines: Vec<Line>,
        apple: i64,
        by_name: BTreeMap<String, i64>,
        line: Line,
        middle: i64,
    }
    let registry = only(Form::new("order", |_: Call, _: Order| Ok(())));
    let sent = json!({
        "middle": "x", "line": {"count": 1}, "by_name": {"a": "x"}, "apple": "x",
        "lines": [{"label": "a"}, {"count": 1}], "zebra": "x",
    });
    let expected = "zebra invalid, lines.1.label required, apple invalid, by_name.a invalid, \
                    line.label required, middle invalid";
    assert_told(&registry, "order", &sent, expected).await;
    let missing = "zebra required, lines required, apple required, by_name required, \
                   line.label required, middle required";
    assert_told(&registry, "order", &json!({}), missing).await;
}

/// Reading many wrong items takes no longer than reading them.
#[tokio::test]
async fn many_errors_are_told_in_time() {
    let registry = registry();
    let sent = json!({"numbers": vec!["x"; 100_000]});
    let told: Value = call(&registry, "all.validate", &json!({ "data": sent })).await;
    assert!(!told["errors"].as_array().unwrap().is_empty());
}
