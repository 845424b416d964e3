//! The upgrade to a WebSocket over real sockets: on every stack, as a layer and mounted whole, in
//! HTTP/1.1 and HTTP/2; who is let in, and how it all ends.

// The whole crate is test code, helpers included.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/ear.rs"]
mod ear;
#[path = "../stacks/serve.rs"]
mod serve;
#[path = "../support/mod.rs"]
mod support;

mod credentials;
mod ending;
mod handshake;
mod host;
mod http2;
mod mounting;
mod origins;
mod places;
mod secrets;
mod site;
mod socket;
