//! What a cluster holds while nobody uses it.

use std::fs;

use crate::cluster::{Cluster, Node};
use crate::waiting::eventually;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Calm {
    nodes: [Held; 2],
    /// Redis' connections besides the one that asks.
    connections: usize,
    /// The pub/sub channels that a node hears; a node's own without its name, which another
    /// process has another of.
    heard: Vec<String>,
    keys: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Held {
    files: usize,
    threads: usize,
}

fn held(node: &Node) -> Held {
    let count = |what| {
        let entries = fs::read_dir(format!("/proc/{}/{what}", node.id())).unwrap();
        entries.count()
    };
    Held {
        files: count("fd"),
        threads: count("task"),
    }
}

fn unnamed(channel: String) -> String {
    match channel.strip_prefix("mizan:e:") {
        Some(_) => "mizan:e:".to_owned(),
        None => channel,
    }
}

impl Calm {
    fn look(cluster: &Cluster) -> Self {
        let [first, second] = &cluster.nodes;
        Self {
            nodes: [held(first), held(second)],
            connections: cluster.redis.connections(),
            heard: cluster.redis.heard().into_iter().map(unnamed).collect(),
            keys: cluster.redis.keys(),
        }
    }

    /// Of a cluster without clients.
    pub(crate) fn of(cluster: &Cluster) -> Self {
        let calm = Self::look(cluster);
        assert_eq!(calm.connections, 2, "{calm:?}");
        assert_eq!(calm.heard, ["mizan:e:", "mizan:e:", "mizan:missed"]);
        assert_eq!(calm.keys, ["mizan:nodes"], "{calm:?}");
        calm
    }

    /// The clients are gone and have left nothing.
    pub(crate) async fn returns(&self, cluster: &Cluster) {
        let mut now = Self::look(cluster);
        let what = format!("{self:?} again");
        eventually(&what, || {
            let before = std::mem::replace(&mut now, Self::look(cluster));
            if before != now && now != *self {
                eprintln!("not yet: {now:?}");
            }
            now == *self
        })
        .await;
    }
}

/// The bytes of memory that belong to a process alone.
pub(crate) fn memory(node: &Node) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", node.id())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB");
    kibibytes.parse::<usize>().unwrap() * 1024
}
