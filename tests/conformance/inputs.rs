//! Arguments in JSON are typed strictly, and all that is wrong is reported (protocol section 1).

use serde_json::{Value, json};

use crate::on_every_stack;

fn typed() -> Value {
    json!({ "i": 1, "f": 2.5, "b": true, "s": "x" })
}

fn typed_with(name: &str, value: Value) -> Value {
    let mut args = typed();
    args[name] = value;
    args
}

#[tokio::test]
async fn defaults_are_filled_in() {
    on_every_stack(async |client| {
        let mut full = typed();
        for (name, value) in [
            ("opt", Value::Null),
            ("items", json!([])),
            ("kind", json!("alpha")),
            ("nested", Value::Null),
        ] {
            full[name] = value;
        }
        client
            .call("typed", typed())
            .await
            .assert_result(full.clone());
        client
            .call("typed", full.clone())
            .await
            .assert_result(full.clone());
        full["nested"] = json!({ "label": "n", "weight": 1.0 });
        let args = typed_with("nested", json!({ "label": "n", "x": [] }));
        client.call("typed", args).await.assert_result(full);
    })
    .await;
}

#[tokio::test]
async fn each_field_of_a_wrong_type() {
    on_every_stack(async |client| {
        let huge: Value = serde_json::from_str("9223372036854775808").unwrap();
        let low: Value = serde_json::from_str("-9223372036854775809").unwrap();
        let nested = |value: Value| typed_with("nested", value);
        for (args, paths) in [
            (typed_with("i", json!("5")), ["i"].as_slice()),
            (typed_with("i", json!(5.0)), &["i"]),
            (typed_with("i", json!(5.5)), &["i"]),
            (typed_with("i", json!(true)), &["i"]),
            (typed_with("i", Value::Null), &["i"]),
            (typed_with("i", huge), &["i"]),
            (typed_with("i", low), &["i"]),
            (typed_with("i", json!([1])), &["i"]),
            (typed_with("f", json!("2.5")), &["f"]),
            (typed_with("f", json!(false)), &["f"]),
            (typed_with("f", Value::Null), &["f"]),
            (typed_with("b", json!("true")), &["b"]),
            (typed_with("b", json!(1)), &["b"]),
            (typed_with("b", Value::Null), &["b"]),
            (typed_with("s", json!(5)), &["s"]),
            (typed_with("s", Value::Null), &["s"]),
            (typed_with("s", json!(["x"])), &["s"]),
            (typed_with("opt", json!(5)), &["opt"]),
            (typed_with("items", json!(5)), &["items"]),
            (typed_with("items", Value::Null), &["items"]),
            (typed_with("items", json!("1")), &["items"]),
            (typed_with("items", json!({ "0": 1 })), &["items"]),
            (
                typed_with("items", json!([1, "2", 3, 4.5])),
                &["items.1", "items.3"],
            ),
            (typed_with("items", json!([null])), &["items.0"]),
            (typed_with("kind", json!("gamma")), &["kind"]),
            (typed_with("kind", json!("Alpha")), &["kind"]),
            (typed_with("kind", json!("")), &["kind"]),
            (typed_with("kind", Value::Null), &["kind"]),
            (typed_with("kind", json!(0)), &["kind"]),
            (typed_with("kind", json!({ "alpha": null })), &["kind"]),
            (typed_with("kind", json!(["alpha"])), &["kind"]),
            (nested(json!(["n"])), &["nested"]),
            (nested(json!(["n", 1.0])), &["nested"]),
            (nested(json!("n")), &["nested"]),
            (nested(json!({})), &["nested.label"]),
            (nested(json!({ "label": 5 })), &["nested.label"]),
            (
                nested(json!({ "weight": "1" })),
                &["nested.label", "nested.weight"],
            ),
            (
                nested(json!({ "label": "n", "weight": null })),
                &["nested.weight"],
            ),
        ] {
            client.call("typed", args).await.assert_fields(paths);
        }
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_is_reported_at_once() {
    on_every_stack(async |client| {
        client
            .call("typed", json!({}))
            .await
            .assert_fields(&["i", "f", "b", "s"]);
        let args = json!({
            "i": "1", "f": "2", "b": 0, "opt": 5, "items": ["a", 1, "b"], "kind": "gamma",
            "nested": { "weight": "heavy" },
        });
        let paths = [
            "i",
            "f",
            "b",
            "s",
            "opt",
            "items.0",
            "items.2",
            "kind",
            "nested.label",
            "nested.weight",
        ];
        client.call("typed", args).await.assert_fields(&paths);
        let args = json!({ "title": null, "excited": "yes" });
        let paths = ["name", "title", "excited"];
        client.call("greet", args).await.assert_fields(&paths);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_declared_member_is_an_error_at_its_path() {
    on_every_stack(async |client| {
        let typed = |more: &str| format!(r#"{{"i":1,"f":2.5,"b":true,"s":"x",{more}}}"#);
        for (function, args, paths) in [
            (
                "echo",
                r#"{"text":"a","text":"b"}"#.to_owned(),
                ["text"].as_slice(),
            ),
            ("echo", r#"{"text":"a","text":"a"}"#.to_owned(), &["text"]),
            (
                "echo",
                r#"{"text":"a","te\u0078t":"b"}"#.to_owned(),
                &["text"],
            ),
            ("echo", r#"{"text":5,"text":"b"}"#.to_owned(), &["text"]),
            ("add", r#"{"a":1,"a":2}"#.to_owned(), &["a", "b"]),
            ("add", r#"{"a":1,"b":"x","a":2}"#.to_owned(), &["a", "b"]),
            ("typed", typed(r#""opt":null,"opt":null"#), &["opt"]),
            (
                "typed",
                typed(r#""nested":{"label":"a","label":"b"}"#),
                &["nested.label"],
            ),
            (
                "typed",
                typed(r#""nested":null,"nested":{"label":"b"}"#),
                &["nested"],
            ),
        ] {
            let body = format!(r#"{{"fn":"{function}","args":{args}}}"#);
            client.json(body).await.assert_fields(paths);
        }
        let args = typed(r#""nested":{"label":"a","x":1,"x":2}"#);
        let body = format!(r#"{{"fn":"typed","args":{args}}}"#);
        client.json(body).await.assert_status(200);
    })
    .await;
}

#[tokio::test]
async fn integers_keep_64_bits() {
    on_every_stack(async |client| {
        for (a, b, sum) in [
            (i64::MAX - 1, 1, i64::MAX),
            (i64::MIN + 1, -1, i64::MIN),
            (9_007_199_254_740_993, 0, 9_007_199_254_740_993),
            (i64::MAX, 0, i64::MAX),
        ] {
            let answer = client.call("add", json!({ "a": a, "b": b })).await;
            assert_eq!(answer.text(), format!(r#"{{"result":{{"value":{sum}}}}}"#));
        }
        let items = [i64::MIN, -9_007_199_254_740_993, i64::MAX];
        let mut args = typed_with("items", json!(items));
        args["i"] = json!(i64::MIN);
        let answer = client.call("typed", args).await;
        let result = &answer.assert_status(200).json()["result"];
        assert_eq!(
            (&result["i"], &result["items"]),
            (&json!(i64::MIN), &json!(items))
        );
    })
    .await;
}

#[tokio::test]
async fn floats_take_any_number() {
    on_every_stack(async |client| {
        for number in [
            "2",
            "-0.5",
            "1e3",
            "0.1",
            "5e-324",
            "1.7976931348623157e308",
            "9223372036854775808",
        ] {
            let body =
                format!(r#"{{"fn":"typed","args":{{"i":1,"f":{number},"b":true,"s":"x"}}}}"#);
            let answer = client.json(body).await;
            let found = answer.assert_status(200).json()["result"]["f"].as_f64();
            assert_eq!(found, number.parse().ok(), "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn results_of_every_shape() {
    on_every_stack(async |client| {
        let answer = client.call("maybe", json!({ "found": false })).await;
        assert_eq!(answer.text(), r#"{"result":null}"#);
        client
            .call("maybe", json!({ "found": true }))
            .await
            .assert_message("found");
        client
            .call("listing", json!({ "count": 0 }))
            .await
            .assert_result(json!([]));
        client
            .call("listing", json!({ "count": -1 }))
            .await
            .assert_result(json!([]));
        let two = json!([{ "message": "0" }, { "message": "1" }]);
        client
            .call("listing", json!({ "count": 2 }))
            .await
            .assert_result(two);
        let args = json!({ "name": "Ada", "excited": true });
        client
            .call("greet", args)
            .await
            .assert_message("Hello, Ada!");
        let args = json!({ "name": "Ada", "title": "Dr" });
        client
            .call("greet", args)
            .await
            .assert_message("Hello, Dr Ada.");
    })
    .await;
}
