//! What mutations say that they changed (protocol section 3). That the header agrees with the body
//! is checked of every answer.

use serde_json::{Value, json};

use crate::on_every_stack;
use crate::support::answer::Answer;
use crate::support::request::Request;
use crate::support::token::mwt;

const HEADER_LIMIT: usize = 2048;

trait Says {
    fn assert_says(&self, header: &str, invalidate: Value);
}

impl Says for Answer {
    #[track_caller]
    fn assert_says(&self, header: &str, invalidate: Value) {
        self.assert_status(200);
        self.assert_header("x-mizan-invalidate", Some(header));
        let body = self.json();
        assert_eq!(body["invalidate"], invalidate, "{self}");
        assert!(body.get("merge").is_none(), "{self}");
    }
}

fn scoped(context: &str, params: Value) -> Value {
    json!([{ "context": context, "params": params }])
}

#[tokio::test]
async fn entries_are_scoped_by_keys() {
    on_every_stack(async |client| {
        for (id, param) in [
            (42, json!(42)),
            (0, json!(0)),
            (-7, json!(-7)),
            (9_007_199_254_740_991, json!(9_007_199_254_740_991_i64)),
            // Beyond what doubles keep, as text.
            (9_007_199_254_740_993, json!("9007199254740993")),
            (-9_007_199_254_740_993, json!("-9007199254740993")),
            (i64::MAX, json!(i64::MAX.to_string())),
            (i64::MIN, json!(i64::MIN.to_string())),
        ] {
            let args = json!({ "user_id": id, "name": "Ada", "page": 5, "q": "x" });
            let answer = client.call("update_profile", args).await;
            let header = format!("user;user_id={id}");
            answer.assert_says(&header, scoped("user", json!({ "user_id": param })));
        }
    })
    .await;
}

#[tokio::test]
async fn broad_entries() {
    on_every_stack(async |client| {
        let url = || json!({ "url": "pic.jpg", "user_id": 42 });
        let answer = client.call("update_avatar", url()).await;
        answer.assert_says("user", json!(["user"]));
        assert_eq!(answer.json()["result"], json!({ "message": "pic.jpg" }));
        let answer = client.call("careless_update", url()).await;
        answer.assert_says("user", json!(["user"]));
        assert_eq!(answer.json()["result"], json!({ "message": "pic.jpg" }));
        let answer = client.json(r#"{"fn":"bulk_update"}"#).await;
        answer.assert_says("user, notifications", json!(["user", "notifications"]));
    })
    .await;
}

#[tokio::test]
async fn entries_of_the_caller() {
    on_every_stack(async |client| {
        let call = || Request::call("update_own_avatar", &json!({ "url": "u", "user_id": 1 }));
        let answer = client.send(call().mwt(mwt("7", false, false))).await;
        answer.assert_says("user;user_id=7", scoped("user", json!({ "user_id": 7 })));
        let answer = client
            .send(call().mwt(mwt("9007199254740993", false, false)))
            .await;
        let params = json!({ "user_id": "9007199254740993" });
        answer.assert_says("user;user_id=9007199254740993", scoped("user", params));
        let answer = client.send(call()).await;
        answer.assert_error(401, "UNAUTHORIZED");
        answer.assert_header("x-mizan-invalidate", None);
    })
    .await;
}

#[tokio::test]
async fn text_is_percent_encoded_in_the_header_alone() {
    on_every_stack(async |client| {
        for (q, encoded) in [
            ("", ""),
            ("AZaz09-._~", "AZaz09-._~"),
            ("a b", "a%20b"),
            (";,=%", "%3B%2C%3D%25"),
            ("é🌍", "%C3%A9%F0%9F%8C%8D"),
            ("\r\nX: y", "%0D%0AX%3A%20y"),
            ("\u{0}\u{7f}", "%00%7F"),
            ("+/?#&\"'\\!*()", "%2B%2F%3F%23%26%22%27%5C%21%2A%28%29"),
            ("42", "42"),
            ("user, notifications", "user%2C%20notifications"),
        ] {
            let args = json!({ "q": q, "reason": "tests", "limit": 5 });
            let answer = client.call("reindex", args).await;
            answer.assert_says(
                &format!("search;q={encoded}"),
                scoped("search", json!({ "q": q })),
            );
            assert_eq!(answer.json()["result"], json!({ "message": q }));
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_header_collapses_and_the_body_does_not() {
    on_every_stack(async |client| {
        let room = HEADER_LIMIT - "search;q=".len();
        for (length, fits) in [(room, true), (room + 1, false), (20_000, false)] {
            let q = "a".repeat(length);
            let answer = client.call("reindex", json!({ "q": q })).await;
            let header = if fits {
                format!("search;q={q}")
            } else {
                "search".to_owned()
            };
            answer.assert_says(&header, scoped("search", json!({ "q": q })));
        }
    })
    .await;
}

#[tokio::test]
async fn a_merge_gives_the_value_and_stands_in_the_header() {
    on_every_stack(async |client| {
        for (id, param) in [
            (42_i64, json!(42)),
            (9_007_199_254_740_993, json!("9007199254740993")),
        ] {
            let args = json!({ "user_id": id, "name": "Grace" });
            let answer = client.call("rename", args).await;
            let value = json!({ "user_id": id, "name": "Grace" });
            answer.assert_body(&json!({
                "result": value,
                "merge": [{
                    "context": "user", "slot": "user_profile", "value": value,
                    "params": { "user_id": param },
                }],
            }));
            answer.assert_header("x-mizan-invalidate", Some(&format!("user;user_id={id}")));
            let answer = client.get(&format!("/ctx/user/?user_id={id}")).await;
            assert_eq!(answer.json()["user_profile"], value, "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_mutation_stores_is_read_by_the_next_request() {
    on_every_stack(async |client| {
        let name = "Ada \"Countess\" é🌍\n";
        let args = json!({ "user_id": 5, "name": name });
        client.call("update_profile", args).await.assert_status(200);
        for (id, expected) in [(5, name), (6, "user_6")] {
            let answer = client.get(&format!("/ctx/user/?user_id={id}")).await;
            assert_eq!(answer.json()["user_profile"]["name"], expected, "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_promises_that_nothing_changed() {
    on_every_stack(async |client| {
        let answer = client
            .call("failing_update", json!({ "user_id": 42 }))
            .await;
        answer.assert_error(403, "FORBIDDEN");
        assert_eq!(answer.json()["message"], "Not yours", "{answer}");
        answer.assert_header("x-mizan-invalidate", None);
        for (function, args, paths) in [
            ("failing_update", json!({}), ["user_id"].as_slice()),
            (
                "update_profile",
                json!({ "user_id": "42" }),
                &["user_id", "name"],
            ),
            ("rename", json!({ "user_id": 42 }), &["name"]),
            (
                "reindex",
                json!({ "q": null, "reason": 5 }),
                &["q", "reason"],
            ),
            ("update_avatar", json!({}), &["url"]),
            ("careless_update", json!({ "url": 1 }), &["url"]),
        ] {
            let answer = client.call(function, args).await;
            answer.assert_fields(paths);
            answer.assert_header("x-mizan-invalidate", None);
        }
        let answer = client.get("/ctx/user/?user_id=42").await;
        assert_eq!(answer.json()["user_profile"]["name"], "user_42", "{answer}");
    })
    .await;
}
