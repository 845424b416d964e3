//! Nodes that are joined through a real Redis, which is killed, stopped and started meanwhile.
//! Needs `redis-server`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bounds;
mod delivery;
#[path = "../support/ear.rs"]
mod ear;
mod leaks;
mod node;
mod observed;
mod outage;
#[path = "../support/port.rs"]
mod port;
mod presence;
mod proxy;
mod server;
mod silence;
mod waiting;
