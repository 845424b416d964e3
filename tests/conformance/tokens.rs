//! MWTs and access JWTs (protocol section 6).

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::on_every_stack;
use crate::support::client::Client;
use crate::support::request::Request;
use crate::support::token::{
    FUTURE, JWT_SECRET, MWT_SECRET, PAST, access_claims, base64url, mwt, mwt_claims, sign,
    sign_access, sign_as, sign_mwt,
};

fn whoami() -> Request {
    Request::call("whoami", &json!({}))
}

async fn assert_caller(client: &mut Client, request: Request, id: i64) {
    let caller = json!({ "id": id, "staff": false, "superuser": false });
    client.send(request).await.assert_result(caller);
}

/// The credential ends the request on every function, public ones and contexts too.
async fn assert_refused(client: &mut Client, credential: impl Fn(Request) -> Request) {
    for request in [
        whoami(),
        Request::call("echo", &json!({ "text": "x" })),
        Request::call("nope", &json!({})),
        Request::get("/ctx/global/"),
        Request::get("/ctx/nope/"),
    ] {
        let answer = client.send(credential(request)).await;
        answer.assert_error(401, "UNAUTHORIZED");
        assert_eq!(answer.json()["details"]["reason"], "credential", "{answer}");
    }
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name);
    claims
}

#[tokio::test]
async fn mwts_that_are_taken() {
    on_every_stack(async |client| {
        let claims = || mwt_claims("7");
        for claims in [
            claims(),
            without(claims(), "pkey"),
            with(claims(), "aud", json!(["other", "mizan"])),
            with(claims(), "extra", json!({ "x": 1 })),
        ] {
            assert_caller(client, whoami().mwt(sign_mwt(&claims)), 7).await;
        }
    })
    .await;
}

#[tokio::test]
async fn mwts_that_are_refused() {
    on_every_stack(async |client| {
        let claims = || mwt_claims("7");
        let mut refused: Vec<String> = [
            with(claims(), "exp", json!(PAST)),
            with(claims(), "nbf", json!(FUTURE)),
            with(claims(), "aud", json!("other")),
            with(claims(), "aud", json!("Mizan")),
            with(claims(), "aud", json!([])),
            with(claims(), "staff", json!("true")),
            with(claims(), "super", json!(1)),
            with(claims(), "exp", json!(FUTURE.to_string())),
            with(claims(), "sub", json!("")),
            with(claims(), "sub", Value::Null),
        ]
        .iter()
        .map(sign_mwt)
        .collect();
        for name in ["sub", "staff", "super", "aud", "iat", "nbf", "exp"] {
            refused.push(sign_mwt(&without(claims(), name)));
        }
        // Ids are integers, in one spelling.
        for id in [
            "abc",
            "007",
            "-0",
            "+7",
            "7.0",
            " 7",
            "7 ",
            "9223372036854775808",
            "1e3",
            "٧",
        ] {
            refused.push(mwt(id, true, true));
        }
        let text = claims().to_string();
        let header = |alg: &str, kid: &str| json!({ "alg": alg, "kid": kid });
        refused.push(sign(&json!({ "alg": "HS256" }), &text, MWT_SECRET));
        refused.push(sign(&header("HS256", "v2"), &text, MWT_SECRET));
        refused.push(sign(&header("HS256", ""), &text, MWT_SECRET));
        refused.push(sign(&header("HS256", "v1"), &text, JWT_SECRET));
        refused.push(sign(&header("none", "v1"), &text, MWT_SECRET));
        refused.push(sign(&header("HS512", "v1"), &text, MWT_SECRET));
        refused.push(sign_as(
            Algorithm::HS512,
            &header("HS512", "v1"),
            &text,
            MWT_SECRET,
        ));
        refused.push(sign_as(
            Algorithm::HS384,
            &header("HS384", "v1"),
            &text,
            MWT_SECRET,
        ));
        refused.push(sign(&header("HS256", "v1"), "[]", MWT_SECRET));
        refused.push(sign(&header("HS256", "v1"), "nope", MWT_SECRET));
        let repeated = text.replacen('{', r#"{"staff":true,"#, 1);
        refused.push(sign(&header("HS256", "v1"), &repeated, MWT_SECRET));
        let unsigned = format!(
            "{}.{}.",
            base64url(header("none", "v1").to_string()),
            base64url(&text)
        );
        refused.push(unsigned);
        refused.push(sign_access(&access_claims("7")));
        let good = mwt("7", false, false);
        let mut parts = good.split('.');
        let (head, _, signature) = (parts.next().unwrap(), parts.next(), parts.next().unwrap());
        let swapped = base64url(with(claims(), "staff", json!(true)).to_string());
        refused.push(format!("{head}.{swapped}.{signature}"));
        for text in ["", " ", ".", "..", "a.b.c", "garbage", "null"] {
            refused.push(text.to_owned());
        }
        for edited in [
            good.clone() + ".",
            good.clone() + "=",
            good[..good.len() - 2].to_owned(),
        ] {
            refused.push(edited);
        }
        for token in refused {
            assert_refused(client, |request| request.mwt(&token)).await;
        }
        assert_refused(client, |request| request.mwt(b"\xff\xfe")).await;
        assert_refused(client, |request| request.mwt(&good).mwt(&good)).await;
    })
    .await;
}

#[tokio::test]
async fn access_tokens() {
    on_every_stack(async |client| {
        let claims = || access_claims("9");
        let good = sign_access(&claims());
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let request = whoami().header("authorization", format!("{scheme} {good}"));
            assert_caller(client, request, 9).await;
        }
        let mut refused: Vec<String> = [
            with(claims(), "type", json!("refresh")),
            with(claims(), "exp", json!(PAST)),
            with(claims(), "sub", json!("nobody")),
            with(claims(), "sub", json!("09")),
            with(claims(), "staff", json!("yes")),
        ]
        .iter()
        .map(sign_access)
        .collect();
        for name in ["sub", "sid", "staff", "super", "type", "iat", "exp"] {
            refused.push(sign_access(&without(claims(), name)));
        }
        refused.push(mwt("7", false, false));
        let text = claims().to_string();
        refused.push(sign(&json!({ "alg": "HS256" }), &text, MWT_SECRET));
        refused.push(sign(&json!({ "alg": "none" }), &text, JWT_SECRET));
        refused.push(sign_as(
            Algorithm::HS512,
            &json!({ "alg": "HS512" }),
            &text,
            JWT_SECRET,
        ));
        refused.extend(["garbage".to_owned(), String::new()]);
        for token in refused {
            assert_refused(client, |request| request.bearer(&token)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_credential_decides() {
    on_every_stack(async |client| {
        let (seven, nine) = (mwt("7", false, false), sign_access(&access_claims("9")));
        assert_caller(client, whoami().mwt(&seven).bearer(&nine), 7).await;
        assert_caller(client, whoami().mwt(&seven).bearer("garbage"), 7).await;
        assert_refused(client, |request| request.mwt("garbage").bearer(&nine)).await;
    })
    .await;
}

#[tokio::test]
async fn other_schemes_are_the_hosts() {
    on_every_stack(async |client| {
        for value in ["Basic dXNlcjpwYXNz", "Bearerish x", "Digest a=b"] {
            let echo = Request::call("echo", &json!({ "text": "x" }));
            let echo = echo.header("authorization", value);
            client.send(echo).await.assert_message("x");
            let answer = client.send(whoami().header("authorization", value)).await;
            answer.assert_error(401, "UNAUTHORIZED");
            assert!(
                answer.json()["details"]["reason"] != "credential",
                "{answer}"
            );
            let both = whoami()
                .mwt(mwt("7", false, false))
                .header("authorization", value);
            assert_caller(client, both, 7).await;
        }
    })
    .await;
}
