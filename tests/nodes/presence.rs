//! Who is there, across nodes.

use std::time::Duration;

use mizan::channel::Redis;

use crate::node::{GROUP, Node, lively};
use crate::server::Server;
use crate::waiting::{eventually, eventually_with};

fn ada(connections: usize) -> Option<Vec<(Option<String>, usize)>> {
    Some(vec![(Some("ada".to_owned()), connections)])
}

async fn sees(node: &Node, wanted: Option<Vec<(Option<String>, usize)>>) {
    eventually_with(&format!("presence {wanted:?}"), async || {
        node.presence(GROUP).await == wanted
    })
    .await;
}

#[tokio::test]
async fn nodes_see_the_members_of_the_others() {
    let server = Server::started();
    let a = Node::connect(&server.url()).await;
    let b = Node::connect(&server.url()).await;
    let c = Node::connect(&server.url()).await;
    a.announce(GROUP, &[(Some("ada"), 1), (None, 2)]);
    b.announce(GROUP, &[(Some("ada"), 3)]);
    b.announce("chat:other", &[(Some("bob"), 1)]);
    sees(&c, Some(vec![(None, 2), (Some("ada".to_owned()), 4)])).await;
    // Its own members it knows itself.
    sees(&b, Some(vec![(None, 2), (Some("ada".to_owned()), 1)])).await;
    a.announce(GROUP, &[]);
    sees(&c, ada(3)).await;
    b.announce(GROUP, &[]);
    sees(&c, Some(Vec::new())).await;
}

#[tokio::test]
async fn a_living_node_does_not_vanish() {
    let server = Server::started();
    // A beat that did not prolong it would come long after it expired.
    let redis = Redis::builder(server.url())
        .beat(Duration::from_millis(900))
        .expiry(Duration::from_secs(2));
    let a = Node::start(redis.build().unwrap());
    let b = Node::connect(&server.url()).await;
    a.announce(GROUP, &[(Some("ada"), 1)]);
    sees(&b, ada(1)).await;
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_ne!(b.presence(GROUP).await, Some(Vec::new()));
    }
}

#[tokio::test]
async fn a_node_that_ends_takes_its_keys_along() {
    let server = Server::started();
    let a = Node::start(
        lively(&server.url())
            .expiry(Duration::from_secs(3600))
            .build()
            .unwrap(),
    );
    a.is_connected(true).await;
    a.announce(GROUP, &[(Some("ada"), 1)]);
    eventually("its keys", || server.keys().len() == 2).await;
    drop(a);
    eventually("no keys", || server.keys().is_empty()).await;
}

#[tokio::test]
async fn a_node_that_dies_expires() {
    let server = Server::started();
    let b = Node::connect(&server.url()).await;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let url = server.url();
    let a = runtime
        .spawn(async move { Node::connect(&url).await })
        .await
        .unwrap();
    a.announce(GROUP, &[(Some("ada"), 1)]);
    sees(&b, ada(1)).await;
    // Its tasks end where they are, as a process does that is killed.
    runtime.shutdown_background();
    drop(a);
    sees(&b, Some(Vec::new())).await;
    drop(b);
    eventually("no keys", || server.keys().is_empty()).await;
}

#[tokio::test]
async fn keys_that_somebody_deleted_come_back() {
    let server = Server::started();
    let a = Node::connect(&server.url()).await;
    let b = Node::connect(&server.url()).await;
    a.announce(GROUP, &[(Some("ada"), 1)]);
    sees(&b, ada(1)).await;
    redis::cmd("FLUSHALL").exec(&mut server.control()).unwrap();
    sees(&b, ada(1)).await;
    assert_eq!((a.missed(), b.missed()), (0, 0));
}

#[tokio::test]
async fn presence_is_written_anew_after_a_restart() {
    let mut server = Server::started();
    let a = Node::connect(&server.url()).await;
    let b = Node::connect(&server.url()).await;
    a.announce(GROUP, &[(Some("ada"), 1)]);
    a.announce("chat:left", &[(Some("ada"), 1)]);
    sees(&b, ada(1)).await;
    server.kill();
    a.is_connected(false).await;
    b.is_connected(false).await;
    assert_eq!(b.presence(GROUP).await, None);
    a.announce(GROUP, &[(Some("ada"), 2)]);
    a.announce("chat:left", &[]);
    server.start();
    b.is_connected(true).await;
    sees(&b, ada(2)).await;
    eventually_with("nobody in the other group", async || {
        b.presence("chat:left").await == Some(Vec::new())
    })
    .await;
}

#[tokio::test]
async fn a_redis_that_takes_no_keys_still_carries_messages() {
    let server = Server::started();
    let a = Node::member(&server.url()).await;
    let b = Node::member(&server.url()).await;
    let limit = |bytes: &str| {
        redis::cmd("CONFIG")
            .arg("SET")
            .arg("maxmemory")
            .arg(bytes)
            .exec(&mut server.control())
            .unwrap();
    };
    limit("1");
    a.announce(GROUP, &[(Some("ada"), 1)]);
    for number in 0..20 {
        a.say(&number.to_string());
        b.hears(&number.to_string()).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!((a.missed(), a.dropped()), (0, 0));
    limit("0");
    sees(&b, ada(1)).await;
}
