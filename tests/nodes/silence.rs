//! Redis is gone and does not say so: every connection stays open.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use mizan::channel::Redis;

use crate::node::{GROUP, Node};
use crate::outage::delivery_resumes;
use crate::proxy::Proxy;
use crate::server::Server;
use crate::waiting::eventually;

async fn stopped_for(server: &Server, time: Duration) {
    let a = Node::member(&server.url()).await;
    let b = Node::member(&server.url()).await;
    server.stop();
    let began = std::time::Instant::now();
    a.is_connected(false).await;
    b.is_connected(false).await;
    a.say("stopped");
    assert_eq!(a.presence(GROUP).await, None);
    while began.elapsed() < time {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!a.has_connected() && !b.has_connected());
    }
    assert_eq!((a.missed(), b.missed()), (0, 0));
    server.go_on();
    a.is_connected(true).await;
    b.is_connected(true).await;
    eventually("both told", || (a.missed(), b.missed()) == (1, 1)).await;
    delivery_resumes(&a, &b, "after the stop").await;
    assert_eq!((a.missed(), b.missed()), (1, 1));
    eventually("old connections to be gone", || server.connections() == 2).await;
}

#[tokio::test]
async fn redis_stops_until_it_is_seen() {
    stopped_for(&Server::started(), Duration::ZERO).await;
}

#[tokio::test]
async fn redis_stops_for_ten_seconds() {
    stopped_for(&Server::started(), Duration::from_secs(10)).await;
}

#[tokio::test]
async fn what_was_on_its_way_counts_as_dropped() {
    let server = Server::started();
    let node = Node::member(&server.url()).await;
    server.stop();
    assert!(node.has_connected());
    node.say("on its way");
    node.is_connected(false).await;
    assert_eq!(node.dropped(), 1);
    server.go_on();
}

#[tokio::test]
async fn a_pause_shorter_than_the_time_out_is_none() {
    let server = Server::started();
    let patient = || {
        let redis = Redis::builder(server.url()).time_out(Duration::from_secs(20));
        Node::start(redis.build().unwrap())
    };
    let (a, b) = (patient(), patient());
    for node in [&a, &b] {
        node.is_connected(true).await;
        node.join(GROUP);
        node.hears_itself(GROUP).await;
    }
    server.stop();
    a.say("in the pause");
    tokio::time::sleep(Duration::from_millis(500)).await;
    server.go_on();
    b.hears("in the pause").await;
    assert_eq!((a.missed(), b.missed(), a.dropped()), (0, 0, 0));
}

#[tokio::test]
async fn something_else_listens_there() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let redis = Redis::builder(format!("redis://127.0.0.1:{port}"));
    let node = Node::start(redis.time_out(Duration::from_millis(100)).build().unwrap());
    node.join(GROUP);
    node.say("into the void");
    tokio::task::spawn_blocking(move || {
        // It is tried again, and the attempt before was given up.
        for _ in 0..3 {
            drop(listener.accept().unwrap());
        }
    })
    .await
    .unwrap();
    assert!(!node.has_connected());
}

#[tokio::test]
async fn one_node_is_cut_off_and_the_others_learn_what_they_missed() {
    let server = Server::started();
    let proxy = Proxy::to(server.port()).await;
    let redis = Redis::builder(proxy.url()).keep(Duration::from_millis(100));
    let cut = Node::start(redis.build().unwrap());
    let near = Node::member(&server.url()).await;
    cut.is_connected(true).await;
    cut.join(GROUP);
    cut.hears_itself(GROUP).await;
    proxy.cut();
    cut.is_connected(false).await;
    assert!(near.has_connected());
    for _ in 0..10 {
        cut.say("never heard");
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    near.say("nor this");
    proxy.mend();
    cut.is_connected(true).await;
    eventually("both told", || (cut.missed(), near.missed()) == (1, 1)).await;
    assert_eq!(cut.dropped(), 10);
    delivery_resumes(&cut, &near, "after the cut").await;
    // Some seconds in which it could be told again.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!((cut.missed(), near.missed()), (1, 1));
    assert_eq!(near.count("never heard"), 0);
}
