//! How the scope of a mutation's entries is found (protocol section 3).

use mizan::{Call, Context, Function, MizanService, Registry, RegistryBuilder, Result, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rig::{Answer, body, post, send};

pub(super) const USER: Context = Context::new("user").key("user_id");
pub(super) const ORDER: Context = Context::new("order").key("user_id").key("region");
pub(super) const FEED: Context = Context::new("feed");

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct UserKey {
    user_id: i64,
    #[serde(default)]
    tab: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct OrderKey {
    user_id: i64,
    region: String,
    tab: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct Change {
    pub(super) user_id: i64,
    #[serde(default)]
    region: String,
    #[serde(default)]
    tab: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct TextId {
    user_id: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct MaybeId {
    user_id: Option<i64>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct DefaultedId {
    #[serde(default)]
    user_id: i64,
}

fn user(_: Call, _: UserKey) -> Result<i64> {
    Ok(1)
}

fn order(_: Call, _: OrderKey) -> Result<i64> {
    Ok(1)
}

fn feed(_: Call) -> Result<i64> {
    Ok(1)
}

fn change(_: Call, _: Change) -> Result<i64> {
    Ok(5)
}

pub(super) fn base() -> RegistryBuilder {
    Registry::builder()
        .function(Function::new("user", user).context(USER))
        .function(Function::new("order", order).context(ORDER))
        .function(Function::new("feed", feed).context(FEED))
}

async fn answer<I: 'static, O: 'static>(function: Function<I, O>, args: Value) -> Answer {
    let registry = base().function(function).build().unwrap();
    let answer = send(&MizanService::new(registry), post(body("change", &args))).await;
    assert_eq!(
        answer.status,
        200,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    answer
}

/// What the answer of this function says, in both transports.
pub(super) async fn said<I: 'static, O: 'static>(
    function: Function<I, O>,
    args: Value,
) -> (Value, String) {
    let answer = answer(function, args).await;
    let header = answer.header("x-mizan-invalidate").unwrap_or_default();
    (answer.json()["invalidate"].clone(), header.to_owned())
}

pub(super) fn auto() -> Function<Change, i64> {
    Function::new("change", change)
}

#[tokio::test]
async fn arguments_that_are_named_like_keys() {
    let args = json!({"user_id": 42, "region": "a b", "tab": "all"});
    let user = json!({"context": "user", "params": {"user_id": 42}});
    for (function, invalidate, header) in [
        (auto().affects(USER), json!([user]), "user;user_id=42"),
        (
            auto().affects([FEED, ORDER, USER]),
            json!(["feed", {"context": "order", "params": {"region": "a b", "user_id": 42}}, user]),
            "feed, order;region=a%20b;user_id=42, user;user_id=42",
        ),
        (
            auto().affects([USER, USER]),
            json!([user]),
            "user;user_id=42",
        ),
        (auto().affects(USER).broad(), json!(["user"]), "user"),
        (auto().affects_broadly(USER), json!(["user"]), "user"),
        (
            auto().affects(USER).affects_broadly(ORDER),
            json!([user, "order"]),
            "user;user_id=42, order",
        ),
        (
            auto().affects(USER).affects(FEED).affects_broadly(USER),
            json!(["feed", "user"]),
            "feed, user",
        ),
        (auto(), Value::Null, ""),
    ] {
        let said = said(function, args.clone()).await;
        assert_eq!(said, (invalidate, header.to_owned()));
    }
}

#[tokio::test]
async fn arguments_of_another_type_are_left_out() {
    let text = Function::new("change", |_: Call, _: TextId| Ok(1)).affects(USER);
    assert_eq!(said(text, json!({"user_id": "42"})).await.1, "user");
    let maybe = || Function::new("change", |_: Call, _: MaybeId| Ok(1)).affects(USER);
    assert_eq!(said(maybe(), json!({"user_id": 42})).await.1, "user");
    assert_eq!(said(maybe(), json!({"user_id": null})).await.1, "user");
    let defaulted = || Function::new("change", |_: Call, _: DefaultedId| Ok(1)).affects(USER);
    assert_eq!(
        said(defaulted(), json!({"user_id": 42})).await.1,
        "user;user_id=42"
    );
    assert_eq!(said(defaulted(), json!({})).await.1, "user;user_id=0");
}

#[tokio::test]
async fn integers_beyond_two_to_the_fifty_three() {
    for (id, in_body) in [
        (9_007_199_254_740_992_i64, json!(9_007_199_254_740_992_i64)),
        (9_007_199_254_740_993, json!("9007199254740993")),
        (i64::MIN, json!("-9223372036854775808")),
        (-9_007_199_254_740_991, json!(-9_007_199_254_740_991_i64)),
    ] {
        let (invalidate, header) = said(auto().affects(USER), json!({"user_id": id})).await;
        assert_eq!(header, format!("user;user_id={id}"));
        if id.unsigned_abs() == 1 << 53 {
            continue; // Either form is exact.
        }
        assert_eq!(invalidate[0]["params"]["user_id"], in_body);
    }
}

#[tokio::test]
async fn entries_of_the_handler_come_after_those_declared() {
    let adding = |entry: mizan::Entry| {
        Function::new("change", move |call: Call, _: Change| {
            call.invalidate(entry.clone());
            Ok(1)
        })
        .affects(USER)
    };
    for (entry, header) in [
        (USER.at(params! { "user_id": 42 }), "user;user_id=42"),
        (USER.at(params! { "user_id": "42" }), "user;user_id=42"),
        (
            USER.at(params! { "user_id": 43 }),
            "user;user_id=42, user;user_id=43",
        ),
        (USER.everywhere(), "user"),
        (FEED.everywhere(), "user;user_id=42, feed"),
    ] {
        assert_eq!(said(adding(entry), json!({"user_id": 42})).await.1, header);
    }
}

#[tokio::test]
async fn a_header_that_would_be_too_long_is_broad_and_the_body_is_not() {
    let region = "x".repeat(3_000);
    let args = json!({"user_id": 42, "region": region});
    let answer = answer(auto().affects([USER, ORDER]), args).await;
    assert_eq!(answer.header("x-mizan-invalidate"), Some("user, order"));
    let params = &answer.json()["invalidate"][1]["params"];
    assert_eq!(params["region"].as_str().map(str::len), Some(3_000));

    // Exactly as much as fits, and one byte more.
    let fixed = "order;region=;user_id=1".len();
    for (length, broad) in [(2048 - fixed, false), (2049 - fixed, true)] {
        let args = json!({"user_id": 1, "region": "y".repeat(length)});
        let header = said(auto().affects(ORDER), args).await.1;
        assert_eq!((header == "order", header.len() == 2048), (broad, !broad));
    }
}
