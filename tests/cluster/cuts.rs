//! Redis closes the nodes' connections.

use std::time::Duration;

use crate::calm::Calm;
use crate::cluster::Cluster;
use crate::process::Stack;
use crate::talk::{Talk, both_hear};

/// What the connections of a node, which hear and speak, are to Redis depends on its version.
const KINDS: [&str; 2] = ["normal", "pubsub"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_cut_under_traffic() {
    let cluster = Cluster::start([Stack::Axum, Stack::Poem]).await;
    let calm = Calm::of(&cluster);
    let addresses = cluster.addresses();
    let first = Talk::start("first", addresses[0]).await;
    let second = Talk::start("second", addresses[1]).await;
    both_hear(&first, &second).await;
    for _ in 0..3 {
        let closed: usize = KINDS.iter().map(|kind| cluster.redis.close(kind)).sum();
        assert!(closed >= 2, "{closed}");
        both_hear(&first, &second).await;
    }
    // Faster than they come back, too.
    for _ in 0..20 {
        for kind in KINDS {
            cluster.redis.close(kind);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    first.goes_on().await;
    both_hear(&first, &second).await;
    drop((first.stop().await, second.stop().await));
    calm.returns(&cluster).await;
}
