//! The envelope `{"fn": …, "args": …}` (protocol section 1).

use serde_json::json;

use crate::on_every_stack;

#[tokio::test]
async fn what_is_no_envelope_is_a_bad_request() {
    on_every_stack(async |client| {
        let echo = r#"{"fn":"echo","args":{"text":"a"}}"#;
        let unclosed = format!(
            r#"{{"fn":"echo","args":{{"text":"a","x":{}"#,
            "[".repeat(100_000)
        );
        for body in [
            "",
            " ",
            "\n",
            "{nope",
            "{",
            "nul",
            "null",
            "true",
            "5",
            "\"echo\"",
            "[]",
            "{}",
            r#"["echo",{"text":"a"}]"#,
            r#"{"args":{}}"#,
            r#"{"fn":""}"#,
            r#"{"fn":"","args":{}}"#,
            r#"{"fn":null}"#,
            r#"{"fn":5}"#,
            r#"{"fn":["echo"]}"#,
            r#"{"FN":"echo"}"#,
            r#"{"fn":"echo","args":[]}"#,
            r#"{"fn":"echo","args":["hi"]}"#,
            r#"{"fn":"echo","args":"text"}"#,
            r#"{"fn":"echo","args":5}"#,
            r#"{"fn":"echo","args":false}"#,
            r#"{"fn":"echo","args":{"text":"a"}"#,
            r#"{"fn":"echo","args":{"text":"a",}}"#,
            r#"{"fn":"echo","args":{"text":"a"},}"#,
            r#"{"fn":"echo","args":{"text":'a'}}"#,
            r#"{"fn":"echo","args":{text:"a"}}"#,
            r#"{"fn":"echo" "args":{"text":"a"}}"#,
            r#"{"fn":"echo","args":{"text":"a"}}}"#,
            r#"{"fn":"echo","args":{"text":"a"}} x"#,
            r#"{"fn":"echo","args":{"text":"a"}}{}"#,
            r#"{"fn":"echo","args":{"text":"a"}}{"a":{}}"#,
            r#"{"fn":"echo","args":{"text":"a","x":01}}"#,
            r#"{"fn":"echo","args":{"text":"a","x":NaN}}"#,
            r#"{"fn":"echo","args":{"text":"a","x":.5}}"#,
            r#"{"fn":"echo","args":{"text":"\x"}}"#,
            "{\"fn\":\"echo\",\"args\":{\"text\":\"a\nb\"}}",
            "\u{feff}{\"fn\":\"echo\",\"args\":{\"text\":\"a\"}}",
            // Repeated members, also where the first one is all that the call would need.
            r#"{"fn":"echo","fn":"echo","args":{"text":"a"}}"#,
            r#"{"fn":"echo","args":{"text":"a"},"fn":"add","x":{}}"#,
            r#"{"fn":"echo","args":{"text":"a"},"args":{}}"#,
            r#"{"fn":"echo","args":{"text":"a"},"args":{"text":"b"}}"#,
            r#"{"fn":"echo","args":{"text":"a"},"\u0061rgs":{"text":"b"}}"#,
            r#"{"fn":"echo","args":null,"args":{"text":"b"}}"#,
            r#"{"fn":"no_input","args":{},"args":{}}"#,
            unclosed.as_str(),
            &echo.repeat(2),
        ] {
            client
                .json(body.to_owned())
                .await
                .assert_error(400, "BAD_REQUEST");
        }
        for body in [
            b"{\"fn\":\"echo\",\"args\":{\"text\":\"\xe9\"}}".as_slice(),
            b"{\"fn\":\"echo\",\"args\":{\"text\":\"a\",\"x\":\"\xff\"}}",
            b"{\"fn\":\"echo\",\"args\":{\"text\":\"a\"},\"x\":\"\xc3\"}",
            b"{\"fn\":\"\xc0\xaf\"}",
            b"\xff\xfe",
        ] {
            client.json(body).await.assert_error(400, "BAD_REQUEST");
        }
        client.json(echo).await.assert_message("a");
    })
    .await;
}

#[tokio::test]
async fn any_order_any_space_and_unknown_members() {
    on_every_stack(async |client| {
        for body in [
            r#"{"fn":"echo","args":{"text":"a"}}"#,
            r#"{"args":{"text":"a"},"fn":"echo"}"#,
            " {\r\n\t\"fn\" : \"echo\" , \"args\" : { \"text\" : \"a\" } } \n",
            r#"{"x":[1,{"y":null}],"fn":"echo","args":{"text":"a"},"z":{}}"#,
            r#"{"fn":"echo","args":{"text":"a"},"x":1,"x":2}"#,
            r#"{"fn":"echo","args":{"text":"a"},"mounted":[]}"#,
            r#"{"\u0066n":"\u0065cho","args":{"te\u0078t":"\u0061"}}"#,
            r#"{"fn":"echo","args":{"text":"a","zzz":{"text":"b"},"n":1e999}}"#,
            r#"{"fn":"echo","args":{"zzz":1,"text":"a","zzz":2}}"#,
        ] {
            client.json(body).await.assert_message("a");
        }
        for text in [
            "}}",
            "{\"fn\":\"add\"}",
            "\\",
            "\u{0}\u{1f}",
            "é🌍\u{2028}",
            "\"}",
        ] {
            client
                .call("echo", json!({ "text": text }))
                .await
                .assert_message(text);
        }
    })
    .await;
}

#[tokio::test]
async fn arguments_may_be_left_out() {
    on_every_stack(async |client| {
        for args in [
            "",
            r#","args":null"#,
            r#","args":{}"#,
            r#","args":{"x":1,"x":2}"#,
        ] {
            let body = format!(r#"{{"fn":"no_input"{args}}}"#);
            client.json(body).await.assert_message("ok");
            let body = format!(r#"{{"fn":"echo"{args}}}"#);
            client.json(body).await.assert_fields(&["text"]);
        }
    })
    .await;
}

#[tokio::test]
async fn deep_nesting_harms_nothing() {
    on_every_stack(async |client| {
        for depth in [100, 10_000, 500_000] {
            let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            for body in [
                format!(r#"{{"fn":"echo","args":{{"text":"a","x":{deep}}}}}"#),
                format!(r#"{{"fn":"echo","args":{{"text":"a"}},"x":{deep}}}"#),
                format!(r#"{{"fn":"echo","args":{{"text":{deep}}}}}"#),
                format!(r#"{{"fn":"typed","args":{{"items":{deep}}}}}"#),
                deep,
            ] {
                let answer = client.json(body).await;
                assert!(matches!(answer.status, 200 | 400 | 422), "{answer}");
            }
        }
        let deep = format!("{}1{}", r#"{"x":"#.repeat(100_000), "}".repeat(100_000));
        let answer = client
            .json(format!(r#"{{"fn":"echo","args":{deep}}}"#))
            .await;
        assert!(matches!(answer.status, 400 | 422), "{answer}");
        client
            .call("echo", json!({ "text": "alive" }))
            .await
            .assert_message("alive");
    })
    .await;
}

#[tokio::test]
async fn the_body_comes_before_the_look_up() {
    on_every_stack(async |client| {
        for function in ["nope", "private_task", "whoami", "staff_only", "gated"] {
            for body in [
                format!(r#"{{"fn":"{function}","args":[]}}"#),
                format!(r#"{{"fn":"{function}","args":{{}},"args":{{}}}}"#),
                format!(r#"{{"fn":"{function}","args":{{"x"}}}}"#),
                format!(r#"{{"fn":"{function}","args":{{}}}} x"#),
                format!(r#"{{"fn":"{function}","args":{{"x":{{}}"#),
            ] {
                client.json(body).await.assert_error(400, "BAD_REQUEST");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_found_is_not_named() {
    on_every_stack(async |client| {
        let long = "n".repeat(10_000);
        for name in [
            "never_heard_of",
            "__init__",
            "echo ",
            "Echo",
            "echo\u{0}",
            "global",
            "user",
            "é",
            "../echo",
            "constructor",
            &long,
        ] {
            let answer = client.call(name, json!({})).await;
            answer.assert_error(404, "NOT_FOUND");
            let message = answer.json()["message"].as_str().unwrap().to_owned();
            assert!(!message.contains(name), "{answer}");
        }
        for name in ["never_heard_of", "echo", "user_profile", "User"] {
            let answer = client.get(&format!("/ctx/{name}/")).await;
            answer.assert_error(404, "NOT_FOUND");
            assert!(!answer.text().contains(name), "{answer}");
        }
    })
    .await;
}
