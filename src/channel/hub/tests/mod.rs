mod cost;
mod model;
mod nodes;
mod panicking;
mod race;

use super::*;

impl Hub {
    /// Whether no group is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups().is_empty()
    }
}
