//! Somebody stands still: its connections are open, and nothing comes.

use std::time::{Duration, Instant};

use crate::calm::Calm;
use crate::cluster::Cluster;
use crate::process::Stack;
use crate::socket::Socket;
use crate::talk::{Talk, both_hear};

const LONG: Duration = Duration::from_secs(10);

/// One test, so that one waits while the other does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_for_long() {
    tokio::join!(redis_stands_still(), a_node_stands_still());
}

async fn redis_stands_still() {
    let cluster = Cluster::start([Stack::Hyper, Stack::Axum]).await;
    let calm = Calm::of(&cluster);
    let addresses = cluster.addresses();
    let first = Talk::start("first", addresses[0]).await;
    let second = Talk::start("second", addresses[1]).await;
    both_hear(&first, &second).await;
    let began = Instant::now();
    cluster.redis.stop();
    while began.elapsed() < LONG {
        first.is_cut_off(&second).await;
        second.is_cut_off(&first).await;
        let late = Socket::join(addresses[0], "late").await;
        late.close().await;
    }
    cluster.redis.go_on();
    both_hear(&first, &second).await;
    drop((first.stop().await, second.stop().await));
    calm.returns(&cluster).await;
}

async fn a_node_stands_still() {
    let cluster = Cluster::start([Stack::Hyper, Stack::Axum]).await;
    let calm = Calm::of(&cluster);
    let addresses = cluster.addresses();
    let first = Talk::slow("first", addresses[0]).await;
    let second = Talk::slow("second", addresses[1]).await;
    both_hear(&first, &second).await;
    let began = Instant::now();
    cluster.nodes[0].stop();
    let late = tokio::spawn(Socket::join(addresses[0], "late"));
    while began.elapsed() < LONG {
        second.is_cut_off(&first).await;
    }
    cluster.nodes[0].go_on();
    // Both who was there and who knocked meanwhile.
    first.goes_on().await;
    late.await.unwrap().close().await;
    both_hear(&first, &second).await;
    drop((first.stop().await, second.stop().await));
    calm.returns(&cluster).await;
}
