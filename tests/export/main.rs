//! The typed client as a front end gets it: its text, compared with what is kept; its types, judged
//! by TypeScript; its size.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../support/mod.rs"]
mod support;

mod channels;
mod few;
mod golden;
mod node;
mod scale;
mod typecheck;
mod zoo;
