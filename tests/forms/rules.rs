//! What a type declares with garde, as a form says it.

use garde::Validate;
use mizan::Call;
use mizan::form::Form;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{Count, assert_told, only, validated};

fn no_slash(text: &str, (): &()) -> garde::Result {
    match text.contains('/') {
        true => Err(garde::Error::new("Must not contain a slash")),
        false => Ok(()),
    }
}

#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "checked, and not used")]
struct Account {
    #[garde(ascii, length(chars, min = 3))]
    user_name: String,
    #[garde(alphanumeric)]
    code_word: String,
    #[garde(prefix("https://"), suffix("/"), contains("b.co"))]
    home_page: String,
    #[garde(custom(no_slash))]
    file_name: String,
    #[garde(matches(user_name))]
    again: String,
    #[garde(required)]
    #[schemars(required)]
    needed: Option<String>,
    #[garde(dive)]
    #[serde(rename = "sub-part")]
    sub_part: Part,
    #[garde(skip)]
    age: u8,
}

#[derive(Deserialize, JsonSchema, Validate)]
struct Part {
    #[garde(inner(custom(no_slash)))]
    #[serde(rename = "theNames")]
    the_names: Vec<String>,
}

fn valid() -> serde_json::Value {
    json!({
        "userName": "ada", "codeWord": "abc1", "homePage": "https://b.co/", "fileName": "x",
        "again": "ada", "needed": "x", "sub-part": {"theNames": ["a", "b"]}, "age": 20,
    })
}

const RULES: [(&str, &str, &str); 9] = [
    ("/userName", "ada\u{e9}", "userName pattern"),
    ("/userName", "ad", "userName min_length"),
    ("/codeWord", "a b", "codeWord pattern"),
    ("/homePage", "http://b.co/", "homePage pattern"),
    ("/homePage", "https://b.co", "homePage pattern"),
    ("/homePage", "https://c.co/", "homePage pattern"),
    ("/fileName", "a/b", "fileName invalid"),
    ("/sub-part/theNames/1", "a/b", "sub-part.theNames.1 invalid"),
    ("/again", "bob", "again invalid"),
];

#[tokio::test]
async fn every_rule_has_a_code_and_the_fields_name_on_the_wire() {
    let registry = only(Form::new("account", |_: Call, _: Account| Ok(())));
    assert_told(&registry, "account", &valid(), "").await;
    for (pointer, value, expected) in RULES {
        let mut data = valid();
        *data.pointer_mut(pointer).unwrap() = json!(value);
        if pointer == "/userName" {
            data["again"] = json!(value);
        }
        assert_told(&registry, "account", &data, expected).await;
    }
    let mut data = valid();
    data["needed"] = json!(null);
    assert_told(&registry, "account", &data, "needed required").await;
}

/// Rules that look at one field alone are told whatever is wrong with the others; those that may
/// look at others only where all fields parsed.
#[tokio::test]
async fn rules_beside_a_field_that_did_not_parse() {
    let registry = only(Form::new("account", |_: Call, _: Account| Ok(())));
    for (pointer, value, expected) in RULES {
        let mut data = valid();
        *data.pointer_mut(pointer).unwrap() = json!(value);
        if pointer == "/userName" {
            data["again"] = json!(value);
        }
        for age in [json!("x"), json!(null), json!(-1)] {
            data["age"] = age;
            let found = validated(&registry, "account", &data).await;
            let found = found
                .replace("required", "invalid")
                .replace("min_value", "invalid");
            let beside = [
                "fileName invalid",
                "sub-part.theNames.1 invalid",
                "again invalid",
            ];
            if beside.contains(&expected) {
                assert_eq!(found, "age invalid", "{pointer}");
            } else {
                assert_eq!(found, format!("{expected}, age invalid"), "{pointer}");
            }
        }
    }
}

/// A stand-in for a field that did not parse is never told of.
#[tokio::test]
async fn nothing_is_said_of_what_did_not_parse_but_that() {
    let registry = only(Form::new("account", |_: Call, _: Account| Ok(())));
    let found = validated(&registry, "account", &json!({})).await;
    assert_eq!(
        found,
        "userName required, codeWord required, homePage required, fileName required, \
         again required, needed required, sub-part.theNames required, age required"
    );
}

#[tokio::test]
async fn rules_run_once_for_each_validation() {
    thread_local! { static RUNS: Count = Count::default(); }
    fn counted(_: &str, (): &()) -> garde::Result {
        RUNS.with(Count::one_more);
        Ok(())
    }
    #[derive(Deserialize, JsonSchema, Validate)]
    struct One {
        #[garde(custom(counted))]
        text: String,
    }
    let registry = only(Form::new("one", |_: Call, _: One| Ok(())));
    let take = || RUNS.with(Count::take);
    assert_eq!(validated(&registry, "one", &json!({"text": "x"})).await, "");
    assert_eq!(take(), 1);
    assert_eq!(
        crate::submitted(&registry, "one", &json!({"text": "x"})).await,
        "ok"
    );
    assert_eq!(take(), 1);
}

/// Two ways to say one limit are one error.
#[tokio::test]
async fn a_limit_is_told_once() {
    #[derive(Deserialize, JsonSchema, Validate)]
    struct Limits {
        #[garde(length(bytes, max = 3))]
        #[schemars(length(max = 3))]
        text: String,
        #[garde(range(min = 1, max = 9))]
        count: i64,
        #[garde(length(max = 2))]
        list: Vec<i64>,
        #[garde(email, length(chars, max = 6))]
        email: String,
    }
    let registry = only(Form::new("limits", |_: Call, _: Limits| Ok(())));
    let data = json!({"text": "abcd", "count": 10, "list": [1, 2, 3], "email": "abcdefg"});
    // Nor is it told as well that what is too long is not valid.
    let expected = "text max_length, count max_value, list max_length, email max_length";
    assert_told(&registry, "limits", &data, expected).await;
}
