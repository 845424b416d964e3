//! The typed client as a front end gets it: its text, compared with what is kept; its types, judged
//! by TypeScript; its size.

#[path = "../support/process.rs"]
#[expect(dead_code, reason = "it starts servers too")]
mod process;

mod golden;
mod node;
mod scale;
mod typecheck;
mod zoo;
