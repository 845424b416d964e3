//! What a process has spent on processors: unlike the clock, it does not count what others do.

use std::fs;
use std::time::Duration;

/// All its threads together, in the kernel too; nothing where the
/// system is not Linux or does not tell.
pub(crate) fn spent(process: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let nanoseconds = threads.map(|thread| {
        let stat = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<u64>().ok()
    });
    nanoseconds.sum::<Option<u64>>().map(Duration::from_nanos)
}
