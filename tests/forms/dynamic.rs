//! Initial values and choices that depend on the call and on what is filled in so far.

use std::time::Duration;

use garde::Validate;
use http::{HeaderMap, HeaderValue};
use mizan::form::{Choice, Field, Form, Values};
use mizan::{Call, Code, Error, Registry, Result, User};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{assert_told, code, field, only};

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Move {
    email: Option<String>,
    floors: i64,
    country: String,
    city: String,
}

fn submit(_: Call, input: Move) -> Result<Move> {
    Ok(input)
}

async fn own_address(call: Call, _: Values) -> Result<Option<String>> {
    tokio::task::yield_now().await;
    Ok(call.identity().map(|user| format!("{}@b.co", user.id())))
}

fn countries(call: Call, _: Values) -> Result<Vec<Choice>> {
    let german = call.headers().get("accept-language");
    let german = german.is_some_and(|tongue| tongue == "de");
    let label = if german { "Österreich" } else { "Austria" };
    Ok(vec![Choice::new("at", label), Choice::new("xx", "Nowhere")])
}

async fn cities(_: Call, values: Values) -> Result<Vec<Choice>> {
    tokio::task::yield_now().await;
    let floors: i64 = values.get("floors").unwrap_or_default();
    Ok(match values.get::<String>("country").as_deref() {
        Some("at") if floors > 9 => vec![Choice::new("vie", "Vienna")],
        Some("at") => vec![Choice::new("vie", "Vienna"), Choice::new("grz", "Graz")],
        _ => Vec::new(),
    })
}

fn form() -> Form<Move, Move> {
    Form::new("move", submit)
        .initial("email", own_address)
        .choices("country", countries)
        .choices("city", cities)
}

#[tokio::test]
async fn initial_values_by_caller() {
    let registry = only(form());
    let email = async |user: Option<&str>| {
        let call = registry.call("move.schema", &json!({}));
        let reply = match user {
            Some(id) => call.user(User::new(id.to_owned())).await,
            None => call.await,
        };
        let schema: Value = reply.unwrap().json().unwrap();
        schema["fields"][0]["initial"].clone()
    };
    assert_eq!(email(None).await, json!(null));
    assert_eq!(email(Some("ada")).await, json!("ada@b.co"));
    assert_eq!(email(Some("bob")).await, json!("bob@b.co"));
}

#[tokio::test]
async fn choices_by_call() {
    let registry = only(form());
    let mut headers = HeaderMap::new();
    headers.insert("accept-language", HeaderValue::from_static("de"));
    let reply = registry.call("move.schema", &()).headers(headers).await;
    let schema: Value = reply.unwrap().json().unwrap();
    let country = &schema["fields"][2];
    assert_eq!(country["choices"][0]["label"], "Österreich");
    assert_eq!(country["widget"], "Select");
    let country = field(&registry, "move", &json!(null), "country").await;
    assert_eq!(country["choices"][0]["label"], "Austria");
}

#[tokio::test]
async fn choices_by_what_is_filled_in() {
    let registry = only(form());
    for (data, expected) in [
        (json!({}), vec![]),
        (json!({"country": "xx"}), vec![]),
        (json!({"country": "at"}), vec!["vie", "grz"]),
        // Text is typed before it is shown to the hook, and nothing has to be valid.
        (json!({"country": "at", "floors": "10"}), vec!["vie"]),
        (json!({"country": "at", "floors": "x"}), vec!["vie", "grz"]),
        (json!({"country": ["at"]}), vec![]),
    ] {
        let city = field(&registry, "move", &data, "city").await;
        let values = city["choices"].as_array().unwrap().iter();
        let values: Vec<_> = values.map(|choice| choice["value"].clone()).collect();
        assert_eq!(values, expected, "{data}");
    }
}

#[tokio::test]
async fn what_is_chosen_has_to_be_a_choice_of_this_call() {
    let registry = only(form());
    for (country, city, floors, expected) in [
        ("at", "grz", json!(1), ""),
        ("at", "grz", json!("10"), "city invalid_choice"),
        ("at", "vie", json!("10"), ""),
        ("xx", "vie", json!(1), "city invalid_choice"),
        (
            "de",
            "vie",
            json!(1),
            "country invalid_choice, city invalid_choice",
        ),
        ("at", "", json!(1), "city required"),
        ("at", "grz", json!("x"), "floors invalid"),
        (
            "xx",
            "grz",
            json!("x"),
            "floors invalid, city invalid_choice",
        ),
    ] {
        let data = json!({"country": country, "city": city, "floors": floors});
        assert_told(&registry, "move", &data, expected).await;
    }
}

/// What is found for the call comes before what is said of the field.
#[tokio::test]
async fn a_hook_comes_before_what_is_said() {
    let registry = only(
        form()
            .field("email", Field::new().initial("nobody@b.co"))
            .field("city", Field::new().choices([Choice::new("old", "Old")])),
    );
    let email = field(&registry, "move", &json!({}), "email").await;
    assert_eq!(email["initial"], json!(null));
    let data = json!({"country": "at", "city": "old", "floors": 1});
    assert_told(&registry, "move", &data, "city invalid_choice").await;
    let data = json!({"country": "at", "city": "grz", "floors": 1});
    assert_told(&registry, "move", &data, "").await;
}

/// Every function that asks for choices ends so.
async fn assert_each_ends(registry: &Registry, expected: Code) {
    let data = json!({"country": "at", "city": "grz", "floors": 1});
    for (function, args) in [
        ("move.schema", json!({})),
        ("move.validate", json!({ "data": data })),
        ("move.submit", data.clone()),
    ] {
        assert_eq!(
            code(registry, function, &args).await,
            expected,
            "{function}"
        );
    }
}

#[tokio::test]
async fn a_hook_that_fails_is_a_failed_call() {
    fn lost<T>(_: Call, _: Values) -> Result<T> {
        Err(Error::internal("no connection"))
    }
    let initial = only(Form::new("move", submit).initial("email", lost::<String>));
    assert_eq!(
        code(&initial, "move.schema", &json!({})).await,
        Code::Internal
    );
    // Nothing else asks for it.
    let data = json!({"country": "at", "city": "grz", "floors": 1});
    assert_told(&initial, "move", &data, "").await;
    let fails = Form::new("move", submit).choices("city", lost::<Vec<Choice>>);
    assert_each_ends(&only(fails), Code::Internal).await;
    let panics = |_: Call, _: Values| -> Result<Vec<Choice>> { panic!("as asked") };
    let panics = Form::new("move", submit).choices("city", panics);
    assert_each_ends(&only(panics), Code::Internal).await;
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_hangs_is_given_up() {
    async fn hang(_: Call, _: Values) -> Result<Vec<Choice>> {
        std::future::pending().await
    }
    let form = Form::new("move", submit).choices("city", hang);
    let form = form.deadline(Duration::from_secs(3));
    assert_each_ends(&only(form), Code::Timeout).await;
}
