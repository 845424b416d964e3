//! Who calls is asked before any file is read, where the function is named first.

use garde::Validate;
use mizan::form::Form;
use mizan::upload::Upload;
use mizan::{Auth, Call, Code, Error, Function, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Count;
use crate::multipart::{Body, head, on_hyper, send, serving};

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "never comes to be")]
struct Input {
    photo: Upload,
}

fn submit(_: Call, _: Input) -> Result<()> {
    Ok(())
}

fn registry(asked: &Count) -> Registry {
    let asked = asked.clone();
    let gate = move |_: Call| {
        asked.one_more();
        async { Err(Error::new(Code::NotFound, "Nothing here")) }
    };
    Registry::builder()
        .form(Form::new("mine", submit).auth(Auth::Required))
        .form(Form::new("gated", submit).gate(gate))
        .function(Function::new("plain", submit).auth(Auth::Staff))
        .function(Function::new("hidden", submit).private())
        .build()
        .unwrap()
}

const CALLS: [(&str, u16); 6] = [
    ("mine.submit", 401),
    ("mine.validate", 401),
    ("gated.submit", 404),
    ("plain", 401),
    ("hidden", 403),
    ("nope", 404),
];

/// The file is announced and never sent: who waits for it never answers.
#[tokio::test]
async fn the_answer_comes_without_the_file() {
    let asked = Count::default();
    for server in serving(&registry(&asked)).await {
        for (function, status) in CALLS {
            let begun = Body::of(function)
                .begin_file("photo", "p", "a/b")
                .raw("begun");
            let mut wire = server.connect().await;
            wire.write(head("/call/", 100_000, "")).await;
            wire.write(begun.open()).await;
            let answer = wire.answer().await.expect("an answer");
            assert_eq!(answer.status, status, "{function}");
        }
        for (form, status) in [("mine", 401), ("gated", 404), ("nope", 404)] {
            let begun = Body::default().begin_file("photo", "p", "a/b").raw("begun");
            let mut wire = server.connect().await;
            wire.write(head(&format!("/form/{form}/"), 100_000, ""))
                .await;
            wire.write(begun.open()).await;
            let answer = wire.answer().await.expect("an answer");
            assert_eq!(answer.status, status, "{form}");
        }
        assert_eq!(asked.take(), 2);
    }
}

#[tokio::test]
async fn the_answer_is_the_same_where_the_function_is_named_last() {
    let server = on_hyper(&registry(&Count::default())).await;
    for (function, status) in CALLS {
        let body = Body::default()
            .file("photo", "p", "a/b", b"x")
            .text("fn", function);
        let answer = send(&server, body).await;
        assert_eq!(answer.status, status, "{function}");
    }
}

/// Origin and credential are asked before the body, whatever is in it.
#[tokio::test]
async fn a_foreign_origin_is_refused_without_the_body() {
    for server in serving(&registry(&Count::default())).await {
        for path in ["/call/", "/form/mine/"] {
            let more = "origin: https://evil.example\r\n";
            let answer = server.exchange(head(path, 100_000, more)).await;
            assert_eq!(answer.status, 403, "{path}");
        }
    }
}
