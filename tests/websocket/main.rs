//! RFC 6455 at the level of bytes, as tables: the protocol cases that the Autobahn test suite
//! covers, against the server on hyper, axum and poem. The client side has no WebSocket library, so
//! that nothing refuses to send what a server has to survive.
//!
//! A row says what is sent, what must come back and how the connection ends. Afterwards the server
//! must be back where it began: no connection counted, no task left.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod closing;
mod controls;
mod fragments;
mod frame;
mod messages;
mod reserved;
mod row;
#[path = "../stacks/serve.rs"]
mod serve;
mod server;
mod sizes;
mod texts;
mod timing;
mod wire;
