use std::time::SystemTime;

/// Whether a node reaches the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether it does now.
    pub connected: bool,
    /// Since when it does, or does not.
    pub since: SystemTime,
    /// How many messages to other nodes were given up.
    pub dropped: u64,
}

impl Health {
    /// For backplanes to tell.
    #[must_use]
    pub const fn new(connected: bool, since: SystemTime, dropped: u64) -> Self {
        Self {
            connected,
            since,
            dropped,
        }
    }
}
