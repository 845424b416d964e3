//! Joins, leaves and broadcasts at once, on several threads.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use serde_json::Value;

use crate::channel::testing::{Client, builder, room, said};
use crate::channel::{Backplane, Health, Inbox, Present};
use crate::error::Result;

/// Checks that joins and leaves of a group take turns.
#[derive(Clone, Default)]
struct Turns(Arc<Mutex<HashMap<String, bool>>>);

impl Backplane for Turns {
    fn start(&self, _: Inbox) {}
    fn join(&self, group: &str) {
        let before = self.0.lock().unwrap().insert(group.to_owned(), true);
        assert_ne!(before, Some(true), "joined twice: {group}");
    }
    fn leave(&self, group: &str) {
        let before = self.0.lock().unwrap().insert(group.to_owned(), false);
        assert_eq!(before, Some(true), "left twice: {group}");
    }
    fn publish(&self, _: &str, _: Bytes) {}
    fn announce(&self, _: &str, _: Vec<Present>) {}
    fn presence(&self, _: &str) -> BoxFuture<'_, Result<Vec<Present>>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn health(&self) -> Health {
        Health::new(true, std::time::UNIX_EPOCH, 0)
    }
}

const ROOMS: [&str; 3] = ["a", "b", "empty at times"];
const SPEAKERS: usize = 4;
const EACH: usize = 400;

fn heard(client: &mut Client) -> Vec<String> {
    let frames = client.received().into_iter();
    let said = frames.filter(|frame| frame["type"] == "ServerMessage");
    said.map(|frame| match &frame["data"]["text"] {
        Value::String(text) => text.clone(),
        other => panic!("{other}"),
    })
    .collect()
}

fn params(room: &str) -> String {
    serde_json::json!({"room": room}).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_who_stays_misses_anything() {
    let turns = Turns::default();
    let registry = builder().backplane(turns.clone()).build().unwrap();
    let done = Arc::new(AtomicBool::new(false));

    let mut stayers = Vec::new();
    for name in &ROOMS[..2] {
        for _ in 0..3 {
            let mut client = Client::new(&registry);
            client.subscribe("chat", &params(name)).await;
            stayers.push((*name, client));
        }
    }
    let guests: Vec<_> = (0..6)
        .map(|number| {
            let (registry, done) = (registry.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut slices = Vec::new();
                let name = ROOMS[number % ROOMS.len()];
                while !done.load(Ordering::SeqCst) {
                    let mut client = Client::new(&registry);
                    client.subscribe("chat", &params(name)).await;
                    tokio::task::yield_now().await;
                    match slices.len() % 2 {
                        0 => client.unsubscribe("chat", &params(name)).await,
                        _ => client.subscriptions.end().await,
                    }
                    client.subscriptions = Client::new(&registry).subscriptions;
                    let frames = client.received();
                    assert_eq!(frames[0]["subscribed"], true, "{frames:?}");
                    slices.push(frames);
                }
                (name, slices)
            })
        })
        .collect();
    let speakers = (0..SPEAKERS).map(|speaker| {
        let registry = registry.clone();
        tokio::spawn(async move {
            for number in 0..EACH {
                for name in ROOMS {
                    let said = said(&format!("{speaker}.{number}"));
                    let channels = registry.channels();
                    channels.push("chat", &room(name), &said).await.unwrap();
                }
                tokio::task::yield_now().await;
            }
        })
    });
    for speaker in join_all(speakers).await {
        speaker.unwrap();
    }
    done.store(true, Ordering::SeqCst);

    let mut orders: HashMap<&str, Vec<String>> = HashMap::new();
    for (name, client) in &mut stayers {
        let heard = heard(client);
        assert_eq!(heard.len(), SPEAKERS * EACH);
        // All hear one order, in which each speaker has its own.
        let order = orders.entry(name).or_insert_with(|| heard.clone());
        assert_eq!(*order, heard);
        for speaker in 0..SPEAKERS {
            let own = heard
                .iter()
                .filter(|text| text.starts_with(&format!("{speaker}.")));
            let expected = (0..EACH).map(|number| format!("{speaker}.{number}"));
            assert!(own.cloned().eq(expected));
        }
    }
    let mut slices_that_heard = 0;
    for guest in join_all(guests).await {
        let (name, slices) = guest.unwrap();
        let Some(order) = orders.get(name) else {
            continue;
        };
        for slice in slices {
            let texts: Vec<&str> = slice
                .iter()
                .filter_map(|frame| frame["data"]["text"].as_str())
                .collect();
            // Whoever was there for a while heard all that was said meanwhile.
            let Some(first) = texts.first() else {
                continue;
            };
            slices_that_heard += 1;
            let at = order.iter().position(|text| text == first).unwrap();
            assert_eq!(order[at..at + texts.len()], texts);
        }
    }
    assert!(slices_that_heard > 10, "{slices_that_heard}");
    drop(stayers);
    assert!(registry.hub().is_empty());
    assert!(turns.0.lock().unwrap().values().all(|joined| !joined));
}
