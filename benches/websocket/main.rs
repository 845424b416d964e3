//! What WebSockets cost: fan-out, calls, and idle connections.
//!
//! ```text
//! benches/websocket.sh               all of it
//! benches/websocket.sh --check       counts and memory, against their bounds; CI
//! benches/websocket.sh --fan-out     one part: --fan-out, --calls, --counts, --memory
//! ```
//!
//! Servers and clients over loopback are processes of their own, so that neither's memory nor
//! sockets count for the other. They share the machine's processors, so only ratios of times mean
//! something; what is compared takes turns.

mod calls;
mod client;
mod counts;
mod cpu;
mod fan_out;
mod in_memory;
mod limits;
#[path = "../support/listen.rs"]
mod listen;
mod load;
mod memory;
mod pipe;
mod ratio;
mod room;
mod servers;

use std::process::ExitCode;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = BoxError> = std::result::Result<T, E>;

/// As many as the goals are about.
const MANY: usize = 10_000;

/// As many as tell what each of them holds, on machines that allow fewer files.
const ENOUGH: usize = 2_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// False where a bound was missed.
fn run(arguments: &[String]) -> Result<bool> {
    let under_cargo_bench = arguments.iter().any(|argument| argument == "--bench");
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--bench")
        .collect();
    match words[..] {
        ["--serve", name] => servers::serve(name)?,
        ["--load", address, sockets, name] => {
            let kind = load::Kind::named(name)?;
            load::run(address.parse()?, sockets.parse()?, kind)?;
        }
        ["--run", name, times] => counts::repeat(name, times.parse()?)?,
        ["--fan-out"] => fan_out::compare(MANY, fan_out::ROUNDS)?,
        ["--calls"] => calls::compare(calls::ROUNDS, calls::SPAN)?,
        ["--counts"] => return counts::print(),
        ["--memory"] => return memory::print(MANY),
        ["--check"] => return Ok(counts::print()? & memory::print(ENOUGH)?),
        [] if under_cargo_bench => {
            fan_out::compare(MANY, fan_out::ROUNDS)?;
            calls::compare(calls::ROUNDS, calls::SPAN)?;
            return Ok(counts::print()? & memory::print(MANY)?);
        }
        // `cargo test --benches` wants to know that everything works, not how well.
        [] => {
            fan_out::compare(20, 2)?;
            calls::compare(1, calls::SPAN / 20)?;
            for name in counts::ALL {
                counts::repeat(name, 2)?;
            }
        }
        _ => {
            let parts = "--fan-out, --calls, --counts, --memory, --check";
            return Err(format!("give nothing, or one of {parts}").into());
        }
    }
    Ok(true)
}
