//! What kind of disk a directory is on.

use std::fs;
use std::path::Path;

/// The directory, and its file system where that can be told.
pub(crate) fn name(directory: &str) -> String {
    match file_system(Path::new(directory)).as_deref() {
        Some("tmpfs" | "ramfs") => format!("{directory}, which is in memory and no disk"),
        Some(kind) => format!("{directory}, on {kind}"),
        None => directory.to_owned(),
    }
}

/// By the innermost mount that the directory is in.
fn file_system(directory: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((Path::new(words.next()?), words.next()?))
    });
    let around = mounts.filter(|(mount, _)| directory.starts_with(mount));
    let innermost = around.max_by_key(|(mount, _)| mount.components().count());
    innermost.map(|(_, kind)| kind.to_owned())
}
