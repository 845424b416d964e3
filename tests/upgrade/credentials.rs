//! Who is taken for the caller before 101 (protocol sections 6 and 7).

use mizan::identity::JwtKeys;
use mizan::{MizanLayer, MizanLayerBuilder, User};
use serde_json::json;

use crate::site::{Form, builder, registry};
use crate::socket::{Handshake, PATH};
use crate::support::token::{self, JWT_SECRET, PAST, access_claims, mwt_claims};

fn mwt(id: &str) -> String {
    token::mwt(id, false, false)
}

fn access(id: &str) -> String {
    token::sign_access(&access_claims(id))
}

fn in_subprotocol(token: &str) -> Handshake {
    let offered = format!("mizan.v1, mizan.token.{token}");
    Handshake::new().with("Sec-WebSocket-Protocol", offered)
}

fn in_query(token: &str) -> Handshake {
    Handshake::at(format!("{PATH}?token={token}"))
}

/// A token in every place that takes one of its kind.
fn everywhere(token: &str, is_mwt: bool) -> [Handshake; 3] {
    let header = match is_mwt {
        true => Handshake::new().with("X-Mizan-Token", token),
        false => Handshake::new().with("Authorization", format!("Bearer {token}")),
    };
    [header, in_subprotocol(token), in_query(token)]
}

/// A host that knows everybody as `host`.
fn with_host(builder: MizanLayerBuilder) -> MizanLayer {
    builder
        .host_user(|_| async { Ok(Some(User::new("host"))) })
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_valid_token_in_every_place() {
    for form in Form::ALL {
        let address = form.serve(with_host(builder())).await;
        for (token, is_mwt) in [(mwt("7"), true), (access("7"), false)] {
            for handshake in everywhere(&token, is_mwt) {
                let (_, mut socket) = handshake.open(address).await;
                assert_eq!(socket.user().await.as_deref(), Some("7"), "{handshake:?}");
            }
        }
        let (_, mut socket) = Handshake::new().open(address).await;
        assert_eq!(socket.user().await.as_deref(), Some("host"));
    }
}

#[tokio::test]
async fn an_invalid_token_in_every_place() {
    let mut expired_mwt = mwt_claims("7");
    expired_mwt["exp"] = (PAST + 1).into();
    let mut expired = access_claims("7");
    expired["exp"] = (PAST + 1).into();
    let mut refresh = access_claims("7");
    refresh["type"] = "refresh".into();
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let forged = token::sign(&header, &access_claims("7").to_string(), &"x".repeat(32));
    for form in Form::STACKS {
        let address = form.serve(with_host(builder())).await;
        for (token, is_mwt) in [
            (token::sign_mwt(&expired_mwt), true),
            (token::sign_access(&expired), false),
            (token::sign_access(&refresh), false),
            (forged.clone(), false),
            (mwt("gone"), true),
            (access("gone"), false),
            ("nonsense".to_owned(), true),
            ("nonsense".to_owned(), false),
        ] {
            for handshake in everywhere(&token, is_mwt) {
                let answer = handshake.refused(address, 401).await;
                answer.assert_error(401, "UNAUTHORIZED");
                assert_eq!(answer.json()["details"]["reason"], "credential", "{answer}");
            }
        }
        for handshake in [
            in_subprotocol(""),
            in_query(""),
            Handshake::at(format!("{PATH}?token")),
            in_query(&format!("{}&token={0}", mwt("7"))),
            in_subprotocol(&format!("{}, mizan.token.{0}", mwt("7"))),
        ] {
            handshake.refused(address, 401).await;
        }
        for handshake in everywhere(&mwt("broken"), true) {
            handshake.refused(address, 500).await;
        }
    }
}

#[tokio::test]
async fn the_first_that_is_present_counts() {
    let layer = with_host(builder());
    let address = Form::HyperLayer.serve(layer).await;
    let all = Handshake::at(format!("{PATH}?token={}", mwt("query"))).with(
        "Sec-WebSocket-Protocol",
        format!("mizan.token.{}", mwt("subprotocol")),
    );
    let with_bearer = all
        .clone()
        .with("Authorization", format!("Bearer {}", access("bearer")));
    for (handshake, user) in [
        (with_bearer.clone().with("X-Mizan-Token", mwt("mwt")), "mwt"),
        (with_bearer, "bearer"),
        // The host's.
        (
            all.clone().with("Authorization", "Basic eDp5"),
            "subprotocol",
        ),
        (all.without("Sec-WebSocket-Protocol"), "query"),
    ] {
        let (_, mut socket) = handshake.open(address).await;
        assert_eq!(socket.user().await.as_deref(), Some(user), "{handshake:?}");
    }
    // None is tried in the place of an invalid one.
    let handshake = in_query(&mwt("7")).with("X-Mizan-Token", "nonsense");
    handshake.refused(address, 401).await;
    let handshake = in_query(&mwt("7")).with("Sec-WebSocket-Protocol", "mizan.token.nonsense");
    handshake.refused(address, 401).await;
}

#[tokio::test]
async fn only_kinds_with_keys_are_read() {
    let without = with_host(MizanLayer::builder(registry()));
    let address = Form::HyperLayer.serve(without).await;
    for handshake in [
        Handshake::new().with("X-Mizan-Token", mwt("7")),
        Handshake::new().with("Authorization", format!("Bearer {}", access("7"))),
        // It may be the host's parameter.
        in_query("nonsense"),
        in_query("one&token=another"),
    ] {
        let (_, mut socket) = handshake.open(address).await;
        assert_eq!(socket.user().await.as_deref(), Some("host"));
    }
    // This one can be nobody's but Mizan's.
    in_subprotocol(&mwt("7")).refused(address, 401).await;

    let jwt = JwtKeys::new().unnamed_key(JWT_SECRET);
    let layer = with_host(MizanLayer::builder(registry()).jwt(jwt));
    let address = Form::HyperLayer.serve(layer).await;
    in_subprotocol(&mwt("7")).refused(address, 401).await;
    let (_, mut socket) = in_subprotocol(&access("7")).open(address).await;
    assert_eq!(socket.user().await.as_deref(), Some("7"));
}

#[tokio::test]
async fn the_selected_subprotocol() {
    for form in Form::STACKS {
        let address = form.serve(builder().build().unwrap()).await;
        let token = format!("mizan.token.{}", mwt("7"));
        for (offered, selected) in [
            ("mizan.v1", Some("mizan.v1")),
            ("chat, mizan.v1 ,superchat", Some("mizan.v1")),
            ("chat", None),
            ("mizan.v2", None),
            ("MIZAN.V1", None),
            (&token, None),
            (&format!("{token}, mizan.v1"), Some("mizan.v1")),
        ] {
            let handshake = Handshake::new().with("Sec-WebSocket-Protocol", offered);
            let (answer, _) = handshake.open(address).await;
            answer.assert_header("sec-websocket-protocol", selected);
        }
        let several = Handshake::new()
            .with("Sec-WebSocket-Protocol", token.as_str())
            .with("Sec-WebSocket-Protocol", "mizan.v1");
        let (answer, mut socket) = several.open(address).await;
        answer.assert_header("sec-websocket-protocol", Some("mizan.v1"));
        assert_eq!(socket.user().await.as_deref(), Some("7"));
    }
}
