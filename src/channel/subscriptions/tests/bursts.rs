//! Much is said at once to clients that read.

use crate::channel::testing::{Client, Room, Said, builder, registry, room, said};
use crate::channel::{Channel, MemoryNodes, Out, Outgoing, Reaction, Subscriber};
use crate::error::Result;
use crate::registry::Registry;

const A: &str = r#"{"room":"a"}"#;
const QUEUE: usize = 64;
const BURST: usize = 1_000;

/// Counts what a client that reads gets before nothing comes for a while.
async fn read(mut outgoing: Outgoing) -> usize {
    let mut count = 0;
    loop {
        let next = std::future::poll_fn(|cx| outgoing.poll_next(cx));
        match tokio::time::timeout(std::time::Duration::from_secs(1), next).await {
            Ok(Out::Frame(_)) => count += 1,
            Ok(Out::Overflow) => panic!("overflow after {count}"),
            Err(_) => return count,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_pushes_reaches_a_client_that_reads() {
    let registry = registry();
    let mut client = Client::with_queue(&registry, QUEUE);
    client.subscribe("chat", A).await;
    let reading = tokio::spawn(read(client.outgoing));
    // Several at once, none of which waits for anything else.
    let pushing = (0..4).map(|_| {
        let channels = registry.channels();
        tokio::spawn(async move {
            for _ in 0..BURST {
                channels.push("chat", &room("a"), &said("x")).await.unwrap();
            }
        })
    });
    for pushing in pushing.collect::<Vec<_>>() {
        pushing.await.unwrap();
    }
    assert_eq!(reading.await.unwrap(), 1 + 4 * BURST);
}

#[tokio::test(start_paused = true)]
async fn a_burst_from_another_node_reaches_a_client_that_reads() {
    let nodes = MemoryNodes::new();
    let registry = builder().backplane(nodes.node()).build().unwrap();
    let other = builder().backplane(nodes.node()).build().unwrap();
    let mut client = Client::with_queue(&registry, QUEUE);
    client.subscribe("chat", A).await;
    let reading = tokio::spawn(read(client.outgoing));
    for _ in 0..BURST {
        let channels = other.channels();
        channels.push("chat", &room("a"), &said("x")).await.unwrap();
    }
    assert_eq!(reading.await.unwrap(), 1 + BURST);
}

/// Has much to tell whoever comes.
struct History;

impl Channel for History {
    type Params = Room;
    type ClientMessage = Said;
    type ServerMessage = Said;

    async fn authorize(&self, _: &Subscriber, _: &Room) -> Result<bool> {
        Ok(true)
    }

    async fn on_connect(&self, _: &Subscriber, params: &Room) -> Result<Reaction<Said>> {
        let one = || match &*params.room {
            "answers" => Reaction::answer(said("x")),
            _ => Reaction::broadcast(said("x")),
        };
        Ok((0..BURST).fold(Reaction::none(), |all, _| all.and(one())))
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_hook_says_waits_for_the_client() {
    for room in ["answers", "broadcasts"] {
        let registry = Registry::builder().channel("history", History);
        let mut client = Client::with_queue(&registry.build().unwrap(), QUEUE);
        let reading = tokio::spawn(read(client.outgoing));
        let params = crate::channel::testing::raw(&format!(r#"{{"room":"{room}"}}"#));
        let subscribed = client.subscriptions.subscribe("history", params.as_deref());
        subscribed.await;
        assert_eq!(reading.await.unwrap(), 1 + BURST, "{room}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_holds_up_no_push() {
    let registry = registry();
    let mut slow = Client::with_queue(&registry, QUEUE);
    slow.subscribe("chat", A).await;
    let channels = registry.channels();
    for _ in 0..BURST {
        channels.push("chat", &room("a"), &said("x")).await.unwrap();
    }
    assert_eq!(slow.next(), Some(Out::Overflow));
}
