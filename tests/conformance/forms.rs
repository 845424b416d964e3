//! What is wrong with a form, however it is asked (protocol section 5): by `validate`, by `submit`
//! and by `form/`, as JSON with typed values or with text.

use serde_json::{Value, json};

use crate::on_every_stack;
use crate::support::answer::Answer;
use crate::support::client::Client;
use crate::support::form_errors::told;
use crate::support::request::Request;

/// What is filled in where nothing is wrong.
pub(crate) fn filled_in() -> Value {
    json!({"name": "Ada", "email": "a@b.co", "age": 20, "topic": "help"})
}

/// The same with some members changed; `null` for the member itself takes it away.
fn with(changes: &Value) -> Value {
    let mut data = filled_in();
    for (name, value) in changes.as_object().unwrap() {
        data[name] = value.clone();
    }
    data
}

#[track_caller]
pub(crate) fn assert_submitted(answer: &Answer) {
    answer.assert_result(json!({"success": true, "data": {"sent": true, "to": "a@b.co"}}));
}

#[track_caller]
pub(crate) fn assert_refused(answer: &Answer, expected: &str) {
    answer.assert_status(200);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{answer}");
    assert_eq!(body["result"]["success"], false, "{answer}");
    assert_eq!(told(&body["result"]["errors"]), expected, "{answer}");
}

/// Asks in every way there is, and hears the same from all of them; nothing for a form that is
/// valid.
async fn assert_told(client: &mut Client, data: &str, expected: &str) {
    let validate = format!(r#"{{"fn":"contact.validate","args":{{"data":{data}}}}}"#);
    let answer = client.json(validate).await;
    answer.assert_status(200);
    let found = told(&answer.json()["result"]);
    assert_eq!(found, expected, "{answer}");

    let submit = format!(r#"{{"fn":"contact.submit","args":{data}}}"#);
    let by_call = client.json(submit).await;
    let by_form = Request::new("POST", "/form/contact/").body(data.to_owned());
    for answer in [by_call, client.send(by_form).await] {
        match expected {
            "" => answer.assert_status(200),
            expected => {
                assert_refused(&answer, expected);
                continue;
            }
        };
        assert_eq!(answer.json()["result"]["success"], true, "{answer}");
    }
}

#[tokio::test]
async fn one_field_at_a_time() {
    let twenty = "a".repeat(20);
    let astral = "\u{1f30d}".repeat(20);
    let table = [
        (json!({}), ""),
        // Texts. Nothing is trimmed, and code points are counted.
        (json!({"name": twenty}), ""),
        (json!({"name": twenty.clone() + "a"}), "name max_length"),
        (json!({"name": astral}), ""),
        (json!({"name": astral.clone() + "a"}), "name max_length"),
        (json!({"name": "e\u{301}".repeat(11)}), "name max_length"),
        (json!({"name": " "}), ""),
        (json!({"name": "Root"}), ""),
        (json!({"name": "root"}), "name reserved"),
        (json!({"name": ""}), "name required"),
        (json!({"name": null}), "name required"),
        (json!({"name": 5}), "name invalid"),
        (json!({"name": true}), "name invalid"),
        (json!({"name": ["Ada"]}), "name invalid"),
        (json!({"name": {"first": "Ada"}}), "name invalid"),
        // Addresses.
        (json!({"email": "ada"}), "email invalid"),
        (json!({"email": "@b.co"}), "email invalid"),
        (json!({"email": "a@"}), "email invalid"),
        (json!({"email": "a b@c.co"}), "email invalid"),
        (json!({"email": ""}), "email required"),
        (json!({"email": 5}), "email invalid"),
        // Numbers.
        (json!({"age": 18}), ""),
        (json!({"age": 17}), "age min_value"),
        (json!({"age": -1}), "age min_value"),
        (json!({"age": "18"}), ""),
        (json!({"age": "17"}), "age min_value"),
        (json!({"age": " 18 "}), ""),
        (json!({"age": "18.0"}), ""),
        (json!({"age": "18.5"}), "age invalid"),
        (json!({"age": "x"}), "age invalid"),
        (json!({"age": "0x20"}), "age invalid"),
        (json!({"age": "NaN"}), "age invalid"),
        (json!({"age": 18.5}), "age invalid"),
        (json!({"age": true}), "age invalid"),
        (json!({"age": [20]}), "age invalid"),
        (json!({"age": {}}), "age invalid"),
        (json!({"age": i64::MAX}), ""),
        (json!({"age": i64::MAX.to_string()}), ""),
        (json!({"age": u64::MAX}), "age invalid"),
        (json!({"age": "9223372036854775808"}), "age invalid"),
        // What is optional may be absent in every way.
        (json!({"age": null}), ""),
        (json!({"age": ""}), ""),
        // Choices.
        (json!({"topic": "sales"}), ""),
        (json!({"topic": "Sales"}), "topic invalid_choice"),
        (json!({"topic": "nope"}), "topic invalid_choice"),
        (json!({"topic": ""}), "topic required"),
        (json!({"topic": null}), "topic required"),
        // Unknown members are ignored.
        (json!({"zzz": 1, "sent": {"a": []}}), ""),
        (json!({"": 1, "name.x": 2, "__all__": "x"}), ""),
    ];
    on_every_stack(async |client| {
        for (changes, expected) in &table {
            assert_told(client, &with(changes).to_string(), expected).await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_field_in_one_answer() {
    let all = "name max_length, email invalid, age min_value, topic invalid_choice";
    let long = "a".repeat(21);
    let table = [
        (json!({}), "name required, email required, topic required"),
        (
            json!({"name": "", "email": "", "age": "", "topic": ""}),
            "name required, email required, topic required",
        ),
        (
            json!({"topic": "x", "age": 1, "email": "x", "name": long}),
            all,
        ),
        (
            json!({"topic": "x", "age": "1", "email": "x", "name": long}),
            all,
        ),
        (
            json!({"name": [], "email": {}, "age": "x", "topic": 5}),
            "name invalid, email invalid, age invalid, topic invalid_choice",
        ),
        // A field's own checks run whatever is wrong with the others.
        (
            json!({"name": "root"}),
            "name reserved, email required, topic required",
        ),
        (
            json!({"name": "root", "email": 5, "age": [], "topic": "x"}),
            "name reserved, email invalid, age invalid, topic invalid_choice",
        ),
        (
            json!({"email": "nope", "age": 3}),
            "name required, email invalid, age min_value, topic required",
        ),
    ];
    on_every_stack(async |client| {
        for (data, expected) in &table {
            assert_told(client, &data.to_string(), expected).await;
        }
    })
    .await;
}

#[tokio::test]
async fn repeated_members_are_told_at_their_field() {
    let rest = r#""email":"a@b.co","topic":"help""#;
    on_every_stack(async |client| {
        for (members, expected) in [
            (r#""name":"Ada","name":"Ada""#, "name invalid"),
            (
                r#""name":"Ada","age":20,"age":20,"name":"x""#,
                "name invalid, age invalid",
            ),
            (r#""name":"Ada","zzz":1,"zzz":2"#, ""),
        ] {
            assert_told(client, &format!("{{{members},{rest}}}"), expected).await;
        }
    })
    .await;
}

#[tokio::test]
async fn data_has_to_be_an_object() {
    on_every_stack(async |client| {
        for data in [
            json!(null),
            json!([]),
            json!("x"),
            json!(5),
            json!(true),
            json!([filled_in()]),
        ] {
            let answer = client
                .call("contact.validate", json!({ "data": data }))
                .await;
            answer.assert_fields(&["data"]);
        }
        for args in [json!({}), json!(null), filled_in()] {
            let answer = client.call("contact.validate", args).await;
            answer.assert_fields(&["data"]);
            let fields = answer.fields();
            assert_eq!(fields["data"], json!(["Field required"]), "{answer}");
        }
        // What is filled in is optional for the schema, and may be wrong.
        for args in [
            json!({}),
            json!(null),
            json!({"data": null}),
            json!({"data": {}}),
            json!({"data": {"age": "x", "zzz": []}}),
        ] {
            let answer = client.call("contact.schema", args).await;
            answer.assert_status(200);
            assert_eq!(answer.json()["result"]["name"], "contact", "{answer}");
        }
        for data in [json!([]), json!("x"), json!(5)] {
            let answer = client.call("contact.schema", json!({ "data": data })).await;
            answer.assert_fields(&["data"]);
        }
        // Those of `submit` are the fields themselves.
        let none = client.call("contact.submit", json!(null)).await;
        assert_refused(&none, "name required, email required, topic required");
        for args in [json!([]), json!("x"), json!(5)] {
            let answer = client.call("contact.submit", args).await;
            answer.assert_error(400, "BAD_REQUEST");
        }
    })
    .await;
}

#[tokio::test]
async fn some_fields_only() {
    on_every_stack(async |client| {
        let data = json!({"name": "root", "email": "nope", "age": "x"});
        for (fields, expected) in [
            (
                json!(null),
                "name reserved, email invalid, age invalid, topic required",
            ),
            (json!(["name"]), "name reserved"),
            (json!(["topic", "email"]), "email invalid, topic required"),
            (json!(["__all__"]), ""),
            (json!(["nope"]), ""),
            (json!([]), ""),
        ] {
            let args = json!({"data": data, "fields": fields});
            let answer = client.call("contact.validate", args).await;
            answer.assert_status(200);
            let found = told(&answer.json()["result"]);
            assert_eq!(found, expected, "{answer} for {fields}");
        }
        for fields in [json!("name"), json!([1]), json!({"name": true})] {
            let args = json!({"data": data, "fields": fields});
            let answer = client.call("contact.validate", args).await;
            answer.assert_error(422, "VALIDATION_ERROR");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_is_no_other_function() {
    on_every_stack(async |client| {
        for name in [
            "contact",
            "contact.",
            "contact.nope",
            "Contact.submit",
            "contact.formset",
            "contact.submit.schema",
        ] {
            let answer = client.call(name, filled_in()).await;
            answer.assert_error(404, "NOT_FOUND");
        }
        let submitted = client.call("contact.submit", filled_in()).await;
        assert_submitted(&submitted);
    })
    .await;
}
