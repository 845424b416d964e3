//! Pages of the application: a form's own renderer, the registry's, and how they fail.

use std::time::Duration;

use garde::Validate;
use http::Request;
use http_body_util::Full;
use mizan::form::{Field, Form, FormPage, Widget};
use mizan::{
    Auth, Call, Context, Error, Function, MizanService, Registry, RegistryBuilder, Result,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rig::{Answer, send};

const TEAM: Context = Context::new("team");

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
struct Input {
    #[garde(length(chars, max = 5))]
    name: String,
    #[garde(skip)]
    password: Option<String>,
}

fn submit(_: Call, input: Input) -> Result<()> {
    match input.name.as_str() {
        "fail" => Err(Error::internal("lost")),
        "deny" => Err(Error::forbidden("Not <yours>")),
        _ => Ok(()),
    }
}

fn form(name: &'static str) -> Form<Input, ()> {
    Form::new(name, submit)
        .field("password", Field::new().widget(Widget::PasswordInput))
        .affects(TEAM)
        .deadline(Duration::from_secs(5))
}

fn builder() -> RegistryBuilder {
    Registry::builder().function(Function::new("team", |_: Call| Ok(1)).context(TEAM))
}

async fn own(call: Call, page: FormPage) -> Result<String> {
    tokio::task::yield_now().await;
    let values = page.values().unwrap();
    let name = values.get("name").unwrap_or_default();
    let secrets = values
        .iter()
        .filter(|(name, _)| *name == "password")
        .count();
    let told: Vec<_> = page
        .errors()
        .iter()
        .map(|known| known.field.clone())
        .collect();
    Ok(format!("own {} {name} {secrets} {told:?}", call.name()))
}

fn shared(_: Call, page: FormPage) -> Result<String> {
    Ok(format!(
        "shared {} {}",
        page.schema().title,
        page.form_html()
    ))
}

async fn post(registry: &Registry, form: &str, name: &str, accept: &str) -> Answer {
    let service = MizanService::new(registry.clone());
    let request = Request::post(format!("/api/mizan/form/{form}/"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", accept)
        .body(Full::from(format!("name={name}&password=hunter2")))
        .unwrap();
    send(&service, request).await
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

#[tokio::test]
async fn the_forms_own_comes_before_the_registrys() {
    let registry = builder()
        .form(form("one").renderer(own))
        .form(form("other"))
        .form_renderer(shared)
        .build()
        .unwrap();
    let answer = post(&registry, "one", "toolong", "text/html").await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(text(&answer), "own one.submit toolong 0 [\"name\"]");
    let answer = post(&registry, "other", "toolong", "text/html").await;
    assert_eq!(answer.status, 422);
    assert!(
        text(&answer).starts_with("shared Other <form"),
        "{}",
        text(&answer)
    );
    assert!(!text(&answer).contains("hunter"), "{}", text(&answer));
    // Nobody renders what is answered as JSON.
    let answer = post(&registry, "one", "toolong", "application/json").await;
    assert_eq!(answer.json()["result"]["success"], false);
}

#[tokio::test(start_paused = true)]
async fn a_renderer_that_fails_is_a_failed_call() {
    async fn hang(_: Call, _: FormPage) -> Result<String> {
        std::future::pending().await
    }
    fn explode(_: Call, _: FormPage) -> Result<String> {
        panic!("no template")
    }
    let registry = builder()
        .form(form("fails").renderer(|_: Call, _: FormPage| Err(Error::internal("no template"))))
        .form(form("panics").renderer(explode))
        .form(form("hangs").renderer(hang))
        .build()
        .unwrap();
    for (name, status) in [("fails", 500), ("panics", 500), ("hangs", 504)] {
        let answer = post(&registry, name, "toolong", "text/html").await;
        assert_eq!(answer.status, status, "{name}");
        assert!(!text(&answer).contains("template"), "{}", text(&answer));
        assert!(
            text(&answer).starts_with("<!doctype html>"),
            "{}",
            text(&answer)
        );
        assert_eq!(
            answer.header("x-mizan-invalidate"),
            None,
            "{name}: nothing began"
        );
    }
}

#[tokio::test]
async fn other_failures_are_pages_and_keep_their_headers() {
    let registry = builder()
        .form(form("form"))
        .form(form("mine").auth(Auth::Required))
        .build()
        .unwrap();
    for (form, name, status, header) in [
        ("form", "fail", 500, Some("team")),
        ("form", "deny", 403, None),
        ("mine", "ada", 401, None),
        ("nope", "ada", 404, None),
    ] {
        let answer = post(&registry, form, name, "text/html").await;
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(answer.header("x-mizan-invalidate"), header, "{form} {name}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
        let page = text(&answer);
        assert!(page.starts_with("<!doctype html>"), "{page}");
        assert!(
            !page.contains("lost") && !page.contains("<yours>"),
            "{page}"
        );
        let plain = post(&registry, form, name, "*/*").await;
        assert_eq!(plain.status, status);
        assert_eq!(plain.json()["error"], true);
    }
}
