//! The conformance server (`examples/conformance`) held against the wire protocol, over sockets and
//! on every stack: the vectors that the contract gives, and then the same rules further.

// The whole crate is test code, helpers included.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod bodies;
mod contexts;
mod endpoints;
mod failures;
mod form_pages;
mod forms;
mod formsets;
mod inputs;
mod lifecycle;
mod matching;
mod multipart;
mod mutations;
mod origins;
mod queries;
mod sockets;
mod tokens;
mod vectors;

use self::support::client::Client;
use self::support::process::{Server, Stack};

/// Runs a test on a fresh server of each stack.
async fn on_every_stack(test: impl AsyncFn(&mut Client)) {
    for stack in Stack::ALL {
        let server = Server::conformance(stack);
        let mut client = Client::new(server.addr, stack.name());
        test(&mut client).await;
    }
}
