//! The application's own words for what is wrong.

use garde::Validate;
use http::HeaderMap;
use mizan::form::{Form, Invalid, Wording};
use mizan::{Call, Function, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize, JsonSchema, Validate)]
struct Input {
    #[garde(length(chars, min = 2, max = 3))]
    name: String,
    #[garde(range(min = 18, max = 99))]
    age: i64,
    #[garde(dive)]
    items: Vec<Item>,
}

#[derive(Deserialize, JsonSchema, Validate)]
struct Item {
    #[garde(length(max = 1))]
    tags: Vec<String>,
}

fn submit(_: Call, _: Input) -> Result<()> {
    Err(Invalid::new("handler", "No").into())
}

/// All there is to know, for callers that ask for it.
fn word(wording: &Wording<'_>) -> Option<String> {
    wording.call.headers().get("x-word")?;
    let limit = wording.limit.map(Value::to_string).unwrap_or_default();
    let (form, field, code) = (wording.form, wording.field, wording.code);
    assert!(!wording.message.is_empty());
    Some(format!("{form} {field} {code} {limit}"))
}

fn registry() -> Registry {
    let form = Form::new("form", submit)
        .check("name", |_: Call, name: String| match name.as_str() {
            "no" => Err(Invalid::new("own", "No").into()),
            _ => Ok(()),
        })
        .formset(|_, _: Vec<Input>| Err(Invalid::new("handler", "No").into()))
        .max_forms(2);
    Registry::builder()
        .form(form)
        .function(Function::new("plain", |_: Call, _: Input| Ok(())).validated())
        .form_messages(word)
        .build()
        .unwrap()
}

async fn answer(registry: &Registry, function: &str, args: &Value, worded: bool) -> Value {
    let mut headers = HeaderMap::new();
    if worded {
        headers.insert("x-word", "yes".parse().unwrap());
    }
    let reply = registry.call(function, args).headers(headers).await;
    reply.unwrap().json().unwrap()
}

fn messages(errors: &Value) -> Vec<String> {
    let fields = errors["errors"].as_array().unwrap();
    let errors = fields
        .iter()
        .flat_map(|known| known["errors"].as_array().unwrap());
    errors
        .map(|error| error["message"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_message_is_said_in_them() {
    let registry = registry();
    for (data, expected) in [
        (
            json!({"name": "long", "age": 17, "items": [{"tags": ["a", "b"]}]}),
            vec![
                "form name max_length 3",
                "form age min_value 18",
                "form items.0.tags max_length 1",
            ],
        ),
        (
            json!({"name": "x", "age": "100"}),
            vec![
                "form name min_length 2",
                "form age max_value 99",
                "form items required ",
            ],
        ),
        (
            json!({"name": "no", "age": "x", "items": []}),
            vec!["form name own ", "form age invalid "],
        ),
    ] {
        let args = json!({ "data": data });
        let found = messages(&answer(&registry, "form.validate", &args, true).await);
        assert_eq!(found, expected);
        let found = answer(&registry, "form.submit", &data, true).await;
        assert_eq!(messages(&found["errors"]), expected);
    }
    let valid = json!({"name": "ada", "age": 20, "items": []});
    let found = answer(&registry, "form.submit", &valid, true).await;
    assert_eq!(messages(&found["errors"]), ["form __all__ handler "]);
}

#[tokio::test]
async fn of_formsets_too() {
    let registry = registry();
    let valid = json!({"name": "ada", "age": 20, "items": []});
    for (forms, general, first) in [
        (json!([valid]), vec!["form __all__ handler "], vec![]),
        (
            json!([valid, valid, valid]),
            vec!["form __all__ max_forms 2"],
            vec![],
        ),
        (
            json!([{"name": "x", "age": 20, "items": []}]),
            vec![],
            vec!["form name min_length 2"],
        ),
    ] {
        let args = json!({ "forms": forms });
        let found = answer(&registry, "form.formset.submit", &args, true).await;
        assert_eq!(found["errors"]["general"], json!(general));
        let per_form = &found["errors"]["per_form"][0];
        if !per_form.is_null() {
            assert_eq!(messages(per_form), first);
        }
    }
}

#[tokio::test]
async fn nothing_said_leaves_the_usual_words() {
    let registry = registry();
    let data = json!({"name": "long", "age": 17, "items": []});
    let found = answer(&registry, "form.validate", &json!({ "data": data }), false).await;
    for message in messages(&found) {
        assert!(!message.starts_with("form "), "{message}");
    }
    // Functions that are no forms have no form's words.
    let mut headers = HeaderMap::new();
    headers.insert("x-word", "yes".parse().unwrap());
    let error = registry
        .call("plain", &data)
        .headers(headers)
        .await
        .unwrap_err();
    let fields = error.details().unwrap()["fields"].to_string();
    assert!(!fields.contains("form "), "{fields}");
}
