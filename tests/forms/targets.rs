//! Where a page without JavaScript goes on: nowhere but to its own site.

use garde::Validate;
use http::Request;
use http::header::{HeaderValue, LOCATION};
use http_body_util::Full;
use mizan::form::Form;
use mizan::{Call, Context, Function, MizanService, Registry, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::only;
use crate::rig::{Answer, send};

const USER: Context = Context::new("user").key("user_id");

#[derive(Clone, Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Input {
    user_id: i64,
    next: Option<String>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Key {
    user_id: i64,
}

fn form() -> Form<Input, Input> {
    Form::new("form", |_: Call, input: Input| -> Result<Input> {
        Ok(input)
    })
}

async fn submit(registry: &Registry, body: &str, more: &[(&str, &str)]) -> Answer {
    let service = MizanService::new(registry.clone());
    let mut request = Request::post("/api/mizan/form/form/")
        .header("host", "a.test")
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    let body = Full::from(body.to_owned());
    send(&service, request.body(body).unwrap()).await
}

const HTML: (&str, &str) = ("accept", "text/html");

async fn location(registry: &Registry, body: &str, more: &[(&str, &str)]) -> String {
    let answer = submit(registry, body, &[&[HTML], more].concat()).await;
    assert_eq!(answer.status, 303);
    assert!(answer.body.is_empty());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), None);
    assert_eq!(answer.headers.get_all(LOCATION).iter().count(), 1);
    answer.header("location").unwrap().to_owned()
}

#[tokio::test]
async fn to_the_forms_target() {
    for (target, expected) in [
        ("/thanks", "/thanks"),
        ("/thanks?a=b#c", "/thanks?a=b#c"),
        ("/", "/"),
        ("/grüße", "/gr%C3%BC%C3%9Fe"),
    ] {
        let registry = only(form().target(target));
        let referer = [("referer", "http://a.test/contact")];
        assert_eq!(location(&registry, "user_id=1", &referer).await, expected);
    }
    let registry = only(form().target_with(|input| format!("/user/{}", input.user_id)));
    assert_eq!(location(&registry, "user_id=42", &[]).await, "/user/42");
}

#[tokio::test]
async fn the_last_word_counts() {
    let found = |input: &Input| format!("/user/{}", input.user_id);
    for (form, expected) in [
        (form().target("/a").target("/b"), "/b"),
        (form().target("/a").target_with(found), "/user/7"),
        (form().target_with(found).target("/b"), "/b"),
        (form().target("//evil.test").target("/b"), "/b"),
    ] {
        assert_eq!(location(&only(form), "user_id=7", &[]).await, expected);
    }
}

#[tokio::test]
async fn back_where_it_came_from() {
    let registry = only(form());
    for (referer, expected) in [
        ("http://a.test/contact?x=1#y", "/contact?x=1"),
        ("https://evil.test/contact", "/"),
        ("http://a.test//evil.test", "/"),
        ("http://a.test.evil.test/", "/"),
    ] {
        let found = location(&registry, "user_id=1", &[("referer", referer)]).await;
        assert_eq!(found, expected, "{referer}");
    }
    assert_eq!(location(&registry, "user_id=1", &[]).await, "/");
}

/// A target that was made of what somebody sent leads nowhere else.
#[tokio::test]
async fn hostile_targets() {
    let registry = only(form().target_with(|input| input.next.clone().unwrap_or_default()));
    for next in [
        "",
        "https://evil.test/",
        "//evil.test/",
        "///evil.test/",
        "/\\evil.test/",
        "\\\\evil.test",
        "/%09/evil.test".replace("%09", "\t").as_str(),
        "/\r\nset-cookie: a=b",
        "javascript:alert(1)",
        "evil.test",
        " /x",
        "?x",
    ] {
        let next: String = http_encode(next);
        let body = format!("user_id=1&next={next}");
        // Nor back to a page that asked for it.
        let referer = [("referer", "http://a.test/contact")];
        let found = location(&registry, &body, &referer).await;
        assert!(
            ["/", "/contact"].contains(&found.as_str()),
            "{next}: {found}"
        );
    }
}

fn http_encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A handler that sets the header itself is judged alike, and only where a page is asked for.
#[tokio::test]
async fn a_handlers_own_location() {
    let registry = only(Form::new(
        "form",
        |call: Call, input: Input| -> Result<()> {
            let next = HeaderValue::from_str(&input.next.unwrap_or_default())?;
            call.set_header(LOCATION, next);
            Ok(())
        },
    ));
    for (next, expected) in [
        ("/done", "/done"),
        ("https://evil.test/", "/"),
        ("//x", "/"),
    ] {
        let body = format!("user_id=1&next={}", http_encode(next));
        assert_eq!(location(&registry, &body, &[]).await, expected);
    }
}

#[tokio::test]
async fn entries_go_along() {
    let registry = Registry::builder()
        .function(Function::new("user", |_: Call, _: Key| Ok(1)).context(USER))
        .form(form().affects(USER).target("/thanks"))
        .build()
        .unwrap();
    let page = submit(&registry, "user_id=42", &[HTML]).await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("x-mizan-invalidate"), Some("user;user_id=42"));
    assert_eq!(page.header("location"), Some("/thanks"));
    // Where no page is asked for, the answer is that of `submit`, and leads nowhere.
    let script = submit(&registry, "user_id=42", &[]).await;
    assert_eq!(script.status, 200);
    assert_eq!(script.header("location"), None);
    assert_eq!(
        script.json(),
        json!({
            "result": {"success": true, "data": {"user_id": 42, "next": null}},
            "invalidate": [{"context": "user", "params": {"user_id": 42}}],
        })
    );
}
