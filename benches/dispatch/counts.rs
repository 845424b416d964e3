//! Instructions, by callgrind, and allocations, by a counting allocator.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::Result;
use crate::scenarios::{self, Scenario};

/// How many exchanges one process of a pair does; the other does twice as many.
const TIMES: u64 = 2_000;

/// What one exchange of a scenario costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Counts {
    pub(crate) instructions: u64,
    pub(crate) allocations: u64,
}

pub(crate) type AllCounts = BTreeMap<String, Counts>;

/// Counts every scenario, as many at a time as there are processors.
pub(crate) fn all() -> Result<AllCounts> {
    let next = AtomicUsize::new(0);
    let count = || {
        let mut counts = Vec::new();
        while let Some(scenario) = scenarios::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            counts.push((scenario.name.to_owned(), of(scenario)?));
        }
        Ok(counts)
    };
    let threads = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        let counting: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
        let mut all = AllCounts::new();
        for counts in counting {
            let counts: Result<Vec<_>> = counts.join().map_err(|_| "a scenario panicked")?;
            all.extend(counts?);
        }
        Ok(all)
    })
}

fn of(scenario: &Scenario) -> Result<Counts> {
    let mut exchange = (scenario.make)()?;
    let allocations = allocation_counter::measure(&mut exchange).count_total;
    let (mut once, mut twice) = (0, 0);
    for _ in 0..scenario.pairs {
        once += instructions(scenario.name, TIMES)?;
        twice += instructions(scenario.name, 2 * TIMES)?;
    }
    Ok(Counts {
        instructions: twice.saturating_sub(once) / (TIMES * scenario.pairs),
        allocations,
    })
}

/// All the instructions of a process that does so many exchanges, its start included.
fn instructions(scenario: &str, times: u64) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["--run", scenario, &times.to_string()])
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
        _ => Err(format!("`{scenario}` failed under valgrind:\n{report}").into()),
    }
}
