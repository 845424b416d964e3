//! Two nodes and their Redis.

use std::net::SocketAddr;
use std::time::Duration;

use crate::port;
use crate::process::{self, Stack};
use crate::server::Server;
use crate::socket::Socket;
use crate::waiting::eventually;

/// One server process.
pub(crate) struct Node {
    stack: Stack,
    redis: String,
    process: process::Server,
}

impl Node {
    fn start(stack: Stack, redis: String, port: u16) -> Self {
        let mut command = process::conformance(stack.name());
        command.env("PORT", port.to_string());
        command.env("REDIS_URL", &redis);
        Self {
            stack,
            redis,
            process: process::Server::spawn(command),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.process.addr
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.process.signal("KILL");
        let ended = self.process.ended_within(Duration::from_secs(60));
        assert!(ended.is_some(), "killed, and still there");
    }

    pub(crate) fn stop(&self) {
        self.process.signal("STOP");
    }

    pub(crate) fn go_on(&self) {
        self.process.signal("CONT");
    }

    /// In place of one that was killed: another process at the same address.
    pub(crate) fn restart(&mut self) {
        *self = Self::start(self.stack, self.redis.clone(), self.address().port());
    }

    /// As an operator ends it.
    pub(crate) fn end(&mut self) {
        self.process.signal("TERM");
        let status = self.process.ended_within(Duration::from_secs(60));
        assert!(status.is_some_and(|status| status.success()), "{status:?}");
    }
}

pub(crate) struct Cluster {
    pub(crate) redis: Server,
    pub(crate) nodes: [Node; 2],
}

impl Cluster {
    /// Both nodes have come to know Redis.
    pub(crate) async fn start(stacks: [Stack; 2]) -> Self {
        let redis = Server::started();
        let nodes = stacks.map(|stack| Node::start(stack, redis.url(), port::lasting()));
        let cluster = Self { redis, nodes };
        // A node needs Redis from its first client on.
        for address in cluster.addresses() {
            Socket::join(address, "first").await.close().await;
        }
        eventually("two nodes", || cluster.known().len() == 2).await;
        // Where that client was.
        eventually("no groups", || cluster.redis.heard().len() == 3).await;
        cluster
    }

    /// The nodes that Redis believes to live.
    pub(crate) fn known(&self) -> Vec<String> {
        let mut nodes: Vec<String> = redis::cmd("ZRANGE")
            .arg("mizan:nodes")
            .arg(0)
            .arg(-1)
            .query(&mut self.redis.control())
            .unwrap();
        nodes.sort();
        nodes
    }

    /// The nodes that hear Redis.
    pub(crate) fn hearing(&self) -> Vec<String> {
        let heard = self.redis.heard().into_iter();
        heard
            .filter_map(|name| name.strip_prefix("mizan:e:").map(str::to_owned))
            .collect()
    }

    pub(crate) fn addresses(&self) -> [SocketAddr; 2] {
        [self.nodes[0].address(), self.nodes[1].address()]
    }
}
