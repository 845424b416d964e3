//! Every error of every field in one answer, and nothing but the handler left out of `validate`.

use garde::Validate;
use mizan::form::Form;
use mizan::{Call, Registry, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Count, assert_told, call, only, submitted, validated};

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
struct Item {
    #[garde(length(chars, min = 1, max = 3))]
    label: String,
    #[garde(range(min = 1, max = 9))]
    count: u32,
}

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[garde(length(chars, max = 5), pattern(r"^[a-z]*$"))]
    user_name: String,
    #[garde(email)]
    email: String,
    #[garde(dive)]
    first_item: Item,
    #[garde(length(min = 1, max = 2), dive)]
    items: Vec<Item>,
    #[garde(inner(length(chars, max = 2)))]
    tags: Vec<String>,
    #[garde(range(max = 1.5))]
    ratio: Option<f64>,
}

fn handler(count: &Count) -> impl Fn(Call, Order) -> Result<Order> + Send + Sync + 'static {
    let count = count.clone();
    move |_, order| {
        count.one_more();
        Ok(order)
    }
}

fn registry(count: &Count) -> Registry {
    only(Form::new("order", handler(count)))
}

#[tokio::test]
async fn every_error_whatever_else_is_wrong() {
    let registry = registry(&Count::default());
    let item = json!({"label": "a", "count": 1});
    let valid = json!({
        "userName": "ada", "email": "a@b.co", "firstItem": item, "items": [item], "tags": ["x"],
        "ratio": 1.5,
    });
    assert_told(&registry, "order", &valid, "").await;
    let wrong = json!({
        "userName": "ADALOVE", "email": "x", "firstItem": {"label": "", "count": "10"},
        "items": [item, {"label": "long", "count": 0}, {"count": "x"}], "tags": ["ok", "abc"],
        "ratio": "1.6",
    });
    let expected = "userName max_length pattern, email invalid, firstItem.label required, \
                    firstItem.count max_value, items max_length, items.1.label max_length, \
                    items.1.count min_value, items.2.label required, items.2.count invalid, \
                    tags.1 max_length, ratio max_value";
    let found = validated(&registry, "order", &wrong).await;
    let set = |text: &str| {
        let mut found: Vec<_> = text.split(", ").map(str::to_owned).collect();
        found.sort();
        found
    };
    assert_eq!(set(&found), set(expected));
    assert_eq!(submitted(&registry, "order", &wrong).await, found);
    // Fields in their order, whatever the order of what is in them.
    let mut outer: Vec<_> = found.split([' ', '.', ',']).collect();
    outer
        .retain(|name| ["userName", "email", "firstItem", "items", "tags", "ratio"].contains(name));
    outer.dedup();
    assert_eq!(
        outer,
        ["userName", "email", "firstItem", "items", "tags", "ratio"]
    );
}

#[tokio::test]
async fn one_rule_at_a_time() {
    let registry = registry(&Count::default());
    let item = json!({"label": "a", "count": 1});
    let valid = json!({
        "userName": "ada", "email": "a@b.co", "firstItem": item, "items": [item], "tags": ["x"],
    });
    for (pointer, value, expected) in [
        ("/userName", json!("adalov"), "userName max_length"),
        ("/userName", json!("ADA"), "userName pattern"),
        ("/userName", json!("ä"), "userName pattern"),
        ("/email", json!("a@b@c"), "email invalid"),
        ("/firstItem/count", json!(0), "firstItem.count min_value"),
        ("/firstItem/count", json!(10), "firstItem.count max_value"),
        ("/firstItem/count", json!("9"), ""),
        ("/firstItem/label", json!("\u{1f30d}\u{1f30d}\u{1f30d}"), ""),
        (
            "/firstItem/label",
            json!("abcd"),
            "firstItem.label max_length",
        ),
        ("/items", json!([]), "items min_length"),
        ("/items", json!([item, item, item]), "items max_length"),
        ("/items/0/count", json!(0), "items.0.count min_value"),
        ("/items/0", json!("x"), "items.0 invalid"),
        ("/tags", json!(["ab", "éé", "éé!"]), "tags.2 max_length"),
        ("/tags", json!([]), ""),
    ] {
        let mut data = valid.clone();
        *data.pointer_mut(pointer).unwrap() = value;
        assert_told(&registry, "order", &data, expected).await;
    }
}

#[tokio::test]
async fn the_handler_runs_for_a_valid_submission_and_for_nothing_else() {
    let count = Count::default();
    let registry = registry(&count);
    let item = json!({"label": "a", "count": "1"});
    let valid = json!({
        "userName": "ada", "email": "a@b.co", "firstItem": item, "items": [item], "tags": "x",
    });
    for (function, args, runs) in [
        ("order.schema", json!({ "data": valid }), 0),
        ("order.validate", json!({ "data": valid }), 0),
        ("order.validate", json!({ "data": {} }), 0),
        ("order.submit", json!({}), 0),
        ("order.submit", valid, 1),
    ] {
        let answer = call(&registry, function, &args).await;
        assert_eq!(count.take(), runs, "{function}");
        if runs == 1 {
            // What the handler gives is the data, of the typed input.
            assert_eq!(answer["data"]["firstItem"]["count"], 1);
            assert_eq!(answer["data"]["tags"], json!(["x"]));
        }
    }
}

/// Bounds count code points, though garde counts bytes where it is not told otherwise.
#[tokio::test]
async fn lengths_count_code_points_whatever_garde_counts() {
    #[derive(Deserialize, JsonSchema, Validate)]
    struct Word {
        #[garde(length(max = 3))]
        text: String,
    }
    let registry = only(Form::new("word", |_: Call, _: Word| Ok(())));
    for (text, expected) in [
        ("abc", ""),
        ("\u{1f30d}\u{1f30d}\u{1f30d}", ""),
        ("abcd", "text max_length"),
        ("\u{1f30d}\u{1f30d}\u{1f30d}\u{1f30d}", "text max_length"),
    ] {
        assert_told(&registry, "word", &json!({ "text": text }), expected).await;
    }
}

/// A type that takes nothing unknown says so.
#[tokio::test]
async fn unknown_members_are_the_types_own_business() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[serde(deny_unknown_fields)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "checked, and not used")]
    struct Strict {
        name: String,
        age: u8,
    }
    let registry = only(Form::new("strict", |_: Call, _: Strict| Ok(())));
    assert_told(&registry, "strict", &json!({"name": "a", "age": "1"}), "").await;
    let unknown = json!({"name": "a", "age": "x", "zzz": 1});
    let found = validated(&registry, "strict", &unknown).await;
    assert_eq!(found, "age invalid, zzz invalid");
}
