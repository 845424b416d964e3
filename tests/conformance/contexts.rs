//! What the read of a context answers (protocol section 2).

use serde_json::json;

use crate::on_every_stack;
use crate::support::request::Request;
use crate::support::token;

#[tokio::test]
async fn members_are_sorted_byte_for_byte() {
    on_every_stack(async |client| {
        let expected =
            r#"{"user_orders":{"count":421},"user_profile":{"name":"user_42","user_id":42}}"#;
        for path in [
            "/ctx/user/?user_id=42",
            "/ctx/user/?user_id=42&page=1",
            "/ctx/user?page=1&zzz=%20&user_id=42",
        ] {
            assert_eq!(client.get(path).await.text(), expected);
        }
        let anonymous = client.get("/ctx/global/").await;
        assert_eq!(
            anonymous.text(),
            r#"{"current_user":{"authenticated":false,"id":null}}"#
        );
    })
    .await;
}

#[tokio::test]
async fn an_answer_names_its_instance() {
    on_every_stack(async |client| {
        for (path, instance) in [
            ("/ctx/global/", "global"),
            ("/ctx/notifications/?x=1", "notifications"),
            ("/ctx/user/?user_id=42", "user;page=1;user_id=42"),
            ("/ctx/user/?user_id=-7&page=3&x=1", "user;page=3;user_id=-7"),
            (
                "/ctx/user/?user_id=9007199254740993",
                "user;page=1;user_id=9007199254740993",
            ),
            ("/ctx/search/?q=x", "search;exact=false;limit=10;q=x"),
            (
                "/ctx/search/?limit=0&q=x&exact=true",
                "search;exact=true;limit=0;q=x",
            ),
            ("/ctx/search/?q=", "search;exact=false;limit=10;q="),
            (
                "/ctx/search/?q=a+b%3B%2C%3D%25%2B~%C3%A9",
                "search;exact=false;limit=10;q=a%20b%3B%2C%3D%25%2B~%C3%A9",
            ),
        ] {
            let answer = client.get(path).await;
            answer.assert_status(200);
            answer.assert_header("x-mizan-instance", Some(instance));
            answer.assert_header("x-mizan-invalidate", None);
        }
        let call = client.call("echo", json!({ "text": "x" })).await;
        call.assert_header("x-mizan-instance", None);
    })
    .await;
}

#[tokio::test]
async fn integers_keep_64_bits() {
    on_every_stack(async |client| {
        let answer = client
            .get("/ctx/user/?user_id=9007199254740993&page=2")
            .await;
        let expected = concat!(
            r#"{"user_orders":{"count":90071992547409932},"#,
            r#""user_profile":{"name":"user_9007199254740993","user_id":9007199254740993}}"#,
        );
        assert_eq!(answer.text(), expected);
        let answer = client.get("/ctx/user/?user_id=9223372036854775807").await;
        answer.assert_status(200);
        assert!(
            answer.text().contains(r#""user_id":9223372036854775807}"#),
            "{answer}"
        );
    })
    .await;
}

#[tokio::test]
async fn gates_come_before_validation() {
    on_every_stack(async |client| {
        let admin = || Request::get("/ctx/admin/");
        client.send(admin()).await.assert_error(401, "UNAUTHORIZED");
        let user = admin().mwt(token::mwt("7", false, false));
        client.send(user).await.assert_error(403, "FORBIDDEN");
        // The two flags are separate.
        let superuser = admin().mwt(token::mwt("1", false, true));
        client.send(superuser).await.assert_error(403, "FORBIDDEN");
        let staff = admin().mwt(token::mwt("8", true, false));
        let answer = client.send(staff).await;
        answer.assert_body(&json!({ "admin_stats": { "value": 99 } }));
        answer.assert_header("x-mizan-instance", Some("admin"));
    })
    .await;
}

#[tokio::test]
async fn the_caller_is_the_tokens() {
    on_every_stack(async |client| {
        for id in ["7", "0", "-5", "9223372036854775807"] {
            let number: i64 = id.parse().unwrap();
            let expected = json!({ "current_user": { "authenticated": true, "id": number } });
            let mwt = Request::get("/ctx/global/").mwt(token::mwt(id, false, false));
            client.send(mwt).await.assert_body(&expected);
            let access = token::sign_access(&token::access_claims(id));
            let access = Request::get("/ctx/global/").bearer(&access);
            client.send(access).await.assert_body(&expected);
        }
        let forged = Request::get("/ctx/global/").mwt("garbage");
        let answer = client.send(forged).await;
        answer.assert_error(401, "UNAUTHORIZED");
        assert_eq!(answer.json()["details"]["reason"], "credential", "{answer}");
    })
    .await;
}

/// A reader is a function too, and as such its arguments are typed as those of any other.
#[tokio::test]
async fn readers_can_be_called_one_by_one() {
    on_every_stack(async |client| {
        let profile = json!({ "user_id": 42, "name": "user_42" });
        let args = json!({ "user_id": 42, "page": 3 });
        client
            .call("user_profile", args.clone())
            .await
            .assert_result(profile);
        client
            .call("user_orders", args)
            .await
            .assert_result(json!({ "count": 423 }));
        let text = json!({ "user_id": "42" });
        client
            .call("user_profile", text)
            .await
            .assert_fields(&["user_id"]);
        client
            .call("admin_stats", json!({}))
            .await
            .assert_error(401, "UNAUTHORIZED");
    })
    .await;
}

#[tokio::test]
async fn a_read_has_no_body_to_be_particular_about() {
    on_every_stack(async |client| {
        let read = Request::get("/ctx/notifications/").header("content-type", "text/plain");
        let expected = json!({ "unread": { "value": 3 } });
        client.send(read.clone()).await.assert_body(&expected);
        client.send(read.body("{nope")).await.assert_body(&expected);
    })
    .await;
}
