//! Server processes that a real Redis joins, with clients over sockets, while one of them after the
//! other is killed, stopped or cut off. Needs `redis-server`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod calm;
mod cluster;
mod cuts;
mod death;
mod leaks;
mod outage;
mod pauses;
#[path = "../support/port.rs"]
mod port;
#[path = "../support/process.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod process;
#[path = "../nodes/server.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod server;
mod socket;
mod talk;
#[path = "../nodes/waiting.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod waiting;
