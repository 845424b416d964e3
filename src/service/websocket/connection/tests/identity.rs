//! Who a connection is used by, and until when.

#[cfg(feature = "jwt")]
mod tokens;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::functions::{Params, Text};
use super::rig::{Rig, Setup, host};
use crate::service::websocket::Sockets;
use crate::{Error, User};

const HOUR: Duration = Duration::from_secs(3600);

async fn whoami(rig: &mut Rig) -> Value {
    let answer = rig
        .ask(json!({"action": "rpc", "id": 1, "fn": "whoami"}))
        .await;
    answer["data"]["result"].clone()
}

fn subscribe(room: &str) -> Value {
    json!({"action": "subscribe", "channel": "room", "params": {"room": room}})
}

#[tokio::test(start_paused = true)]
async fn the_hosts_user_ends_with_its_lifetime() {
    let sockets = Sockets::new().identity_lifetime(HOUR);
    let mut rig = Setup {
        identity: host("7"),
        ..Setup::sockets(sockets)
    }
    .open()
    .await;
    let began = Instant::now();
    for room in ["private", "public"] {
        assert_eq!(rig.ask(subscribe(room)).await["subscribed"], true);
    }
    assert_eq!(whoami(&mut rig).await, "7");
    // The client answers pings while it waits.
    assert_eq!(rig.receive().await, json!({"type": "expired"}));
    let took = began.elapsed();
    assert!(
        took >= HOUR && took < HOUR + Duration::from_secs(1),
        "{took:?}"
    );
    let refused = rig.receive().await;
    assert_eq!(refused["error"], "Not authorized");
    assert_eq!(refused["params"], json!({"room": "private"}));
    assert_eq!(rig.server.shared.left(), 1);
    assert_eq!(whoami(&mut rig).await, Value::Null);
    // The other subscription lives on.
    let say = json!({"action": "message", "channel": "room", "params": {"room": "public"},
        "data": {"text": "still here"}});
    assert_eq!(rig.ask(say).await["data"]["text"], "still here");
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_host_that_confirms_its_user_prolongs_it() {
    let sockets = Sockets::new()
        .identity_lifetime(HOUR / 4)
        .confirm_user(|user, head| {
            let known = user.id() == "7" && head.uri.path() == "/api/mizan/ws/";
            async move {
                sleep(Duration::from_secs(1)).await;
                Ok(known)
            }
        });
    let mut rig = Setup {
        identity: host("7"),
        ..Setup::sockets(sockets)
    }
    .open()
    .await;
    for _ in 0..3 {
        let silent = tokio::time::timeout(HOUR / 3, rig.message()).await;
        assert!(silent.is_err(), "{silent:?}");
        assert_eq!(whoami(&mut rig).await, "7");
    }
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_confirm_ends_it() {
    let hooks: [fn(Sockets) -> Sockets; 4] = [
        |sockets| sockets.confirm_user(|_, _| async { Ok(false) }),
        |sockets| sockets.confirm_user(|_, _| async { Err(Error::internal("down")) }),
        |sockets| sockets.confirm_user(|_, _| async { panic!("hook") }),
        |sockets| sockets.confirm_user(|_, _| std::future::pending()),
    ];
    for hook in hooks {
        let sockets = hook(Sockets::new().identity_lifetime(Duration::from_secs(60)));
        let mut rig = Setup {
            identity: host("7"),
            ..Setup::sockets(sockets)
        }
        .open()
        .await;
        assert_eq!(rig.receive().await, json!({"type": "expired"}));
        assert_eq!(whoami(&mut rig).await, Value::Null);
        rig.over().await;
    }
}

/// A hook may go on for long.
#[tokio::test(start_paused = true)]
async fn what_is_for_a_user_is_not_for_who_was_one() {
    let sockets = Sockets::new().identity_lifetime(Duration::from_secs(10));
    let mut rig = Setup {
        identity: host("7"),
        ..Setup::sockets(sockets)
    }
    .open()
    .await;
    rig.ask(subscribe("slow")).await;
    sleep(Duration::from_secs(5)).await;
    rig.send(
        json!({"action": "message", "channel": "room", "params": {"room": "slow"},
        "data": {"text": "public"}}),
    )
    .await;
    assert_eq!(rig.receive().await, json!({"type": "expired"}));
    let room = Params {
        room: "slow".into(),
    };
    let secret = Text {
        text: "private".into(),
    };
    let channels = rig.server.layer.registry().channels();
    let pushed = channels.push_to_user("room", &room, "7", &secret).await;
    pushed.unwrap();
    rig.server.shared.permits.add_permits(1);
    assert_eq!(rig.receive().await["data"]["text"], "public");
    rig.over().await;
}

#[tokio::test(start_paused = true)]
async fn nobody_does_not_expire() {
    let mut rig = Rig::new().await;
    let silent = tokio::time::timeout(HOUR, rig.message()).await;
    assert!(silent.is_err(), "{silent:?}");
    rig.over().await;
}
