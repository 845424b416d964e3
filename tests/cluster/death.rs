//! A node is killed, and started again.

use crate::calm::Calm;
use crate::cluster::Cluster;
use crate::process::Stack;
use crate::socket::Socket;
use crate::talk::{ROOM, Talk, both_hear};
use crate::waiting::eventually;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_is_killed_under_traffic() {
    let mut cluster = Cluster::start([Stack::Hyper, Stack::Poem]).await;
    let calm = Calm::of(&cluster);
    let [doomed, other] = cluster.addresses();
    let first = Talk::start("first", doomed).await;
    let second = Talk::start("second", other).await;
    both_hear(&first, &second).await;
    let alone = Socket::join(doomed, "alone").await;
    let everybody = [
        "mizan:g:chat:{\"room\":\"alone\"}",
        "mizan:g:chat:{\"room\":\"talk\"}",
    ];
    eventually("both rooms", || groups(&cluster) == everybody).await;

    cluster.nodes[0].kill();
    second.goes_on().await;
    first.lost().await;
    eventually("one connection", || cluster.redis.connections() == 1).await;
    eventually("one room", || groups(&cluster) == everybody[1..]).await;
    assert_eq!(cluster.hearing().len(), 1);
    drop(alone);

    // They find it again, and each other.
    let clients = [ROOM, "alone"].map(|room| tokio::spawn(Socket::rejoin(doomed, room)));
    second.goes_on().await;
    cluster.nodes[0].restart();
    let [talking, alone] = clients;
    let first = Talk::continued("anew", talking.await.unwrap());
    both_hear(&first, &second).await;
    let mut alone = alone.await.unwrap();
    let mut visitor = Socket::join(other, "alone").await;
    visitor.reaches(&mut alone, "alone").await;
    alone.reaches(&mut visitor, "alone").await;

    // So does who was present on it: what it told of its members expires with it.
    eventually("the dead is forgotten", || {
        cluster.known() == cluster.hearing()
    })
    .await;
    assert_eq!(cluster.known().len(), 2);
    drop((first.stop().await, second.stop().await, alone, visitor));
    calm.returns(&cluster).await;
}

/// An end that was asked for leaves nothing to expire.
#[tokio::test]
async fn nodes_are_ended() {
    let mut cluster = Cluster::start([Stack::Poem, Stack::Axum]).await;
    let addresses = cluster.addresses();
    let mut first = Socket::join(addresses[0], "end").await;
    let mut second = Socket::join(addresses[1], "end").await;
    first.reaches(&mut second, "end").await;
    for node in &mut cluster.nodes {
        node.end();
    }
    for mut socket in [first, second] {
        while socket.next().await.is_some() {}
    }
    eventually("no connection", || cluster.redis.connections() == 0).await;
    assert_eq!(cluster.redis.heard(), [""; 0]);
    eventually("no key", || cluster.redis.keys().is_empty()).await;
}

fn groups(cluster: &Cluster) -> Vec<String> {
    let mut heard = cluster.redis.heard();
    heard.retain(|name| name.starts_with("mizan:g:"));
    heard
}
