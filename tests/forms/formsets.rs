//! Several forms of one kind at once, all or nothing.

use std::sync::{Arc, Mutex};

use garde::Validate;
use mizan::form::{Form, FormErrors, Invalid};
use mizan::{Call, Code, Error, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{call, code, only, told};

#[derive(Deserialize, JsonSchema, Validate)]
struct Guest {
    #[garde(length(chars, max = 5))]
    name: String,
    #[garde(range(min = 18))]
    age: Option<i64>,
}

fn one(_: Call, _: Guest) -> Result<()> {
    Ok(())
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Vec<String>>>>);

impl Seen {
    fn take(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn form(seen: &Seen) -> Form<Guest, ()> {
    let seen = seen.clone();
    Form::new("guest", one)
        .check("name", |_: Call, name: String| match name.as_str() {
            "root" => Err(Invalid::new("reserved", "Reserved").into()),
            _ => Ok(()),
        })
        .check_form(|_: Call, guest: Guest| {
            match guest.name.len() as i64 == guest.age.unwrap_or(0) {
                true => Err(Invalid::new("odd", "Odd").into()),
                false => Ok(()),
            }
        })
        .formset(move |_: Call, guests: Vec<Guest>| -> Result<()> {
            let names: Vec<_> = guests.into_iter().map(|guest| guest.name).collect();
            let last = names.last().cloned().unwrap_or_default();
            seen.0.lock().unwrap().push(names);
            let mut errors = FormErrors::new();
            match last.as_str() {
                "whole" => errors.whole("full", "No room left"),
                "one" => errors.field("0.name", "taken", "Taken"),
                "form" => errors.field("1", "late", "Too late"),
                "far" => errors.field("999999999.name", "taken", "Out of range"),
                "other" => errors.field("name", "taken", "Of no form"),
                "gone" => return Err(Error::not_found("Gone")),
                _ => return Ok(()),
            };
            Err(errors.into())
        })
}

fn guests(names: &[&str]) -> Value {
    let guests: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
    json!({ "forms": guests })
}

/// `general` and what each form is told.
fn parts(errors: &Value) -> (Value, Vec<String>) {
    let per_form = errors["per_form"].as_array().unwrap();
    (
        errors["general"].clone(),
        per_form.iter().map(told).collect(),
    )
}

async fn refused(registry: &Registry, args: &Value) -> (Value, Vec<String>) {
    let answer = call(registry, "guest.formset.submit", args).await;
    assert_eq!(answer["success"], false, "{args}");
    parts(&answer["errors"])
}

#[tokio::test]
async fn all_of_them_or_none() {
    let seen = Seen::default();
    let registry = only(form(&seen));
    let answer = call(&registry, "guest.formset.submit", &guests(&["a", "b", "c"])).await;
    assert_eq!(answer, json!({"success": true}));
    assert_eq!(seen.take(), [["a", "b", "c"]]);
    let none = call(&registry, "guest.formset.submit", &guests(&[])).await;
    assert_eq!(none, json!({"success": true}));
    assert_eq!(seen.take(), [[""; 0]]);

    let args = json!({"forms": [
        {"name": "a"}, {"name": "toolong", "age": "17"}, {}, {"name": "root", "age": "x"},
        {"name": "abcde", "age": 5}, {"name": "b", "age": ""},
    ]});
    let expected = [
        "",
        "name max_length, age min_value",
        "name required",
        "name reserved, age invalid",
        "age min_value, __all__ odd",
        "",
    ];
    let found = refused(&registry, &args).await;
    assert_eq!(found, (json!([]), expected.map(str::to_owned).to_vec()));
    assert_eq!(
        parts(&call(&registry, "guest.formset.validate", &args).await),
        found
    );
    assert!(seen.take().is_empty());
}

#[tokio::test]
async fn its_handler_names_forms_by_their_numbers() {
    let seen = Seen::default();
    let registry = only(form(&seen));
    let no_room = json!(["No room left"]);
    for (last, general, per_form) in [
        ("whole", no_room, vec![]),
        ("one", json!([]), vec!["name taken"]),
        ("form", json!([]), vec!["", "__all__ late"]),
        ("far", json!(["Out of range"]), vec![]),
        ("other", json!(["Of no form"]), vec![]),
    ] {
        let (found_general, found) = refused(&registry, &guests(&["a", last])).await;
        assert_eq!(found_general, general, "{last}");
        // One entry for each form, as `validate` has them.
        let mut expected: Vec<String> = per_form.into_iter().map(str::to_owned).collect();
        expected.resize(2, String::new());
        assert_eq!(found, expected, "{last}");
    }
    let gone = code(&registry, "guest.formset.submit", &guests(&["gone"])).await;
    assert_eq!(gone, Code::NotFound);
}

#[tokio::test]
async fn too_few_and_too_many() {
    let seen = Seen::default();
    let registry = only(form(&seen).min_forms(1).max_forms(2));
    for (count, general) in [
        (0, json!(["At least 1 form must be submitted"])),
        (1, json!([])),
        (2, json!([])),
        (3, json!(["At most 2 forms must be submitted"])),
        (50, json!(["At most 2 forms must be submitted"])),
    ] {
        let args = guests(&vec!["a"; count]);
        let (found, forms) = parts(&call(&registry, "guest.formset.validate", &args).await);
        assert_eq!(found, general, "{count}");
        assert_eq!(forms.len(), count.min(2));
        if general == json!([]) {
            let answer = call(&registry, "guest.formset.submit", &args).await;
            assert_eq!(answer["success"], true);
        } else {
            assert_eq!(refused(&registry, &args).await.0, general, "{count}");
        }
    }
    assert_eq!(seen.take().len(), 2);
    let schema = call(&registry, "guest.formset.schema", &json!({})).await;
    assert_eq!(
        (&schema["min_num"], &schema["max_num"]),
        (&json!(1), &json!(2))
    );
    // What is wrong with the number does not hide what is wrong with the forms.
    let (general, forms) = refused(&registry, &guests(&["toolong", "a", "b"])).await;
    assert_eq!(general.as_array().unwrap().len(), 1);
    assert_eq!(forms, ["name max_length", ""]);
}

#[tokio::test]
async fn failures_are_told_by_number() {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let keep = heard.clone();
    let registry = only(form(&Seen::default()).min_forms(3).on_failure(
        move |_: Call, errors: FormErrors| {
            keep.lock()
                .unwrap()
                .push(told(&serde_json::to_value(errors).unwrap()));
            Ok(())
        },
    ));
    refused(&registry, &guests(&["a", "toolong"])).await;
    refused(&registry, &guests(&["a", "b", "one"])).await;
    let heard = heard.lock().unwrap().clone();
    assert_eq!(
        heard,
        ["1.name max_length, __all__ invalid", "0.name taken"]
    );
}

#[tokio::test]
async fn a_form_without_one_has_none() {
    let registry = only(Form::new("guest", one));
    for function in ["schema", "validate", "submit"] {
        let name = format!("guest.formset.{function}");
        assert_eq!(code(&registry, &name, &guests(&[])).await, Code::NotFound);
    }
}
