//! For names of nodes and jitter. Neither keeps a secret, so the seeds of std's hash maps will do.

use std::hash::{BuildHasher, RandomState};

pub(super) fn number() -> u64 {
    RandomState::new().hash_one(())
}

/// A name that no other node has.
pub(super) fn name() -> String {
    format!("{:016x}{:016x}", number(), number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        assert_ne!(name(), name());
        assert_eq!(name().len(), 32);
    }
}
