//! Several forms in one call, all or nothing (protocol section 5).

use serde_json::{Value, json};

use crate::forms::filled_in;
use crate::on_every_stack;
use crate::support::client::Client;
use crate::support::form_errors::told;

/// What each form is told, and how many general messages there are.
fn told_of_each(errors: &Value) -> (usize, Vec<String>) {
    let general = errors["general"].as_array().unwrap();
    assert!(general.iter().all(Value::is_string), "{errors}");
    let forms = errors["per_form"].as_array().unwrap();
    (general.len(), forms.iter().map(told).collect())
}

/// What `validate` says of the forms, which is what `submit` says.
async fn judged(client: &mut Client, forms: &Value) -> (usize, Vec<String>) {
    let args = json!({ "forms": forms });
    let validated = client.call("contact.formset.validate", args.clone()).await;
    validated.assert_status(200);
    let found = told_of_each(&validated.json()["result"]);
    let valid = found.0 == 0 && found.1.iter().all(String::is_empty);
    let submitted = client.call("contact.formset.submit", args).await;
    if valid {
        submitted.assert_result(json!({"success": true}));
    } else {
        submitted.assert_status(200);
        let result = &submitted.json()["result"];
        assert_eq!(result["success"], false, "{submitted}");
        assert_eq!(told_of_each(&result["errors"]), found, "{submitted}");
    }
    found
}

fn forms(texts: &[&str]) -> (usize, Vec<String>) {
    (0, texts.iter().map(|text| (*text).to_owned()).collect())
}

#[tokio::test]
async fn every_form_has_its_errors_in_its_place() {
    on_every_stack(async |client| {
        let valid = filled_in();
        let text = json!({"name": "Ada", "email": "a@b.co", "age": "20", "topic": "help"});
        let root = json!({"name": "root", "email": "a@b.co", "age": "x", "topic": "help"});
        let table = [
            (json!([]), forms(&[])),
            (json!([valid]), forms(&[""])),
            (json!([text, valid]), forms(&["", ""])),
            (json!([root]), forms(&["name reserved, age invalid"])),
            (
                json!([valid, {}, valid]),
                forms(&["", "name required, email required, topic required", ""]),
            ),
            (
                json!([root, {"name": "Ada", "topic": "x"}]),
                forms(&[
                    "name reserved, age invalid",
                    "email required, topic invalid_choice",
                ]),
            ),
        ];
        for (given, expected) in &table {
            assert_eq!(&judged(client, given).await, expected, "{given}");
        }
    })
    .await;
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    on_every_stack(async |client| {
        let all = &["forms"][..];
        for (args, paths) in [
            (json!({}), all),
            (json!(null), all),
            (json!({"forms": null}), all),
            (json!({"forms": {}}), all),
            (json!({"forms": "x"}), all),
            (json!({"forms": 5}), all),
            (json!({"forms": [[]]}), &["forms.0"]),
            (
                json!({"forms": [filled_in(), "x", {}, 5]}),
                &["forms.1", "forms.3"],
            ),
            (json!({"forms": [null]}), &["forms.0"]),
        ] {
            for function in ["validate", "submit"] {
                let name = format!("contact.formset.{function}");
                let answer = client.call(&name, args.clone()).await;
                answer.assert_fields(paths);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn more_forms_than_it_takes_are_told_once() {
    on_every_stack(async |client| {
        let few = |count: usize| Value::from(vec![filled_in(); count]);
        let (general, forms) = judged(client, &few(1000)).await;
        assert_eq!((general, forms.len()), (0, 1000));
        let (general, forms) = judged(client, &few(1001)).await;
        assert_eq!(general, 1);
        assert!(forms.iter().all(String::is_empty), "{forms:?}");
    })
    .await;
}

#[tokio::test]
async fn a_schema_for_each_form_given() {
    on_every_stack(async |client| {
        for (args, count) in [
            (json!({}), 0),
            (json!(null), 0),
            (json!({"forms": null}), 0),
            (json!({"forms": []}), 0),
            (json!({"forms": [{}]}), 1),
            (json!({"forms": [{}, {"age": "x"}, filled_in()]}), 3),
        ] {
            let answer = client.call("contact.formset.schema", args).await;
            answer.assert_status(200);
            let result = &answer.json()["result"];
            let single = client.call("contact.schema", json!({})).await.json();
            let schemas = vec![single["result"].clone(); count];
            assert_eq!(result["forms"], Value::from(schemas), "{answer}");
            assert_eq!(result["min_num"], 0, "{answer}");
            assert_eq!(result["max_num"], 1000, "{answer}");
            assert_eq!(result["can_delete"], false, "{answer}");
            assert_eq!(result["can_order"], false, "{answer}");
        }
        for (forms, path) in [(json!("x"), "forms"), (json!(["x"]), "forms.0")] {
            let args = json!({ "forms": forms });
            let answer = client.call("contact.formset.schema", args).await;
            answer.assert_fields(&[path]);
        }
    })
    .await;
}
