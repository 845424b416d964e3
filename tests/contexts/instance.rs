//! Which instance an answer is of: the header `X-Mizan-Instance`.

use mizan::{Call, Context, Function, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rig::{get, send};
use super::{builder, serve};

#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Needs {
    needed: i64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Sort {
    NewestFirst,
    ByName,
}

fn page() -> u32 {
    1
}

fn sort() -> Sort {
    Sort::NewestFirst
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Search {
    q: String,
    #[serde(default = "page")]
    page: u32,
    #[serde(default = "sort")]
    sort: Sort,
    #[serde(default)]
    ratio: f64,
    #[serde(default)]
    exact: bool,
    max: Option<i64>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(rename = "pageSize", default)]
    size: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Other {
    q: String,
    #[serde(default)]
    other: bool,
}

fn search(_: Call, input: Search) -> Result<String> {
    Ok(input.q)
}

fn other(_: Call, input: Other) -> Result<bool> {
    Ok(input.other)
}

fn plain(_: Call) -> Result<i64> {
    Ok(1)
}

#[tokio::test]
async fn canonical_instances() {
    const CONTEXT: Context = Context::new("search").key("q");
    let service = serve(
        builder()
            .function(Function::new("hits", search).context(CONTEXT))
            .function(Function::new("others", other).context(CONTEXT))
            .function(Function::new("plain", plain).context(Context::GLOBAL)),
    );
    let defaults = "search;exact=false;other=false;page=1;pageSize=0";
    for (query, instance) in [
        ("q=a", format!("{defaults};q=a;ratio=0;sort=newest-first")),
        ("ratio=1.5&q=a&unknown=9", format!("{defaults};q=a;ratio=1.5;sort=newest-first")),
        ("q=a&ratio=1e%2B21", format!("{defaults};q=a;ratio=1e%2B21;sort=newest-first")),
        ("q=a&ratio=-0.5", format!("{defaults};q=a;ratio=-0.5;sort=newest-first")),
        ("q=a+b%2Bc", format!("{defaults};q=a%20b%2Bc;ratio=0;sort=newest-first")),
        ("q=", format!("{defaults};q=;ratio=0;sort=newest-first")),
        ("q=%C3%A9;=%2C", format!("{defaults};q=%C3%A9%3B%3D%2C;ratio=0;sort=newest-first")),
        ("q=a&tags=x&tags=y", format!("{defaults};q=a;ratio=0;sort=newest-first")),
        (
            "sort=by-name&q=a&page=2&pageSize=50&exact=true&other=true&max=-7",
            "search;exact=true;max=-7;other=true;page=2;pageSize=50;q=a;ratio=0;sort=by-name".into(),
        ),
        (
            "q=a&max=9223372036854775807",
            "search;exact=false;max=9223372036854775807;other=false;page=1;pageSize=0;q=a;ratio=0;sort=newest-first".into(),
        ),
    ] {
        let answer = send(&service, get(&format!("/ctx/search/?{query}"))).await;
        assert_eq!(answer.status, 200, "{query} {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.header("x-mizan-instance"), Some(&*instance), "{query}");
    }
    let answer = send(&service, get("/ctx/global/?a=1")).await;
    assert_eq!(answer.header("x-mizan-instance"), Some("global"));
}

#[tokio::test]
async fn spellings_that_are_not_canonical_are_refused() {
    const CONTEXT: Context = Context::new("search");
    let service = serve(builder().function(Function::new("hits", search).context(CONTEXT)));
    for (query, field) in [
        ("q=a&page=01", "page"),
        ("q=a&page=%2B1", "page"),
        ("q=a&page=1.0", "page"),
        ("q=a&page=", "page"),
        ("q=a&page=-1", "page"),
        ("q=a&page=4294967296", "page"),
        ("q=a&ratio=1.50", "ratio"),
        ("q=a&ratio=-0", "ratio"),
        ("q=a&ratio=NaN", "ratio"),
        ("q=a&ratio=1e999", "ratio"),
        ("q=a&exact=True", "exact"),
        ("q=a&exact=1", "exact"),
        ("q=a&sort=NewestFirst", "sort"),
        ("q=a&max=", "max"),
        ("q=a&q=a", "q"),
        ("q=a&page=1&page=1", "page"),
        ("q=a&pageSize=256", "pageSize"),
        ("page=1", "q"),
    ] {
        let answer = send(&service, get(&format!("/ctx/search/?{query}"))).await;
        assert_eq!(answer.status, 422, "{query}");
        let fields = answer.json()["details"]["fields"].clone();
        assert_eq!(
            fields.as_object().unwrap().keys().collect::<Vec<_>>(),
            [field],
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_instance_that_is_too_long_is_its_bare_name() {
    const CONTEXT: Context = Context::new("other");
    let service = serve(builder().function(Function::new("others", other).context(CONTEXT)));
    let fixed = "other;other=false;q=".len();
    for (length, bare) in [(2048 - fixed, false), (2048 - fixed + 1, true)] {
        let query = format!("/ctx/other/?q={}", "x".repeat(length));
        let answer = send(&service, get(&query)).await;
        let instance = answer.header("x-mizan-instance").unwrap();
        assert_eq!(instance == "other", bare);
        assert!(bare || instance.len() == 2048);
    }
}
