//! Calls that come as `multipart/form-data` (protocol section 1).

use serde_json::json;

use crate::forms::{assert_refused, assert_submitted};
use crate::on_every_stack;
use crate::support::request::Request;

const BOUNDARY: &str = "----conformance";
const CONTACT: [(&str, &str); 4] = [
    ("name", "Ada"),
    ("email", "a@b.co"),
    ("age", "20"),
    ("topic", "help"),
];

/// A body of text fields.
pub(crate) fn body(fields: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    body + &format!("--{BOUNDARY}--\r\n")
}

pub(crate) fn to(path: &str, body: impl Into<bytes::Bytes>) -> Request {
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    Request::new("POST", path)
        .header("content-type", content_type)
        .body(body)
}

fn call(fields: &[(&str, &str)]) -> Request {
    to("/call/", body(fields))
}

#[tokio::test]
async fn the_function_may_be_named_anywhere() {
    on_every_stack(async |client| {
        for place in 0..=CONTACT.len() {
            let mut fields = CONTACT.to_vec();
            fields.insert(place, ("fn", "contact.submit"));
            assert_submitted(&client.send(call(&fields)).await);
        }
    })
    .await;
}

#[tokio::test]
async fn the_function_has_to_be_named_once() {
    on_every_stack(async |client| {
        for fields in [
            [].as_slice(),
            &CONTACT,
            &[("fn", "")],
            &[("FN", "contact.submit")],
            &[("fn", "echo"), ("text", "a"), ("fn", "echo")],
            &[("text", "a"), ("fn", "echo"), ("fn", "add")],
        ] {
            let answer = client.send(call(fields)).await;
            answer.assert_error(400, "BAD_REQUEST");
        }
        for name in ["nope", "contact", "contact.nope", " echo"] {
            let answer = client.send(call(&[("fn", name), ("text", "a")])).await;
            answer.assert_error(404, "NOT_FOUND");
            assert!(!answer.text().contains(name), "{answer}: names it");
        }
    })
    .await;
}

#[tokio::test]
async fn text_is_coerced_for_any_function() {
    let table = [
        (
            &[("fn", "add"), ("a", "2"), ("b", " 3")][..],
            json!({"value": 5}),
        ),
        (
            &[("a", "9007199254740993"), ("b", "0"), ("fn", "add")],
            json!({"value": 9_007_199_254_740_993_i64}),
        ),
        (&[("fn", "echo"), ("text", "5")], json!({"message": "5"})),
        (
            &[("fn", "greet"), ("name", "Ada"), ("excited", "on")],
            json!({"message": "Hello, Ada!"}),
        ),
        (
            &[("fn", "greet"), ("name", "Ada"), ("excited", "true")],
            json!({"message": "Hello, Ada!"}),
        ),
        (
            &[("fn", "greet"), ("name", "Ada"), ("excited", "")],
            json!({"message": "Hello, Ada."}),
        ),
        (&[("fn", "no_input")], json!({"message": "ok"})),
        (
            &[("fn", "no_input"), ("zzz", "1")],
            json!({"message": "ok"}),
        ),
        (
            &[
                ("fn", "typed"),
                ("i", "-7"),
                ("f", "1.5e3"),
                ("b", "1"),
                ("s", "é\u{1f30d}"),
                ("opt", ""),
                ("items", "1"),
                ("items", "2"),
                ("kind", "beta"),
                ("nested.label", "x"),
                ("nested.weight", "2"),
            ],
            json!({
                "i": -7, "f": 1500.0, "b": true, "s": "é\u{1f30d}", "opt": null,
                "items": [1, 2], "kind": "beta", "nested": {"label": "x", "weight": 2.0},
            }),
        ),
    ];
    on_every_stack(async |client| {
        for (fields, result) in &table {
            let answer = client.send(call(fields)).await;
            answer.assert_result(result.clone());
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_coerced_is_told_at_its_field() {
    let table = [
        (&[("fn", "add"), ("a", "x")][..], &["a", "b"][..]),
        (&[("fn", "add"), ("a", ""), ("b", "1.5")], &["a", "b"]),
        (&[("fn", "add"), ("a", "1"), ("a", "2"), ("b", "1")], &["a"]),
        (
            &[
                ("fn", "typed"),
                ("i", "1"),
                ("f", "inf"),
                ("b", "yes"),
                ("s", "s"),
                ("items", "1"),
                ("items", "x"),
                ("kind", "gamma"),
                ("nested.weight", "2"),
            ],
            &["f", "b", "items.1", "kind", "nested.label"],
        ),
    ];
    on_every_stack(async |client| {
        for (fields, paths) in &table {
            let answer = client.send(call(fields)).await;
            answer.assert_fields(paths);
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_hears_of_every_field() {
    on_every_stack(async |client| {
        let answer = client
            .send(call(&[
                ("fn", "contact.submit"),
                ("topic", "x"),
                ("age", "17"),
                ("name", "root"),
            ]))
            .await;
        assert_refused(
            &answer,
            "name reserved, email required, age min_value, topic invalid_choice",
        );
        let answer = client.send(call(&[("fn", "contact.submit")])).await;
        assert_refused(&answer, "name required, email required, topic required");
        // A text given twice is no text.
        let mut twice = CONTACT.to_vec();
        twice.insert(0, ("fn", "contact.submit"));
        twice.push(("name", "Bob"));
        let answer = client.send(call(&twice)).await;
        assert_refused(&answer, "name invalid");
    })
    .await;
}

#[tokio::test]
async fn the_other_functions_of_a_form_take_it_too() {
    on_every_stack(async |client| {
        let answer = client
            .send(call(&[
                ("fn", "contact.validate"),
                ("data.name", "Ada"),
                ("data.email", "nope"),
                ("data.age", "20"),
                ("data.topic", "help"),
            ]))
            .await;
        answer.assert_status(200);
        let found = &answer.json()["result"]["errors"];
        assert_eq!(found[0]["field"], "email", "{answer}");
        assert_eq!(found.as_array().unwrap().len(), 1, "{answer}");
        let answer = client
            .send(call(&[
                ("fn", "contact.formset.submit"),
                ("forms.0.name", "Ada"),
                ("forms.0.email", "a@b.co"),
                ("forms.0.topic", "help"),
            ]))
            .await;
        answer.assert_result(json!({"success": true}));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_multipart_body_is_a_bad_request() {
    let whole = body(&[("fn", "echo"), ("text", "a")]);
    on_every_stack(async |client| {
        let of_type = |content_type: &str| {
            Request::new("POST", "/call/")
                .header("content-type", content_type)
                .body(whole.clone())
        };
        let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
        for content_type in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=other",
            "multipart/form-data; charset=utf-8",
            &long,
        ] {
            let answer = client.send(of_type(content_type)).await;
            answer.assert_error(400, "BAD_REQUEST");
        }
        let cut = whole.len() - 10;
        for broken in [
            String::new(),
            "nonsense".to_owned(),
            whole[..cut].to_owned(),
            whole.replace("form-data; name=\"text\"", "form-data"),
            whole.replace("content-disposition: form-data; name=\"fn\"", "x: y"),
            format!("--{BOUNDARY}--\r\n"),
        ] {
            let answer = client.send(to("/call/", broken)).await;
            answer.assert_error(400, "BAD_REQUEST");
        }
        let mut latin = body(&[("fn", "echo"), ("text", "~")]).into_bytes();
        let at = latin.iter().position(|byte| *byte == b'~').unwrap();
        latin[at] = 0xe9;
        let answer = client.send(to("/call/", latin)).await;
        answer.assert_error(400, "BAD_REQUEST");

        let quoted = format!("Multipart/Form-Data; charset=utf-8; boundary=\"{BOUNDARY}\"");
        let answer = client.send(of_type(&quoted)).await;
        answer.assert_message("a");
        // What stands around the parts means nothing.
        let around = format!("before\r\n{whole}after");
        client.send(to("/call/", around)).await.assert_message("a");
    })
    .await;
}

#[tokio::test]
async fn access_is_asked_before_the_fields() {
    on_every_stack(async |client| {
        let answer = client.send(call(&[("fn", "whoami"), ("zzz", "1")])).await;
        answer.assert_error(401, "UNAUTHORIZED");
        let answer = client.send(call(&[("fn", "private_task")])).await;
        answer.assert_error(403, "FORBIDDEN");
        let foreign = call(&[("fn", "echo"), ("text", "a")]);
        let foreign = foreign.header("origin", "https://evil.example");
        let answer = client.send(foreign).await;
        answer.assert_error(403, "FORBIDDEN");
    })
    .await;
}
