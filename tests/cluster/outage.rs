//! Redis is killed, and comes back.

use crate::calm::Calm;
use crate::cluster::Cluster;
use crate::process::Stack;
use crate::socket::Socket;
use crate::talk::{ROOM, Talk, both_hear};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_killed_under_traffic() {
    let mut cluster = Cluster::start([Stack::Hyper, Stack::Axum]).await;
    let calm = Calm::of(&cluster);
    let addresses = cluster.addresses();
    let first = Talk::start("first", addresses[0]).await;
    let second = Talk::start("second", addresses[1]).await;
    both_hear(&first, &second).await;
    let mut early = Socket::join(addresses[0], "quiet").await;
    for _ in 0..2 {
        cluster.redis.kill();
        first.is_cut_off(&second).await;
        second.is_cut_off(&first).await;
        // Who comes meanwhile is served all the same.
        let mut late = Socket::join(addresses[1], "late").await;
        late.say("late", "alone").await;
        late.hears("alone").await;
        cluster.redis.start();
        both_hear(&first, &second).await;
        // So is a group in which nobody spoke, and one that is new since.
        let mut other = Socket::join(addresses[1], "quiet").await;
        other.reaches(&mut early, "quiet").await;
        let mut other = Socket::join(addresses[0], "late").await;
        other.reaches(&mut late, "late").await;
    }
    for talk in [first, second] {
        let mut socket = talk.stop().await;
        // The connections are those from before.
        socket.unsubscribe(ROOM).await;
    }
    drop(early);
    calm.returns(&cluster).await;
}
