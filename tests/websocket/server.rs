//! The server that the tables are held against, on each of the stacks.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mizan::{Call, Connections, Function, MizanLayer, Registry, Result, Sockets};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::serve;
use super::wire::PATIENCE;

/// The bytes that a message may have; the default.
pub(crate) const LONGEST: usize = 64 * 1024;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Stack {
    Hyper,
    Axum,
    Poem,
}

impl Stack {
    pub(crate) const ALL: [Stack; 3] = [Stack::Hyper, Stack::Axum, Stack::Poem];
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) stack: Stack,
    connections: Connections,
    /// Those of the server alone.
    tasks: usize,
}

#[derive(Deserialize, JsonSchema)]
struct Text {
    text: String,
}

fn echo(_: Call, input: Text) -> Result<String> {
    Ok(input.text)
}

/// A call that is answered with this text.
pub(crate) fn call(text: &str) -> String {
    json!({"action": "rpc", "id": 1, "fn": "echo", "args": {"text": text}}).to_string()
}

pub(crate) fn answer(text: &str) -> Value {
    json!({"id": 1, "ok": true, "data": {"result": text}})
}

/// Sockets that are read as fast as they come.
pub(crate) fn fast() -> Sockets {
    Sockets::new().messages_per_second(1_000_000, 1_000_000)
}

impl Server {
    pub(crate) async fn start(stack: Stack, sockets: Sockets) -> Self {
        let registry = Registry::builder()
            .function(Function::new("echo", echo).websocket())
            .build()
            .unwrap();
        let layer = MizanLayer::builder(registry)
            .sockets(sockets)
            .build()
            .unwrap();
        let connections = layer.connections();
        let address = match stack {
            Stack::Hyper => serve::hyper(layer.into_service()).await,
            Stack::Axum => serve::axum(axum::Router::new().layer(layer)).await,
            Stack::Poem => {
                use poem::EndpointExt;
                serve::poem(poem::Route::new().with(layer)).await
            }
        };
        // The accept loop begins by itself.
        tokio::task::yield_now().await;
        Self {
            address,
            stack,
            connections,
            tasks: Handle::current().metrics().num_alive_tasks(),
        }
    }

    /// Waits until no connection is left, and none of the tasks that served them.
    pub(crate) async fn assert_empty(&self) {
        let started = Instant::now();
        loop {
            let count = self.connections.count();
            let tasks = Handle::current().metrics().num_alive_tasks();
            if count == 0 && tasks <= self.tasks {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "[{:?}] {count} connections are left, {tasks} tasks instead of {}",
                self.stack,
                self.tasks,
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
