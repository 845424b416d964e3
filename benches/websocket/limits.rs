//! How many files a process may have open.

use std::fs;

use crate::Result;

/// Beside the sockets: the runtime's, the pipes, the standard ones.
const OTHERS: usize = 100;

/// Says what to do where so many sockets are too many.
pub(crate) fn allow(sockets: usize) -> Result<()> {
    let Ok(limits) = fs::read_to_string("/proc/self/limits") else {
        return Ok(());
    };
    let allowed = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))
        .and_then(|line| line.split_whitespace().next());
    // Unlimited is no number.
    match allowed.and_then(|allowed| allowed.parse::<usize>().ok()) {
        Some(allowed) if allowed < sockets + OTHERS => Err(format!(
            "a process may have {allowed} files open, and {} are needed: run \
             benches/websocket.sh, which raises the limit to the hard one, or raise that \
             (ulimit -H -n)",
            sockets + OTHERS
        )
        .into()),
        _ => Ok(()),
    }
}
