//! Nothing is left behind.

use std::time::Duration;

use mizan::channel::Redis;
use tokio::runtime::Handle;

use crate::node::{GROUP, Node};
use crate::outage::delivery_resumes;
use crate::server::Server;
use crate::waiting::eventually;

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

async fn is_as_before(server: &Server, before: usize) {
    eventually("tasks as before", || tasks() == before).await;
    eventually("connections as before", || server.connections() == 0).await;
    assert_eq!(server.heard(), [""; 0]);
    assert_eq!(server.keys(), [""; 0]);
}

#[tokio::test]
async fn nodes_that_end_leave_nothing() {
    let server = Server::started();
    let before = tasks();
    for _ in 0..3 {
        let mut nodes = Vec::new();
        for _ in 0..10 {
            nodes.push(Node::member(&server.url()).await);
        }
        for node in &nodes {
            node.announce(GROUP, &[(None, 1)]);
        }
        delivery_resumes(&nodes[0], &nodes[9], "among many").await;
        assert_eq!(server.connections(), 10);
        drop(nodes);
        is_as_before(&server, before).await;
    }
}

#[tokio::test]
async fn trouble_leaves_nothing() {
    let mut server = Server::started();
    let before = tasks();
    let a = Node::member(&server.url()).await;
    let b = Node::member(&server.url()).await;
    a.announce(GROUP, &[(Some("ada"), 1)]);
    let calm = tasks();
    for round in 0..3 {
        server.kill();
        a.is_connected(false).await;
        server.start();
        delivery_resumes(&a, &b, &format!("after kill {round}")).await;
        server.stop();
        a.is_connected(false).await;
        server.go_on();
        delivery_resumes(&a, &b, &format!("after stop {round}")).await;
        server.close("pubsub");
        delivery_resumes(&a, &b, &format!("after close {round}")).await;
    }
    eventually("as many tasks as at first", || tasks() == calm).await;
    eventually("a connection each", || server.connections() == 2).await;
    drop((a, b));
    is_as_before(&server, before).await;
}

#[tokio::test]
async fn a_node_ends_where_redis_is_not() {
    let mut server = Server::absent();
    let before = tasks();
    let never = Node::start(Redis::new(server.url()).unwrap());
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(never);
    eventually("tasks as before", || tasks() == before).await;
    server.start();
    // It would clean up, and is not answered.
    let stopped = Node::member(&server.url()).await;
    server.stop();
    drop(stopped);
    eventually("tasks as before", || tasks() == before).await;
    server.go_on();
    eventually("connections as before", || server.connections() == 0).await;
    let unstarted = Redis::new(server.url()).unwrap();
    drop(unstarted);
    assert_eq!(tasks(), before);
}

#[tokio::test]
async fn what_was_said_last_is_still_sent() {
    let server = Server::started();
    let a = Node::member(&server.url()).await;
    let b = Node::member(&server.url()).await;
    for number in 0..1_000 {
        a.say(&number.to_string());
    }
    drop(a);
    b.hears("999").await;
    assert_eq!(b.heard_in(GROUP).len(), 1_000);
}
