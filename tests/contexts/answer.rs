//! What the answer is.

use std::collections::HashMap;

use http::header::{HeaderName, HeaderValue, SET_COOKIE};
use http::{Method, Request};
use mizan::{Call, Context, Function, Result};
use serde_json::{Value, json};

use super::rig::{get, send};
use super::{builder, serve};

const PAGE: Context = Context::new("page");

fn words() -> HashMap<String, HashMap<String, i64>> {
    (0..20)
        .map(|n| {
            let inner = (0..20).map(|m| (format!("k{m}"), n * m)).collect();
            (format!("w{n}"), inner)
        })
        .collect()
}

fn many(_: Call) -> Result<HashMap<String, HashMap<String, i64>>> {
    Ok(words())
}

fn untyped(_: Call) -> Result<Value> {
    Ok(serde_json::from_str(
        r#"{"z":[{"b":1,"a":{"d":2,"c":3}}],"\u00e9":4,"":5}"#,
    )?)
}

#[tokio::test]
async fn the_same_data_is_the_same_bytes() {
    let service = serve(
        builder()
            .function(Function::new("zebra", many).context(PAGE))
            .function(Function::new("ant", untyped).context(PAGE)),
    );
    let first = send(&service, get("/ctx/page/")).await;
    assert_eq!(first.json()["zebra"], json!(words()));
    let sorted = r#"{"ant":{"":5,"z":[{"a":{"c":3,"d":2},"b":1}],"é":4},"zebra":{"w0":{"k0":0,"k1":0,"k10":0,"#;
    assert_eq!(String::from_utf8_lossy(&first.body[..sorted.len()]), sorted);
    for _ in 0..200 {
        let again = send(&service, get("/ctx/page/")).await;
        assert!(again.body == first.body);
    }
}

#[tokio::test]
async fn head_says_what_get_says_but_the_value() {
    let service = serve(
        builder()
            .function(Function::new("zebra", many).context(PAGE))
            .function(Function::new("alone", |_: Call, _: super::instance::Needs| Ok(1)).local()),
    );
    for (path, status) in [
        ("/ctx/page/", 200),
        ("/ctx/alone/", 422),
        ("/ctx/none/", 404),
    ] {
        let full = send(&service, get(path)).await;
        let mut request = get(path);
        *request.method_mut() = Method::HEAD;
        let head = send(&service, request).await;
        assert_eq!((head.status, head.body.len()), (status, 0));
        assert_eq!(
            head.header("content-length"),
            Some(&*full.body.len().to_string())
        );
        let mut headers = head.headers.clone();
        headers.remove("content-length");
        assert_eq!(headers, full.headers, "{path}");
    }
    let request = Request::head("/api/mizan/call/").body(http_body_util::Full::default());
    let answer = send(&service, request.unwrap()).await;
    assert_eq!((answer.status, answer.body.len()), (405, 0));
}

#[tokio::test]
async fn forty_members() {
    let mut registry = builder();
    for n in (0..40).rev() {
        let name = format!("m{n:02}");
        registry = registry.function(Function::new(name, move |_: Call| Ok(n)).context(PAGE));
    }
    let answer = send(&serve(registry), get("/ctx/page")).await;
    let members: Vec<_> = (0..40).map(|n| format!("\"m{n:02}\":{n}")).collect();
    assert_eq!(
        answer.body,
        format!("{{{}}}", members.join(",")).into_bytes()
    );
    assert_eq!(answer.header("x-mizan-instance"), Some("page"));
}

fn set(name: &'static str, value: &'static str) -> impl Fn(Call) -> Result<i64> + Send + Sync {
    move |call| {
        call.set_header(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        let cookie = format!("{value}=1");
        call.append_header(SET_COOKIE, HeaderValue::try_from(cookie)?);
        Ok(1)
    }
}

#[tokio::test]
async fn members_set_headers_of_the_answer() {
    let service = serve(
        builder()
            .function(Function::new("b", set("x-b", "one")).context(PAGE))
            .function(Function::new("a", set("x-a", "two")).context(PAGE))
            .function(Function::new("c", set("content-type", "three")).context(PAGE))
            .function(Function::new("d", set("cache-control", "four")).context(PAGE))
            .function(Function::new("e", set("x-mizan-contract", "five")).context(PAGE))
            .function(Function::new("f", set("x-mizan-invalidate", "six")).context(PAGE))
            .function(Function::new("g", set("x-mizan-instance", "seven")).context(PAGE)),
    );
    let answer = send(&service, get("/ctx/page/")).await;
    assert_eq!(answer.header("x-b"), Some("one"));
    assert_eq!(answer.header("x-a"), Some("two"));
    // Those that are Mizan's own stay as they are.
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_ne!(answer.header("x-mizan-contract"), Some("five"));
    assert_eq!(answer.header("x-mizan-instance"), Some("page"));
    assert_eq!(answer.header("x-mizan-invalidate"), None);
    let cookies: Vec<_> = answer.headers.get_all(SET_COOKIE).iter().collect();
    let all = [
        "one=1", "two=1", "three=1", "four=1", "five=1", "six=1", "seven=1",
    ];
    assert_eq!(
        cookies, all,
        "each member's cookie, in the order of registration"
    );
}
