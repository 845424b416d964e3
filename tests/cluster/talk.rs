//! Traffic: a client that says numbers in a room, waits each time to hear itself, and calls.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinHandle;

use crate::socket::Socket;
use crate::waiting::{eventually, promptly};

pub(crate) const ROOM: &str = "talk";

/// Turns that show that something goes on.
const SOME: u64 = 10;

/// Between two turns. What a node keeps while it cannot publish (5 s) comes to the others at once,
/// and has to fit into the queue to each client.
const PACE: Duration = Duration::from_millis(25);

#[derive(Default)]
struct Counts {
    /// The last number that this client said, heard again and made a call after.
    turns: AtomicU64,
    /// The last number that was heard of each other client.
    heard: Mutex<HashMap<String, u64>>,
    is_over: AtomicBool,
}

pub(crate) struct Talk {
    name: &'static str,
    counts: Arc<Counts>,
    task: Option<JoinHandle<Option<Socket>>>,
}

impl Talk {
    pub(crate) async fn start(name: &'static str, address: SocketAddr) -> Self {
        Self::over(name, Socket::join(address, ROOM).await, PACE)
    }

    /// Says so little that all of a long pause fits into a queue as well.
    pub(crate) async fn slow(name: &'static str, address: SocketAddr) -> Self {
        Self::over(name, Socket::join(address, ROOM).await, PACE * 4)
    }

    /// Over a client that is in the room already.
    pub(crate) fn continued(name: &'static str, socket: Socket) -> Self {
        Self::over(name, socket, PACE)
    }

    fn over(name: &'static str, socket: Socket, pace: Duration) -> Self {
        let counts = Arc::new(Counts::default());
        let task = tokio::spawn(talk(name, socket, pace, Arc::clone(&counts)));
        Self {
            name,
            counts,
            task: Some(task),
        }
    }

    fn turns(&self) -> u64 {
        self.counts.turns.load(SeqCst)
    }

    fn last_heard_of(&self, other: &Talk) -> u64 {
        let heard = self.counts.heard.lock().unwrap();
        heard.get(other.name).copied().unwrap_or(0)
    }

    fn is_alive(&self) {
        let task = self.task.as_ref().unwrap();
        assert!(!task.is_finished(), "{} ended", self.name);
    }

    /// Delivery on its own node and calls go on from here.
    pub(crate) async fn goes_on(&self) {
        let before = self.turns();
        eventually("the next turns", || {
            self.is_alive();
            self.turns() >= before + SOME
        })
        .await;
    }

    /// What the other says from here on arrives.
    pub(crate) async fn hears(&self, other: &Talk) {
        let said = other.turns() + 1;
        eventually("delivery across", || {
            self.is_alive();
            other.is_alive();
            self.last_heard_of(other) > said
        })
        .await;
    }

    /// This one goes on, and what the other says, if it does, does not arrive.
    pub(crate) async fn is_cut_off(&self, other: &Talk) {
        // What was on its way.
        self.goes_on().await;
        let heard = self.last_heard_of(other);
        self.goes_on().await;
        assert_eq!(self.last_heard_of(other), heard, "so nothing was cut");
    }

    /// Its client, between two turns.
    pub(crate) async fn stop(mut self) -> Socket {
        self.counts.is_over.store(true, SeqCst);
        let ended = self.last_turn().await;
        ended.expect("the connection ended")
    }

    /// Its node is dead.
    pub(crate) async fn lost(mut self) {
        let ended = self.last_turn().await;
        assert!(ended.is_none(), "the connection is still there");
    }

    async fn last_turn(&mut self) -> Option<Socket> {
        let task = self.task.take().unwrap();
        promptly("the last turn", task).await.unwrap()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Both hear each other from here on.
pub(crate) async fn both_hear(first: &Talk, second: &Talk) {
    first.hears(second).await;
    second.hears(first).await;
}

async fn talk(
    name: &'static str,
    mut socket: Socket,
    pace: Duration,
    counts: Arc<Counts>,
) -> Option<Socket> {
    for number in 1.. {
        if counts.is_over.load(SeqCst) {
            break;
        }
        socket.say(ROOM, &format!("{name} {number}")).await;
        loop {
            let frame = socket.next().await?;
            if note(&counts, name, number, &frame) {
                break;
            }
        }
        socket.ask(number).await;
        loop {
            let frame = socket.next().await?;
            if frame["id"] == number {
                assert_eq!(frame["data"]["result"]["message"], "hi", "{frame}");
                break;
            }
            note(&counts, name, number, &frame);
        }
        counts.turns.store(number, SeqCst);
        tokio::time::sleep(pace).await;
    }
    Some(socket)
}

/// True where it is what this client said itself. Whoever said it: no number comes twice, or after
/// a higher one.
fn note(counts: &Counts, name: &str, number: u64, frame: &Value) -> bool {
    let text = frame["data"]["text"].as_str();
    let text = text.unwrap_or_else(|| panic!("{frame} at {number}"));
    let (from, heard) = text.split_once(' ').unwrap();
    let heard: u64 = heard.parse().unwrap();
    if from == name {
        assert_eq!(heard, number, "its own words, once and in order");
        return true;
    }
    let mut all = counts.heard.lock().unwrap();
    let last = all.insert(from.to_owned(), heard);
    assert!(last < Some(heard), "{from}: {heard} after {last:?}");
    false
}
