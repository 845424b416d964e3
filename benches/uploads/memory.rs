//! What a process holds in memory, as Linux tells it.

use std::fs;

use crate::server::Child;
use crate::{MIB, Result, client};

/// How much more the server held at most while `busy` ran than it did at rest, in bytes; nothing
/// where that cannot be told.
pub(crate) fn held_during(
    server: &Child,
    busy: impl FnOnce() -> Result<()>,
) -> Result<Option<u64>> {
    // What is set up once, threads and tables, is there afterwards.
    client::upload(server, MIB)?;
    let rest = status(server, "VmRSS:");
    busy()?;
    let most = status(server, "VmHWM:");
    Ok(rest.zip(most).map(|(rest, most)| most.saturating_sub(rest)))
}

fn status(server: &Child, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
