//! Private functions, requirements and gates (protocol sections 1 and 6).

use serde_json::json;

use crate::on_every_stack;
use crate::support::request::Request;
use crate::support::token::mwt;

#[tokio::test]
async fn a_private_function_is_forbidden_to_everyone() {
    on_every_stack(async |client| {
        for args in [json!({}), json!(null), json!({ "x": 1 })] {
            let call = Request::call("private_task", &args);
            client
                .send(call.clone())
                .await
                .assert_error(403, "FORBIDDEN");
            let superuser = call.mwt(mwt("1", true, true));
            client.send(superuser).await.assert_error(403, "FORBIDDEN");
        }
    })
    .await;
}

#[tokio::test]
async fn requirements() {
    on_every_stack(async |client| {
        let callers = [(false, false), (true, false), (false, true), (true, true)];
        for function in ["whoami", "staff_only", "superuser_only"] {
            let call = Request::call(function, &json!({}));
            let anonymous = client.send(call.clone()).await;
            anonymous.assert_error(401, "UNAUTHORIZED");
            assert!(
                anonymous.json()["details"]["reason"] != "credential",
                "{anonymous}"
            );
            for (staff, superuser) in callers {
                let may = match function {
                    "staff_only" => staff,
                    "superuser_only" => superuser,
                    _ => true,
                };
                let answer = client
                    .send(call.clone().mwt(mwt("7", staff, superuser)))
                    .await;
                if may {
                    let caller = json!({ "id": 7, "staff": staff, "superuser": superuser });
                    answer.assert_result(caller);
                } else {
                    answer.assert_error(403, "FORBIDDEN");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_anonymous_caller_learns_nothing_about_the_input() {
    on_every_stack(async |client| {
        let call = Request::call("update_own_avatar", &json!({ "url": 5 }));
        client
            .send(call.clone())
            .await
            .assert_error(401, "UNAUTHORIZED");
        let call = call.mwt(mwt("7", false, false));
        client.send(call).await.assert_fields(&["url"]);
    })
    .await;
}

#[tokio::test]
async fn a_gate_says_no_in_its_own_words_or_not() {
    on_every_stack(async |client| {
        let gated = || Request::call("gated", &json!({ "x": 1 }));
        client
            .send(gated().header("x-gate", "open"))
            .await
            .assert_message("through");
        let denied = client.send(gated().header("x-gate", "deny")).await;
        denied.assert_error(403, "FORBIDDEN");
        assert_eq!(denied.json()["message"], "The gate is closed", "{denied}");
        for shut in [
            gated(),
            gated().header("x-gate", ""),
            gated().header("x-gate", "Open"),
        ] {
            let answer = client.send(shut).await;
            answer.assert_error(403, "FORBIDDEN");
            assert_eq!(answer.json()["message"], "Access denied", "{answer}");
        }
    })
    .await;
}
