//! JSON that is deep, repeated, huge, or none.

use mizan::{Call, Function, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rig::wire_call;
use super::{lives, registry, serve};

#[derive(Serialize, Deserialize, JsonSchema)]
struct Numbers {
    i: Option<i64>,
    u: Option<u64>,
    x: Option<f64>,
    any: Option<Value>,
}

fn numbers(_: Call, input: Numbers) -> Result<Numbers> {
    Ok(input)
}

fn nothing(_: Call) -> Result<i64> {
    Ok(1)
}

/// Sends bodies over one connection, and an ordinary call after each.
async fn table(rows: Vec<(Vec<u8>, u16, &str)>) {
    let builder = registry()
        .function(Function::new("numbers", numbers))
        .function(Function::new("nothing", nothing))
        .function(Function::new("gated", nothing).gate(|_| async { Ok(false) }))
        .function(Function::new("guarded", nothing).auth(mizan::Auth::Required));
    let server = serve(builder).await;
    let mut wire = server.connect().await;
    for (body, status, code) in rows {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        wire.write(wire_call(&body)).await;
        let answer = wire.answer().await.expect(&shown);
        assert_eq!((answer.status, &*answer.code()), (status, code), "{shown}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        lives(&mut wire).await;
    }
}

fn row(body: impl Into<String>, status: u16, code: &'static str) -> (Vec<u8>, u16, &'static str) {
    (body.into().into_bytes(), status, code)
}

#[tokio::test]
async fn a_hundred_thousand_levels() {
    let mut rows = Vec::new();
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let seed = if open == "[" { "" } else { "1" };
        let deep = format!("{}{seed}{}", open.repeat(100_000), close.repeat(100_000));
        let unclosed = open.repeat(100_000);
        rows.extend([
            row(
                format!(r#"{{"fn":"numbers","args":{{"any":{deep}}}}}"#),
                422,
                "VALIDATION_ERROR",
            ),
            row(
                format!(r#"{{"fn":"numbers","args":{{"i":{deep}}}}}"#),
                422,
                "VALIDATION_ERROR",
            ),
            row(
                format!(r#"{{"fn":"echo","args":{{"text":"a","x":{deep}}}}}"#),
                200,
                "OK",
            ),
            row(
                format!(r#"{{"fn":"nothing","args":{{"x":{deep}}}}}"#),
                200,
                "OK",
            ),
            row(
                format!(r#"{{"x":{deep},"fn":"echo","args":{{"text":"a"}}}}"#),
                200,
                "OK",
            ),
            row(
                format!(r#"{{"fn":{deep},"args":{{}}}}"#),
                400,
                "BAD_REQUEST",
            ),
            row(deep.clone(), 400, "BAD_REQUEST"),
            row(unclosed.clone(), 400, "BAD_REQUEST"),
            row(
                format!(r#"{{"fn":"echo","args":{{"x":{unclosed}"#),
                400,
                "BAD_REQUEST",
            ),
            row(
                format!(r#"{{"fn":"echo","args":{{"x":{unclosed}}}}}"#),
                400,
                "BAD_REQUEST",
            ),
            row(
                format!(r#"{{"fn":"numbers","args":{{"any":{unclosed}}}}}"#),
                400,
                "BAD_REQUEST",
            ),
        ]);
    }
    table(rows).await;
}

#[tokio::test]
async fn members_given_twice() {
    table(vec![
        row(
            r#"{"fn":"echo","fn":"echo","args":{"text":"a"}}"#,
            400,
            "BAD_REQUEST",
        ),
        row(
            r#"{"fn":"echo","args":{"text":"a"},"fn":"nothing","x":{}}"#,
            400,
            "BAD_REQUEST",
        ),
        row(
            r#"{"fn":"echo","args":{"text":"a"},"args":{"text":"b"}}"#,
            400,
            "BAD_REQUEST",
        ),
        row(
            r#"{"fn":"echo","args":{},"\u0061rgs":{"text":"b"}}"#,
            400,
            "BAD_REQUEST",
        ),
        row(
            r#"{"fn":"echo","args":{"text":"a","text":"b"}}"#,
            422,
            "VALIDATION_ERROR",
        ),
        row(
            r#"{"fn":"echo","args":{"text":"a","t\u0065xt":"b"}}"#,
            422,
            "VALIDATION_ERROR",
        ),
        row(
            r#"{"fn":"numbers","args":{"i":null,"i":null}}"#,
            422,
            "VALIDATION_ERROR",
        ),
        row(
            r#"{"fn":"echo","args":{"text":"a","x":1,"x":2}}"#,
            200,
            "OK",
        ),
        row(
            r#"{"x":1,"x":2,"fn":"echo","args":{"text":"a"}}"#,
            200,
            "OK",
        ),
    ])
    .await;
}

#[tokio::test]
async fn huge_numbers() {
    let digits = format!("1{}", "0".repeat(400));
    let many = format!("1{}", "0".repeat(1_000_000));
    let mut rows = Vec::new();
    for (args, status) in [
        (
            r#"{"i":9223372036854775807,"u":18446744073709551615}"#.to_owned(),
            200,
        ),
        (r#"{"i":-9223372036854775808}"#.to_owned(), 200),
        (r#"{"u":9223372036854775808}"#.to_owned(), 200),
        (r#"{"i":9223372036854775808}"#.to_owned(), 422),
        (r#"{"i":-9223372036854775809}"#.to_owned(), 422),
        (r#"{"u":18446744073709551616}"#.to_owned(), 422),
        (r#"{"u":-1}"#.to_owned(), 422),
        (r#"{"i":1e3}"#.to_owned(), 422),
        (r#"{"i":5.0}"#.to_owned(), 422),
        (r#"{"i":1e999}"#.to_owned(), 422),
        (r#"{"x":1e999}"#.to_owned(), 422),
        (r#"{"any":-1e999}"#.to_owned(), 422),
        (format!(r#"{{"i":{digits}}}"#), 422),
        (format!(r#"{{"x":{digits}}}"#), 422),
        (format!(r#"{{"i":{many}}}"#), 422),
        (format!(r#"{{"x":{many}}}"#), 422),
        (r#"{"unknown":1e999}"#.to_owned(), 200),
        (format!(r#"{{"unknown":{digits}}}"#), 200),
    ] {
        let code = if status == 200 {
            "OK"
        } else {
            "VALIDATION_ERROR"
        };
        rows.push(row(
            format!(r#"{{"fn":"numbers","args":{args}}}"#),
            status,
            code,
        ));
    }
    rows.push(row(
        format!(r#"{{"z":{digits},"fn":"echo","args":{{"text":"a"}}}}"#),
        200,
        "OK",
    ));
    table(rows).await;
}

#[tokio::test]
async fn bytes_that_are_no_text_anywhere() {
    let bodies: [&[u8]; 10] = [
        b"{\"fn\":\"echo\",\"args\":{\"text\":\"\xff\"}}",
        b"{\"fn\":\"echo\",\"args\":{\"text\":\"a\",\"x\":\"\xc3\"}}",
        b"{\"fn\":\"echo\",\"args\":{\"text\":\"a\",\"\xff\":1}}",
        b"{\"fn\":\"echo\",\"args\":{\"text\":\"a\",\"x\":{\"y\":[\"\xed\xa0\x80\"]}}}",
        b"{\"fn\":\"echo\",\"args\":{\"text\":\"a\"},\"x\":\"\xff\"}",
        b"{\"\xff\":1,\"fn\":\"echo\",\"args\":{\"text\":\"a\"}}",
        b"{\"fn\":\"\xff\",\"args\":{}}",
        b"{\"fn\":\"nothing\",\"args\":{\"x\":\"\xff\"}}",
        b"{\"fn\":\"nothing\",\"args\":null,\"x\":\"\xff\"}",
        b"\xff\xfe{\x00}\x00",
    ];
    let rows = bodies.map(|body| (body.to_vec(), 400, "BAD_REQUEST"));
    table(rows.to_vec()).await;
}

#[tokio::test]
async fn the_body_is_judged_before_anybody_is_let_in() {
    let mut rows = vec![
        row(r#"{"fn":"guarded","args":{}}"#, 401, "UNAUTHORIZED"),
        row(r#"{"fn":"gated","args":{}}"#, 403, "FORBIDDEN"),
    ];
    for function in ["guarded", "gated", "nothing", "echo"] {
        for args in [
            r#"{"x":nope}"#,
            "{}}",
            r#"{},"args":{}"#,
            "{\"x\":\"\u{1}\"}",
        ] {
            let body = format!(r#"{{"fn":"{function}","args":{args}}}"#);
            rows.push(row(body, 400, "BAD_REQUEST"));
        }
        let latin = format!(r#"{{"fn":"{function}","args":{{"x":"!"}}}}"#).into_bytes();
        let latin = latin
            .into_iter()
            .map(|byte| if byte == b'!' { 0xe9 } else { byte })
            .collect();
        rows.push((latin, 400, "BAD_REQUEST"));
    }
    table(rows).await;
}
