//! Redis goes away and says so.

use std::time::Duration;

use mizan::channel::Redis;

use crate::node::{GROUP, Node};
use crate::server::Server;
use crate::waiting::eventually;

/// Both directions, by themselves.
pub(crate) async fn delivery_resumes(a: &Node, b: &Node, after: &str) {
    for (from, to, name) in [(a, b, "a"), (b, a, "b")] {
        let text = format!("{name} {after}");
        eventually(&format!("delivery {after}"), || {
            from.say(&text);
            to.count(&text) > 0
        })
        .await;
    }
}

#[tokio::test]
async fn redis_is_killed_and_started_again() {
    let mut server = Server::started();
    let a = Node::member(&server.url()).await;
    let b = Node::member(&server.url()).await;
    b.join("chat:left");
    b.hears_itself("chat:left").await;
    for round in 1..=3 {
        server.kill();
        a.is_connected(false).await;
        b.is_connected(false).await;
        a.say("away");
        assert_eq!(a.presence(GROUP).await, None);
        b.join(&format!("chat:joined{round}"));
        b.leave("chat:left");
        server.start();
        a.is_connected(true).await;
        b.is_connected(true).await;
        eventually("both told", || (a.missed(), b.missed()) == (round, round)).await;
        delivery_resumes(&a, &b, &format!("after round {round}")).await;
    }
    let mut heard = server.heard();
    heard.retain(|name| name.starts_with("mizan:g:"));
    let mut wanted: Vec<_> = (1..=3)
        .map(|round| format!("mizan:g:chat:joined{round}"))
        .collect();
    wanted.push(format!("mizan:g:{GROUP}"));
    wanted.sort();
    assert_eq!(heard, wanted);
    assert_eq!((a.missed(), b.missed()), (3, 3));
}

#[tokio::test]
async fn what_was_said_in_a_short_outage_is_said_after_it() {
    let mut server = Server::started();
    let speaker = Node::connect(&server.url()).await;
    server.kill();
    speaker.is_connected(false).await;
    speaker.say("1");
    speaker.say("2");
    server.start();
    let mut control = server.control();
    let mut ear = control.as_pubsub();
    ear.subscribe(format!("mizan:g:{GROUP}")).unwrap();
    // The speaker works on the thread that reading blocks.
    ear.set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    for wanted in ["1", "2"] {
        eventually("the speaker to say it", || {
            ear.get_message()
                .is_ok_and(|message| message.get_payload::<String>().unwrap() == wanted)
        })
        .await;
    }
    assert_eq!(speaker.dropped(), 0);
}

#[tokio::test]
async fn redis_closes_connections() {
    let server = Server::started();
    let a = Node::member(&server.url()).await;
    let b = Node::member(&server.url()).await;
    for round in 1..=3 {
        assert_eq!(server.close("pubsub"), 2);
        eventually("both told", || (a.missed(), b.missed()) == (round, round)).await;
        delivery_resumes(&a, &b, &format!("after round {round}")).await;
    }
    // A node has no others.
    assert_eq!(server.close("normal"), 0);
    a.say("end");
    b.hears("end").await;
    assert_eq!((a.missed(), b.missed()), (3, 3));
}

#[tokio::test]
async fn redis_is_absent_at_first() {
    let mut server = Server::absent();
    let early = Node::start(Redis::new(server.url()).unwrap());
    early.join(GROUP);
    early.say("too early");
    assert_eq!(early.presence(GROUP).await, None);
    // Long enough for attempts that fail.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!early.has_connected());
    assert_eq!(early.missed(), 0);
    server.start();
    early.is_connected(true).await;
    // Who joined before may have missed messages of nodes that were connected.
    eventually("told", || early.missed() == 1).await;
    let late = Node::member(&server.url()).await;
    delivery_resumes(&early, &late, "from then on").await;
    assert_eq!((early.missed(), late.missed()), (1, 0));
}

#[tokio::test]
async fn a_password_that_becomes_right_lets_the_node_in() {
    let server = Server::with_password("early");
    let url = format!("redis://:late@127.0.0.1:{}", server.port());
    let node = Node::start(Redis::new(url).unwrap());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!node.has_connected());
    redis::cmd("CONFIG")
        .arg("SET")
        .arg("requirepass")
        .arg("late")
        .exec(&mut server.control())
        .unwrap();
    node.is_connected(true).await;
}
