//! What waits is bounded, whoever is slow.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use bytes::Bytes;
use mizan::channel::{Backplane, Inbox, Redis};

use crate::node::{GROUP, Node};
use crate::server::Server;
use crate::waiting::{eventually, promptly};

#[tokio::test]
async fn what_does_not_fit_is_dropped_and_counted() {
    let server = Server::absent();
    let redis = Redis::builder(server.url()).queue(100, 1024 * 1024);
    let node = Node::start(redis.build().unwrap());
    promptly("saying", async {
        for _ in 0..10_000 {
            node.say("x");
        }
    })
    .await;
    assert_eq!(node.dropped(), 9_900);
    // The bytes fit no more, though the count would.
    let redis = Redis::builder(server.url()).queue(100, 1024);
    let node = Node::start(redis.build().unwrap());
    for _ in 0..10 {
        node.say(&"x".repeat(500));
    }
    assert_eq!(node.dropped(), 9);
}

#[tokio::test]
async fn what_waited_too_long_is_dropped_and_counted() {
    let mut server = Server::absent();
    let redis = Redis::builder(server.url()).keep(Duration::from_millis(50));
    let node = Node::start(redis.build().unwrap());
    for _ in 0..7 {
        node.say("old");
    }
    assert_eq!(node.dropped(), 0);
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.start();
    eventually("the old ones to be dropped", || node.dropped() == 7).await;
}

/// A door that lets one message after another wait.
#[derive(Default)]
struct Door {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Door {
    fn pass(&self) {
        let is_open = self.is_open.lock().unwrap();
        drop(
            self.opened
                .wait_while(is_open, |is_open| !*is_open)
                .unwrap(),
        );
    }

    fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// Opens the door when the test ends, however it does: the runtime waits for who stands there.
struct Opened(Arc<Door>);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.open();
    }
}

/// More than all that sockets hold.
const MANY: usize = 1_000;

/// Nothing piles up between Redis and a node that cannot follow: Redis closes the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_is_too_slow_is_told_that_it_missed_messages() {
    let server = Server::started();
    redis::cmd("CONFIG")
        .arg("SET")
        .arg("client-output-buffer-limit")
        .arg("pubsub 1mb 1mb 1")
        .exec(&mut server.control())
        .unwrap();
    let door = Arc::new(Door::default());
    let _opened = Opened(Arc::clone(&door));
    let heard = Arc::new(AtomicUsize::new(0));
    let missed = Arc::new(AtomicUsize::new(0));
    let slow = Redis::builder(server.url())
        .time_out(Duration::from_secs(60))
        .build()
        .unwrap();
    slow.start({
        let (door, heard, missed) = (Arc::clone(&door), Arc::clone(&heard), Arc::clone(&missed));
        Inbox::from_fns(
            move |_, _| {
                door.pass();
                heard.fetch_add(1, Ordering::SeqCst);
            },
            move || {
                missed.fetch_add(1, Ordering::SeqCst);
            },
        )
    });
    slow.join(GROUP);
    eventually("to be subscribed", || {
        server.heard().contains(&format!("mizan:g:{GROUP}"))
    })
    .await;
    let quick = Node::member(&server.url()).await;
    let large = "x".repeat(64 * 1024);
    for number in 0..MANY {
        quick.say(&large);
        if number % 10 == 9 {
            eventually("the quick one", || quick.count(&large) > number).await;
        }
    }
    eventually("the slow one to be closed", || server.connections() == 1).await;
    // It is told at the start too, if it joined before it was connected.
    let before = missed.load(Ordering::SeqCst);
    door.open();
    eventually("the slow one to be told", || {
        missed.load(Ordering::SeqCst) > before
    })
    .await;
    assert!(heard.load(Ordering::SeqCst) < MANY);
    slow.publish(GROUP, Bytes::from_static(b"back"));
    quick.hears("back").await;
    assert_eq!(quick.missed(), 0);
}
