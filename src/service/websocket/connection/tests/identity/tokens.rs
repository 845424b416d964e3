//! Who a token makes of a caller, and until when.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};

use super::*;
use crate::MizanLayerBuilder;
use crate::identity::JwtKeys;
use crate::service::websocket::Identity;

const SECRET: &str = "a secret of a test, 32 bytes or more";

fn layer(layer: MizanLayerBuilder) -> MizanLayerBuilder {
    layer.jwt(JwtKeys::new().unnamed_key(SECRET))
}

fn token(subject: &str, lives: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let claims = json!({"sub": subject, "sid": "s", "staff": false, "super": false,
        "type": "access", "iat": now.as_secs(), "exp": now.as_secs() + lives});
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap()
}

fn auth(token: &str) -> Value {
    json!({"action": "auth", "token": token})
}

async fn open(sockets: Sockets, identity: Option<&str>) -> Rig {
    let setup = Setup {
        layer,
        ..Setup::sockets(sockets)
    };
    let identity = identity.map_or(setup.identity, host);
    Setup { identity, ..setup }.open().await
}

#[tokio::test(start_paused = true)]
async fn a_token_makes_the_caller_another() {
    let mut rig = open(Sockets::new(), None).await;
    assert_eq!(
        rig.ask(subscribe("private")).await["error"],
        "Not authorized"
    );
    let answer = rig.ask(auth(&token("7", 100))).await;
    assert_eq!(answer, json!({"authenticated": true}));
    assert_eq!(rig.ask(subscribe("private")).await["subscribed"], true);
    assert_eq!(whoami(&mut rig).await, "7");
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_hold_changes_nothing() {
    let mut rig = open(Sockets::new(), Some("host")).await;
    for frame in [
        auth("nonsense"),
        auth(""),
        auth(&token("7", 0)),
        json!({"action": "auth"}),
        json!({"action": "auth", "token": 5}),
    ] {
        let answer = rig.ask(frame).await;
        assert!(answer["error"].is_string(), "{answer}");
        assert_eq!(whoami(&mut rig).await, "host");
    }
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn frames_behind_an_auth_wait_for_it() {
    let slow: fn(MizanLayerBuilder) -> MizanLayerBuilder = |builder| {
        layer(builder).load_user(|claims| async move {
            sleep(Duration::from_secs(5)).await;
            Ok(Some(User::from(claims)))
        })
    };
    let mut rig = Setup {
        layer: slow,
        ..Setup::default()
    }
    .open()
    .await;
    rig.send(json!({"action": "rpc", "id": "before", "fn": "whoami"}))
        .await;
    rig.send(auth(&token("7", 100))).await;
    rig.send(json!({"action": "rpc", "id": "behind", "fn": "whoami"}))
        .await;
    rig.send(subscribe("private")).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(rig.receive().await);
    }
    let of = |id: &str| seen.iter().find(|frame| frame["id"] == id).unwrap();
    assert_eq!(of("before")["data"]["result"], Value::Null);
    assert_eq!(of("behind")["data"]["result"], "7");
    assert!(seen.contains(&json!({"authenticated": true})));
    assert!(seen.iter().any(|frame| frame["subscribed"] == true));
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn an_auth_waits_for_the_channel_frames_before_it() {
    let mut rig = open(Sockets::new(), None).await;
    rig.ask(subscribe("slow")).await;
    rig.send(
        json!({"action": "message", "channel": "room", "params": {"room": "slow"},
        "data": {"text": "first"}}),
    )
    .await;
    rig.send(auth(&token("7", 100))).await;
    rig.settle().await;
    rig.server.shared.permits.add_permits(1);
    assert_eq!(rig.receive().await["data"]["text"], "first");
    assert_eq!(rig.receive().await["authenticated"], true);
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn an_identity_ends_at_its_tokens_exp() {
    let mut rig = open(Sockets::new().identity_lifetime(HOUR), None).await;
    let began = Instant::now();
    rig.ask(auth(&token("7", 120))).await;
    assert_eq!(whoami(&mut rig).await, "7");
    assert_eq!(rig.receive().await, json!({"type": "expired"}));
    let took = began.elapsed();
    assert!(took > Duration::from_secs(117), "{took:?}");
    assert!(took < Duration::from_secs(121), "{took:?}");
    assert_eq!(whoami(&mut rig).await, Value::Null);
    // And another token begins another.
    rig.ask(auth(&token("8", 7200))).await;
    assert_eq!(whoami(&mut rig).await, "8");
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_new_token_takes_the_place_of_the_old_ones_end() {
    let mut rig = open(Sockets::new().identity_lifetime(HOUR / 60), None).await;
    rig.ask(subscribe("private")).await;
    rig.ask(auth(&token("7", 60))).await;
    assert_eq!(rig.ask(subscribe("private")).await["subscribed"], true);
    rig.ask(auth(&token("7", 600))).await;
    let silent = tokio::time::timeout(Duration::from_secs(500), rig.message()).await;
    assert!(silent.is_err(), "{silent:?}");
    assert_eq!(whoami(&mut rig).await, "7");
    rig.over().await;
}

/// Nobody can prolong what has a token behind it.
#[tokio::test(start_paused = true)]
async fn a_host_is_not_asked_for_what_a_token_ended() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let claims = json!({"sub": "7", "sid": "s", "staff": false, "super": false,
        "type": "access", "iat": 1_000, "exp": 2_000});
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let token = jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap();
    let registry = crate::Registry::builder().build().unwrap();
    let layer = layer(crate::MizanLayer::builder(registry)).build().unwrap();
    let claims = layer.config().credentials.verify(&token, 1_500).unwrap();
    let sockets = Sockets::new().confirm_user(|_, _| async {
        let asked = ASKED.fetch_add(1, Ordering::SeqCst);
        Ok(asked < 1_000)
    });
    let identity = Identity {
        user: Some(User::from(claims)),
        from_token: false,
    };
    let mut rig = Setup {
        identity,
        ..Setup::sockets(sockets)
    }
    .open()
    .await;
    assert_eq!(rig.receive().await, json!({"type": "expired"}));
    assert_eq!(whoami(&mut rig).await, Value::Null);
    assert_eq!(ASKED.load(Ordering::SeqCst), 0);
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_user_with_too_many_connections_is_refused_one_more() {
    let sockets = Sockets::new().connections_per_user(1);
    let mut rig = open(sockets, Some("host")).await;
    let config = std::sync::Arc::clone(rig.server.layer.config());
    let other = config.admission.admit(Some(&User::new("7"))).unwrap();
    let answer = rig.ask(auth(&token("7", 60))).await;
    assert!(answer["error"].is_string(), "{answer}");
    assert_eq!(whoami(&mut rig).await, "host");
    drop(other);
    assert_eq!(
        rig.ask(auth(&token("7", 60))).await,
        json!({"authenticated": true})
    );
    // The place of the earlier user is free again.
    assert!(config.admission.admit(Some(&User::new("host"))).is_ok());
    drop(config);
    rig.over().await;
}
