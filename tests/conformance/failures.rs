//! A handler's own errors (protocol section 1).

use serde_json::json;

use crate::on_every_stack;

#[tokio::test]
async fn every_code_with_its_message() {
    on_every_stack(async |client| {
        for (how, status, code, message) in [
            ("not_found", 404, "NOT_FOUND", "No such thing"),
            ("bad_request", 400, "BAD_REQUEST", "That makes no sense"),
            ("unauthorized", 401, "UNAUTHORIZED", "Who are you"),
            ("forbidden", 403, "FORBIDDEN", "Not you"),
            ("permission", 403, "FORBIDDEN", "No entry"),
            ("not_implemented", 501, "NOT_IMPLEMENTED", "Not yet"),
            ("", 500, "INTERNAL_ERROR", "An internal error occurred"),
            ("boom", 500, "INTERNAL_ERROR", "An internal error occurred"),
            (
                "Not_Found",
                500,
                "INTERNAL_ERROR",
                "An internal error occurred",
            ),
        ] {
            let answer = client.call("fail", json!({ "how": how })).await;
            answer.assert_status(status);
            // Nothing beside these: that the cause stays out is checked of every answer.
            let expected = json!({ "error": true, "code": code, "message": message });
            assert_eq!(answer.json(), expected, "{answer}");
            answer.assert_header("x-mizan-invalidate", None);
        }
    })
    .await;
}

#[tokio::test]
async fn validation_by_the_handler() {
    on_every_stack(async |client| {
        let answer = client.call("fail", json!({ "how": "validation" })).await;
        answer.assert_status(422);
        let expected = json!({
            "error": true, "code": "VALIDATION_ERROR", "message": "Bad values",
            "details": { "fields": { "how": ["is bad"] } },
        });
        assert_eq!(answer.json(), expected, "{answer}");
        client
            .call("fail", json!({ "how": 5 }))
            .await
            .assert_fields(&["how"]);
    })
    .await;
}
