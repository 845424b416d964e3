//! Clients that come and go in every way, while Redis cuts the nodes off.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::calm::{Calm, memory};
use crate::cluster::Cluster;
use crate::process::Stack;
use crate::socket::Socket;

/// Clients of each node in a round.
const CLIENTS: usize = 2_000;
const AT_ONCE: usize = 16;
/// What a client may leave behind. A connection's task takes twice as much; but the allocator keeps
/// what the busiest moment needed, which is found only by and by.
const BYTES: usize = 1_024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_leave_nothing() {
    let cluster = Cluster::start([Stack::Axum, Stack::Poem]).await;
    let calm = Calm::of(&cluster);
    // What is allocated once, whoever comes.
    come_and_go(&cluster, 0).await;
    calm.returns(&cluster).await;
    let before = [0, 1].map(|node| memory(&cluster.nodes[node]));
    let cuts = async {
        for nth in 0..20 {
            cluster.redis.close(["pubsub", "normal"][nth % 2]);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::join!(come_and_go(&cluster, CLIENTS), cuts);
    calm.returns(&cluster).await;
    for (node, before) in cluster.nodes.iter().zip(before) {
        let more = memory(node).saturating_sub(before);
        assert!(more < CLIENTS * BYTES, "{more} bytes more than {before}");
    }
}

async fn come_and_go(cluster: &Cluster, from: usize) {
    let addresses = cluster.addresses();
    stream::iter(from..from + CLIENTS)
        .for_each_concurrent(AT_ONCE, |nth| async move {
            for address in addresses {
                client(address, nth).await;
            }
        })
        .await;
}

async fn client(address: SocketAddr, nth: usize) {
    if nth.is_multiple_of(10) {
        return knock(address).await;
    }
    let mut socket = Socket::join(address, "shared").await;
    let own = nth.to_string();
    socket.subscribe(&own).await;
    socket.say(&own, "hello").await;
    socket.hears("hello").await;
    socket.ask(1).await;
    match nth % 5 {
        0 => socket.close().await,
        1 => {
            socket.unsubscribe(&own).await;
            socket.unsubscribe("shared").await;
        }
        // In the middle of something.
        2 => socket.say(&own, "bye").await,
        3 => socket.cut(),
        _ => drop(socket),
    }
}

/// Gone before the handshake is done.
async fn knock(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let half = b"GET /api/mizan/ws/ HTTP/1.1\r\nupgrade: websocket\r\n";
    stream.write_all(half).await.unwrap();
}
