//! Functions that are no forms: the limits of their schema hold by themselves, and the rules of
//! their type where they ask for it.

use garde::Validate;
use mizan::{Call, Code, Context, Function, MizanService, Registry, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rig::{get, send};
use crate::{Count, call, code};

fn no_slash(text: &str, (): &()) -> garde::Result {
    match text.contains('/') {
        true => Err(garde::Error::new("Must not contain a slash")),
        false => Ok(()),
    }
}

#[derive(Clone, Deserialize, Serialize, JsonSchema, Validate)]
struct Search {
    #[garde(custom(no_slash), length(chars, min = 2, max = 5))]
    text: String,
    #[garde(range(min = 1, max = 100))]
    #[serde(default = "one")]
    page: i64,
    #[garde(length(max = 2), inner(length(chars, max = 3)))]
    #[serde(default)]
    tags: Vec<String>,
    #[garde(email)]
    email: Option<String>,
    #[garde(pattern("^[a-z]+$"))]
    word: Option<String>,
}

fn one() -> i64 {
    1
}

fn search(count: &Count) -> impl Fn(Call, Search) -> Result<i64> + Send + Sync + 'static {
    let count = count.clone();
    move |_, search| {
        count.one_more();
        Ok(search.page)
    }
}

const FOUND: Context = Context::new("found");
const RULED: Context = Context::new("ruled");

fn registry(count: &Count) -> Registry {
    Registry::builder()
        .function(Function::new("search", search(count)))
        .function(Function::new("ruled_search", search(count)).validated())
        .function(Function::new("found", search(count)).context(FOUND))
        .function(
            Function::new("ruled", search(count))
                .context(RULED)
                .validated(),
        )
        .build()
        .unwrap()
}

async fn paths(registry: &Registry, function: &str, args: &Value) -> Vec<String> {
    let error = registry.call(function, args).await.unwrap_err();
    assert_eq!(error.code(), Code::Validation, "{function}({args})");
    let fields = &error.details().unwrap()["fields"];
    fields.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn the_schemas_limits_hold_by_themselves() {
    let count = Count::default();
    let registry = registry(&count);
    let table = [
        (json!({"text": "x"}), vec!["text"]),
        (json!({"text": "toolong"}), vec!["text"]),
        (json!({"text": "ok", "page": 0}), vec!["page"]),
        (json!({"text": "ok", "page": 101}), vec!["page"]),
        (json!({"text": "ok", "tags": ["a", "b", "c"]}), vec!["tags"]),
        (json!({"text": "ok", "tags": ["a", "long"]}), vec!["tags.1"]),
        (json!({"text": "ok", "email": "x"}), vec!["email"]),
        (json!({"text": "ok", "word": "X"}), vec!["word"]),
        (
            json!({"text": "x", "page": 0, "email": "x", "tags": ["long"], "word": "X"}),
            vec!["email", "page", "tags.0", "text", "word"],
        ),
    ];
    for (args, expected) in &table {
        for function in ["search", "ruled_search"] {
            let found = paths(&registry, function, args).await;
            assert_eq!(&found, expected, "{function}({args})");
        }
    }
    assert_eq!(count.take(), 0);
    let valid =
        json!({"text": "\u{1f30d}\u{1f30d}", "page": 100, "tags": ["abc"], "email": "a@b.co"});
    for function in ["search", "ruled_search"] {
        assert_eq!(call(&registry, function, &valid).await, 100);
    }
    assert_eq!(count.take(), 2);
}

#[tokio::test]
async fn rules_are_asked_where_the_function_says_so() {
    let count = Count::default();
    let registry = registry(&count);
    let slash = json!({"text": "a/b"});
    assert_eq!(call(&registry, "search", &slash).await, 1);
    assert_eq!(paths(&registry, "ruled_search", &slash).await, ["text"]);
    assert_eq!(count.take(), 1);
    // What is wrong with the shape comes first, and then the rules.
    let both = json!({"text": "a/b", "page": "x"});
    assert_eq!(paths(&registry, "ruled_search", &both).await, ["page"]);
    let both = json!({"text": "a/b", "page": "x", "email": 5});
    assert_eq!(
        paths(&registry, "ruled_search", &both).await,
        ["email", "page"]
    );
}

#[tokio::test]
async fn of_a_contexts_query() {
    let count = Count::default();
    let service = MizanService::new(registry(&count));
    for (query, fields) in [
        ("text=x", json!(["text"])),
        ("text=ok&page=0", json!(["page"])),
        ("text=ok&page=101&email=x", json!(["email", "page"])),
        ("text=ok&tags=a&tags=long", json!(["tags.1"])),
        ("text=ok&tags=a&tags=b&tags=c", json!(["tags"])),
        ("text=toolong&page=x", json!(["page", "text"])),
    ] {
        for context in ["found", "ruled"] {
            let answer = send(&service, get(&format!("/ctx/{context}/?{query}"))).await;
            assert_eq!(answer.status, 422, "{query}");
            let found = answer.json()["details"]["fields"].clone();
            let names: Vec<_> = found.as_object().unwrap().keys().collect();
            assert_eq!(json!(names), fields, "{query}");
        }
    }
    assert_eq!(count.take(), 0);
    let answer = send(&service, get("/ctx/found/?text=a/b")).await;
    assert_eq!(answer.json(), json!({"found": 1}));
    let answer = send(&service, get("/ctx/ruled/?text=a/b")).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json()["details"]["fields"],
        json!({"text": ["Must not contain a slash"]})
    );
    let answer = send(&service, get("/ctx/ruled/?text=ab&page=7")).await;
    assert_eq!(answer.json(), json!({"ruled": 7}));
}

/// The messages are those that forms have, and never what garde keeps between them.
#[tokio::test]
async fn messages_are_for_people() {
    let registry = registry(&Count::default());
    let args = json!({"text": "x", "page": 0, "email": "x", "tags": ["long"], "word": "X"});
    let error = registry.call("ruled_search", &args).await.unwrap_err();
    for messages in error.details().unwrap()["fields"]
        .as_object()
        .unwrap()
        .values()
    {
        for message in messages.as_array().unwrap() {
            let message = message.as_str().unwrap();
            assert!(
                !message.is_empty() && !message.contains(char::is_control),
                "{message:?}"
            );
        }
    }
    assert_eq!(
        code(&registry, "search", &json!({"text": 5})).await,
        Code::Validation
    );
}
