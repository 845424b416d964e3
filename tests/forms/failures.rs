//! What goes wrong inside a form's own code is a failed call, and never an error of the form.

use std::time::Duration;

use garde::Validate;
use mizan::form::{Form, FormErrors, Invalid};
use mizan::{Call, Code, Error, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Count, code, only};

const DEADLINE: Duration = Duration::from_secs(7);

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Input {
    how: String,
}

/// Ends as it is told to.
async fn end(how: String) -> Result<()> {
    tokio::task::yield_now().await;
    match how.as_str() {
        "internal" => {
            let _: u8 = "x".parse()?;
        }
        "not found" => return Err(Error::not_found("No such thing")),
        "forbidden" => return Err(Error::forbidden("Not yours")),
        "unauthorized" => return Err(Error::unauthorized("Who are you?")),
        "overloaded" => return Err(Error::overloaded(Duration::from_secs(1))),
        "panic" => panic!("as asked"),
        "hang" => std::future::pending().await,
        _ => {}
    }
    Ok(())
}

/// Ends before it gives a future, too.
fn at_once(how: &str) {
    assert_ne!(how, "panic at once", "as asked");
}

fn field(_: Call, how: String) -> impl Future<Output = Result<()>> + Send {
    at_once(&how);
    end(how)
}

fn whole(_: Call, input: Input) -> impl Future<Output = Result<()>> + Send {
    at_once(&input.how);
    end(input.how)
}

fn form(count: &Count) -> Form<Input, ()> {
    let count = count.clone();
    Form::new("form", move |_: Call, _: Input| {
        count.one_more();
        Ok(())
    })
    .formset(|_, _: Vec<Input>| Ok(()))
    .deadline(DEADLINE)
}

const ENDINGS: [(&str, Code); 8] = [
    ("internal", Code::Internal),
    ("panic", Code::Internal),
    ("panic at once", Code::Internal),
    ("not found", Code::NotFound),
    ("forbidden", Code::Forbidden),
    ("unauthorized", Code::Unauthorized),
    ("overloaded", Code::Overloaded),
    ("hang", Code::Timeout),
];

fn calls(data: &Value) -> [(&'static str, Value); 4] {
    [
        ("form.validate", json!({ "data": data })),
        ("form.submit", data.clone()),
        ("form.formset.validate", json!({ "forms": [data] })),
        ("form.formset.submit", json!({ "forms": [data] })),
    ]
}

async fn assert_endings(registry: &Registry) {
    for (how, expected) in ENDINGS {
        for (function, args) in calls(&json!({ "how": how })) {
            let found = code(registry, function, &args).await;
            assert_eq!(found, expected, "{function}: {how}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_fields_check() {
    let count = Count::default();
    assert_endings(&only(form(&count).check("how", field))).await;
    assert_eq!(count.take(), 0);
}

#[tokio::test(start_paused = true)]
async fn of_the_whole_forms_check() {
    let count = Count::default();
    assert_endings(&only(form(&count).check_form(whole))).await;
    assert_eq!(count.take(), 0);
}

/// Beside errors of the form, too: nobody is told half of them.
#[tokio::test(start_paused = true)]
async fn beside_a_refusal() {
    let refuse = |_: Call, _: String| -> Result<()> { Err(Invalid::new("no", "No").into()) };
    let count = Count::default();
    let form = form(&count).check("how", refuse).check("how", field);
    assert_endings(&only(form.check("how", refuse))).await;
}

#[tokio::test(start_paused = true)]
async fn of_what_is_told_of_failures() {
    let refuse = |_: Call, _: String| -> Result<()> { Err(Invalid::new("no", "No").into()) };
    let count = Count::default();
    let registry = only(form(&count).check("how", refuse).on_failure(
        |call: Call, _: FormErrors| {
            let how = call.headers().get("x-how").unwrap();
            let how = how.to_str().unwrap().to_owned();
            at_once(&how);
            end(how)
        },
    ));
    for (how, expected) in ENDINGS {
        for (function, args) in calls(&json!({ "how": how })) {
            let mut headers = http::HeaderMap::new();
            headers.insert("x-how", how.parse().unwrap());
            let answer = registry.call(function, &args).headers(headers).await;
            match (function.ends_with("submit"), answer) {
                (true, Err(error)) => assert_eq!(error.code(), expected, "{function}: {how}"),
                // Nothing was submitted, and nobody is told.
                (false, Ok(_)) => {}
                (_, answer) => panic!("{function}: {how}: {answer:?}"),
            }
        }
    }
}

/// garde's own rules are code of the application as well.
#[tokio::test]
async fn of_a_rule() {
    fn explode(_: &str, (): &()) -> garde::Result {
        panic!("as asked")
    }
    #[derive(Deserialize, JsonSchema, Validate)]
    struct Ruled {
        #[garde(custom(explode))]
        how: String,
    }
    let registry =
        only(Form::new("form", |_: Call, _: Ruled| Ok(())).formset(|_, _: Vec<Ruled>| Ok(())));
    for (function, args) in calls(&json!({"how": "x"})) {
        assert_eq!(
            code(&registry, function, &args).await,
            Code::Internal,
            "{function}"
        );
    }
}
