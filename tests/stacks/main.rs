//! Mizan over real sockets in hyper, axum and poem: the demo on each of them, every way to mount
//! it, and the order of the layers around it (docs/mounting.md).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod client;
#[cfg(feature = "forms")]
mod demo;
mod mounting;
mod order;
mod serve;
