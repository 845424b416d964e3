//! A handler that refuses what was filled in, and who is told of it.

use std::sync::{Arc, Mutex};

use garde::Validate;
use mizan::form::{Form, FormErrors, Invalid};
use mizan::{Call, Code, Error, Fields, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{call, code, only, told};

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Account {
    name: String,
    #[expect(dead_code, reason = "checked, and not used")]
    age: u8,
}

fn refuse(how: &str) -> Option<Error> {
    Some(match how {
        "invalid" => Invalid::new("taken", "Taken").into(),
        "errors" => {
            let mut errors = FormErrors::new();
            errors.whole("closed", "Closed");
            errors.field("zzz", "odd", "No field");
            errors.field("age", "young", "Too young");
            errors.field("name", "taken", "Taken");
            errors.field("name", "taken", "Taken");
            errors.field("name", "rude", "Rude");
            errors.into()
        }
        "fields" => {
            let mut fields = Fields::new();
            fields.insert("age", "Too young");
            fields.insert("name", "Taken");
            Error::validation(fields)
        }
        "message" => Error::new(Code::Validation, "Not today"),
        "none" => FormErrors::new().into(),
        "forbidden" => Error::forbidden("Not yours"),
        "conflict" => Error::not_found("Gone"),
        "internal" => Error::internal("lost"),
        _ => return None,
    })
}

async fn submit(_: Call, account: Account) -> Result<u8> {
    tokio::task::yield_now().await;
    refuse(&account.name).map_or(Ok(1), Err)
}

fn submit_now(_: Call, account: Account) -> Result<u8> {
    refuse(&account.name).map_or(Ok(1), Err)
}

type Told = Arc<Mutex<Vec<String>>>;

fn registry(heard: &Told) -> Registry {
    let on_failure = |name: &'static str| {
        let heard = heard.clone();
        move |call: Call, errors: FormErrors| {
            let heard = heard.clone();
            async move {
                tokio::task::yield_now().await;
                let told = told(&serde_json::to_value(&errors).unwrap());
                heard
                    .lock()
                    .unwrap()
                    .push(format!("{name} {}: {told}", call.name()));
                Ok(())
            }
        }
    };
    Registry::builder()
        .form(
            Form::new("later", submit)
                .on_failure(on_failure("one"))
                .on_failure(on_failure("two")),
        )
        .form(Form::new("now", submit_now).on_failure(on_failure("one")))
        .build()
        .unwrap()
}

async fn answer(registry: &Registry, form: &str, how: &str) -> Value {
    let args = json!({"name": how, "age": "20"});
    call(registry, &format!("{form}.submit"), &args).await
}

#[tokio::test]
async fn its_refusal_is_the_forms() {
    let registry = registry(&Told::default());
    for (how, expected) in [
        ("invalid", "__all__ taken"),
        (
            "errors",
            "name taken rude, age young, zzz odd, __all__ closed",
        ),
        ("fields", "name invalid, age invalid"),
        ("message", "__all__ invalid"),
    ] {
        for form in ["later", "now"] {
            let answer = answer(&registry, form, how).await;
            assert_eq!(answer["success"], false, "{how}");
            assert_eq!(told(&answer["errors"]), expected, "{how}");
        }
    }
    let answer = answer(&registry, "now", "message").await;
    assert_eq!(
        answer["errors"]["errors"][0]["errors"][0]["message"],
        "Not today"
    );
}

/// Even one that says nothing: it is no success.
#[tokio::test]
async fn a_refusal_without_errors_is_one() {
    let registry = registry(&Told::default());
    let answer = answer(&registry, "now", "none").await;
    assert_eq!(answer["success"], false);
    assert!(answer["errors"]["errors"].is_array(), "{answer}");
}

#[tokio::test]
async fn any_other_error_is_the_calls() {
    let heard = Told::default();
    let registry = registry(&heard);
    for (how, expected) in [
        ("forbidden", Code::Forbidden),
        ("conflict", Code::NotFound),
        ("internal", Code::Internal),
    ] {
        for form in ["later.submit", "now.submit"] {
            let args = json!({"name": how, "age": 20});
            assert_eq!(code(&registry, form, &args).await, expected);
        }
    }
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn failures_are_told_to_who_asked_for_them() {
    let heard = Told::default();
    let registry = registry(&heard);
    let take = || std::mem::take(&mut *heard.lock().unwrap());
    answer(&registry, "later", "ada").await;
    assert!(take().is_empty());
    answer(&registry, "later", "invalid").await;
    assert_eq!(
        take(),
        [
            "one later.submit: __all__ taken",
            "two later.submit: __all__ taken"
        ]
    );
    call(&registry, "now.submit", &json!({"name": "", "age": "x"})).await;
    assert_eq!(take(), ["one now.submit: name required, age invalid"]);
    // A validation is no submission.
    call(&registry, "now.validate", &json!({"data": {}})).await;
    assert!(take().is_empty());
}

#[tokio::test]
async fn what_is_told_is_read_by_code_and_field() {
    let heard: Arc<Mutex<Option<FormErrors>>> = Arc::default();
    let keep = heard.clone();
    let registry = only(Form::new("now", submit_now).on_failure(
        move |_: Call, errors: FormErrors| {
            *keep.lock().unwrap() = Some(errors);
            Ok(())
        },
    ));
    call(
        &registry,
        "now.submit",
        &json!({"name": "errors", "age": 1}),
    )
    .await;
    let errors = heard.lock().unwrap().take().unwrap();
    assert_eq!(errors.get("name").len(), 2);
    assert_eq!(errors.get("name")[1].code, "rude");
    assert_eq!(errors.get("nope"), []);
    let fields: Vec<_> = errors.iter().map(|known| known.field.as_str()).collect();
    assert_eq!(fields, ["name", "age", "zzz", "__all__"]);
}
