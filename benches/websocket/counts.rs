//! Allocations and instructions of a fan-out and of calls, in memory.

use std::process::Command;

use crate::Result;
use crate::in_memory::{Audience, Caller};

const BROADCAST: &str = "broadcast";
const MIZAN: &str = "mizan";
const HTTP: &str = "http";
const WEBSOCKET: &str = "websocket";
pub(crate) const ALL: [&str; 4] = [BROADCAST, MIZAN, HTTP, WEBSOCKET];

const MEMBERS: usize = 1_000;
const PUSHES: usize = 20;
const CALLS: usize = 2_000;

/// What a member may add to the allocations of a push: none, but a queue may have grown.
const BOUND: f64 = 0.01;

/// What callgrind runs.
pub(crate) fn repeat(name: &str, times: usize) -> Result<()> {
    match name {
        BROADCAST | MIZAN => {
            let mut audience = Audience::gather(name == BROADCAST, MEMBERS)?;
            (0..times).try_for_each(|_| {
                audience.push()?;
                audience.hear()
            })
        }
        HTTP | WEBSOCKET => {
            let mut caller = Caller::connect(name == WEBSOCKET)?;
            (0..times).try_for_each(|_| caller.call())
        }
        name => Err(format!("there is no `{name}`").into()),
    }
}

/// False where the bound was missed.
pub(crate) fn print() -> Result<bool> {
    heading("a push in memory, each member");
    let mut met = true;
    for name in [BROADCAST, MIZAN] {
        let (few, _) = allocations_of_a_push(name, MEMBERS)?;
        let (many, heard) = allocations_of_a_push(name, 2 * MEMBERS)?;
        let pushed = many.saturating_sub(few) as f64 / MEMBERS as f64;
        let all = pushed + heard as f64 / (2 * MEMBERS) as f64;
        let instructions = callgrind(name, PUSHES, &["--toggle-collect=*Audience::push*"])?;
        let instructions = instructions as f64 / (PUSHES * MEMBERS) as f64;
        row(
            &format!("{name}, until the push returns"),
            instructions,
            pushed,
        );
        row(
            &format!("{name}, to the receipt"),
            instructions_of_all(name, PUSHES)? / MEMBERS as f64,
            all,
        );
        met &= name == BROADCAST || pushed <= BOUND;
    }
    heading("a call in memory");
    for name in [HTTP, WEBSOCKET] {
        row(
            name,
            instructions_of_all(name, CALLS)?,
            allocations_of_a_call(name)?,
        );
    }
    let verdict = if met { "met" } else { "missed" };
    println!("{verdict:<7} at most {BOUND} allocations of a push for each member");
    Ok(met)
}

fn heading(what: &str) {
    println!("{what:<34}{:>12}{:>12}", "instructions", "allocations");
}

fn row(what: &str, instructions: f64, allocations: f64) {
    println!("{what:<34}{instructions:>12.0}{allocations:>12.3}");
}

/// Until it returns, and from then until everyone has heard it.
fn allocations_of_a_push(name: &str, members: usize) -> Result<(u64, u64)> {
    let mut audience = Audience::gather(name == BROADCAST, members)?;
    // What grows once, queues and tables, has grown afterwards.
    for _ in 0..2 {
        audience.push()?;
        audience.hear()?;
    }
    let (mut pushed, mut heard) = (Ok(()), Ok(()));
    let pushing = allocation_counter::measure(|| pushed = audience.push());
    let hearing = allocation_counter::measure(|| heard = audience.hear());
    pushed.and(heard)?;
    Ok((pushing.count_total, hearing.count_total))
}

fn allocations_of_a_call(name: &str) -> Result<f64> {
    let mut caller = Caller::connect(name == WEBSOCKET)?;
    caller.call()?;
    let mut called = Ok(());
    let calling = allocation_counter::measure(|| {
        called = (0..CALLS).try_for_each(|_| caller.call());
    });
    called?;
    Ok(calling.count_total as f64 / CALLS as f64)
}

/// Of one time, without what is done once.
fn instructions_of_all(name: &str, times: usize) -> Result<f64> {
    let once = callgrind(name, times, &[])?;
    let twice = callgrind(name, 2 * times, &[])?;
    Ok(twice.saturating_sub(once) as f64 / times as f64)
}

fn callgrind(name: &str, times: usize, options: &[&str]) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(options)
        .arg(std::env::current_exe()?)
        .args(["--run", name, &times.to_string()])
        .output()
        .map_err(|error| {
            format!(
                "valgrind, which counts the instructions, cannot be run ({error}); install it, on \
                 Debian and Ubuntu with `apt-get install valgrind`"
            )
        })?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse().ok());
    match collected {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("`{name}` failed under valgrind:\n{report}").into()),
    }
}
