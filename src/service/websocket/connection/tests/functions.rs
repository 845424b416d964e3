//! What the connections under test serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::channel::{Channel, Reaction, Subscriber};
use crate::registry::RegistryBuilder;
use crate::{Call, Context, Function, Registry, Result};

/// What functions and hooks share with their test.
pub(super) struct Shared {
    /// `wait` takes one for each call, the room `slow` one for each message.
    pub(super) permits: Semaphore,
    begun: AtomicUsize,
    dropped: AtomicUsize,
    left: AtomicUsize,
}

impl Shared {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            permits: Semaphore::new(0),
            begun: AtomicUsize::new(0),
            dropped: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
        })
    }

    /// How many calls of `wait` and `big` began.
    pub(super) fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    /// How many calls of `wait` are over, one way or another.
    pub(super) fn over(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }

    /// How many subscriptions were told of their end.
    pub(super) fn left(&self) -> usize {
        self.left.load(Ordering::SeqCst)
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Text {
    pub(super) text: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Size {
    size: u32,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct UserKey {
    user_id: i64,
}

const USER: Context = Context::new("user").key("user_id");

fn echo(_: Call, input: Text) -> Result<String> {
    Ok(input.text)
}

fn big(call: Call, input: Size) -> Result<String> {
    let shared = call.state::<Arc<Shared>>()?;
    shared.begun.fetch_add(1, Ordering::SeqCst);
    Ok("x".repeat(input.size as usize))
}

fn whoami(call: Call) -> Result<Option<String>> {
    Ok(call.identity().map(|user| user.id().to_owned()))
}

fn path(call: Call) -> Result<String> {
    Ok(call.uri().path().to_owned())
}

fn profile(_: Call, key: UserKey) -> Result<String> {
    Ok(format!("user_{}", key.user_id))
}

fn rename(_: Call, _: UserKey) -> Result<bool> {
    Ok(true)
}

async fn wait(call: Call) -> Result<()> {
    struct Over(Call);
    impl Drop for Over {
        fn drop(&mut self) {
            if let Ok(shared) = self.0.state::<Arc<Shared>>() {
                shared.dropped.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
    let _over = Over(call.clone());
    let shared = call.state::<Arc<Shared>>()?;
    shared.begun.fetch_add(1, Ordering::SeqCst);
    shared.permits.acquire().await?.forget();
    Ok(())
}

async fn spin(_: Call) -> Result<()> {
    loop {
        tokio::task::coop::consume_budget().await;
    }
}

fn boom(_: Call) -> Result<()> {
    panic!("boom")
}

async fn late_boom(_: Call) -> Result<()> {
    tokio::task::yield_now().await;
    panic!("late boom")
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Params {
    pub(super) room: String,
}

/// Says what it hears. The room `private` is for users, the room `slow` takes a permit a message,
/// the room `busy` is never done with one.
struct Room(Arc<Shared>);

impl Channel for Room {
    type Params = Params;
    type ClientMessage = Text;
    type ServerMessage = Text;

    async fn authorize(&self, subscriber: &Subscriber, params: &Params) -> Result<bool> {
        Ok(params.room != "private" || subscriber.identity().is_some())
    }

    async fn receive(&self, _: &Subscriber, params: &Params, said: Text) -> Result<Reaction<Text>> {
        if params.room == "slow" {
            self.0.permits.acquire().await?.forget();
        }
        if params.room == "busy" {
            loop {
                tokio::task::coop::consume_budget().await;
            }
        }
        Ok(Reaction::broadcast(said))
    }

    async fn on_disconnect(&self, _: &Subscriber, _: &Params) -> Result<Reaction<Text>> {
        self.0.left.fetch_add(1, Ordering::SeqCst);
        Ok(Reaction::none())
    }
}

pub(super) fn registry(shared: &Arc<Shared>) -> RegistryBuilder {
    Registry::builder()
        .state(Arc::clone(shared))
        .channel("room", Room(Arc::clone(shared)))
        .function(Function::new("echo", echo).websocket())
        .function(Function::new("big", big).websocket())
        .function(Function::new("whoami", whoami).websocket())
        .function(Function::new("path", path).websocket())
        .function(Function::new("wait", wait).websocket().affects(USER))
        .function(Function::new("spin", spin).websocket())
        .function(Function::new("boom", boom).websocket())
        .function(Function::new("late_boom", late_boom).websocket())
        .function(Function::new("rename", rename).websocket().affects(USER))
        .function(Function::new("http_only", path))
        .function(Function::new("hidden", path).websocket().private())
        .function(Function::new("profile", profile).context(USER))
}
