//! A backplane that panics.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::channel::testing::{Client, builder};
use crate::channel::{Backplane, Health, Inbox, Present};
use crate::error::Result;

const A: &str = r#"{"room":"a"}"#;

/// Panics when it begins, and at the first join after that.
#[derive(Clone, Default)]
struct Clumsy {
    panics: Arc<AtomicUsize>,
    calls: Arc<Mutex<Vec<&'static str>>>,
}

impl Clumsy {
    fn call(&self, what: &'static str, panics: usize) {
        self.calls.lock().unwrap().push(what);
        if self.panics.load(Ordering::SeqCst) == panics {
            self.panics.fetch_add(1, Ordering::SeqCst);
            panic!("on purpose");
        }
    }
}

impl Backplane for Clumsy {
    fn start(&self, _: Inbox) {
        self.call("start", 0);
    }
    fn join(&self, _: &str) {
        self.call("join", 1);
    }
    fn leave(&self, _: &str) {
        self.calls.lock().unwrap().push("leave");
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

#[tokio::test]
async fn leaves_no_member_behind() {
    let clumsy = Clumsy::default();
    let registry = builder().backplane(clumsy.clone()).build().unwrap();
    let mut client = Client::new(&registry);
    for calls in [&["start"][..], &["start", "join", "leave"]] {
        let subscribed = AssertUnwindSafe(client.subscribe("chat", A));
        assert!(subscribed.catch_unwind().await.is_err());
        assert!(registry.hub().is_empty(), "{calls:?}");
        assert_eq!(std::mem::take(&mut *clumsy.calls.lock().unwrap()), calls);
    }
    client.texts();
    client.subscribe("chat", A).await;
    assert_eq!(client.received()[0]["subscribed"], true);
    assert_eq!(*clumsy.calls.lock().unwrap(), ["join"]);
}
