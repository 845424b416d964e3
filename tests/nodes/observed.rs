//! What an operator sees of a Redis that comes and goes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use mizan::channel::Redis;

use crate::ear::Log;
use crate::node::{GROUP, Node};
use crate::server::Server;
use crate::waiting::eventually;

/// Values that stay when they are looked at.
#[derive(Default)]
struct Values(Mutex<HashMap<String, Arc<AtomicU64>>>);

impl Values {
    fn of(&self, key: &Key) -> Arc<AtomicU64> {
        let mut values = self.0.lock().unwrap();
        Arc::clone(values.entry(key.name().to_owned()).or_default())
    }

    fn bits(&self, name: &str) -> Option<u64> {
        let values = self.0.lock().unwrap();
        Some(values.get(name)?.load(Ordering::SeqCst))
    }

    fn connected(&self) -> Option<f64> {
        self.bits("mizan_backplane_connected").map(f64::from_bits)
    }
}

impl Recorder for Values {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.of(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.of(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[tokio::test]
async fn metrics_follow_the_connection() {
    let values = Values::default();
    let _local = metrics::set_default_local_recorder(&values);
    let becomes = async |connected| {
        eventually("the gauge", || values.connected() == Some(connected)).await;
    };
    let dropped = "mizan_backplane_dropped_total";
    let reconnections = "mizan_backplane_reconnections_total";
    let mut server = Server::started();
    let redis = Redis::builder(server.url()).queue(1_000, 1_000_000);
    let node = Node::start(redis.build().unwrap());
    becomes(1.0).await;
    assert_eq!(
        (values.bits(dropped), values.bits(reconnections)),
        (None, None)
    );
    for round in 1..=2 {
        server.kill();
        becomes(0.0).await;
        for _ in 0..1_003 {
            node.say("x");
        }
        assert_eq!(values.bits(dropped), Some(3 * round));
        server.start();
        becomes(1.0).await;
        eventually("a reconnection", || {
            values.bits(reconnections) == Some(round)
        })
        .await;
        node.join(GROUP);
        node.hears_itself(GROUP).await;
    }
    assert_eq!(values.bits(dropped), Some(node.dropped()));
    drop(node);
    becomes(0.0).await;
}

#[tokio::test]
async fn the_log_says_lost_and_found_once_each_and_no_password() {
    let log = Log::listen();
    let mut server = Server::with_password("secret");
    let node = Node::member(&server.url()).await;
    let lines = |level: &str| -> Vec<String> {
        let mut lines = log.lines();
        lines.retain(|line| line.starts_with(level));
        lines
    };
    assert_eq!(lines("INFO").len(), 1, "{}", log.text());
    for round in 1..=2 {
        server.kill();
        node.is_connected(false).await;
        node.say("x");
        assert_eq!(node.presence(GROUP).await, None);
        // Some attempts more.
        eventually("attempts", || lines("DEBUG").len() >= 2 * round).await;
        server.start();
        node.is_connected(true).await;
        assert_eq!(lines("WARN").len(), round, "{}", log.text());
        assert_eq!(lines("INFO").len(), 1 + round, "{}", log.text());
    }
    assert_eq!(lines("ERROR").len(), 0, "{}", log.text());
    let wrong = format!("redis://:secret-too@127.0.0.1:{}", server.port());
    let refused = Node::start(Redis::new(wrong).unwrap());
    eventually("a warning", || lines("WARN").len() == 3).await;
    assert!(!refused.has_connected());
    assert!(!log.text().contains("secret"), "{}", log.text());
}
