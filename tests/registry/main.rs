//! The registry: what it refuses, what it tells of itself, whom it lets in, and how the scopes of
//! its mutations are found.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod auth;
#[cfg(feature = "websocket")]
mod channels;
mod contract;
mod custom_scopes;
mod defects;
mod layers;
mod model;
mod scopes;
mod state;
mod telling;

#[path = "../support/ear.rs"]
mod ear;
#[path = "../support/rig.rs"]
mod rig;
