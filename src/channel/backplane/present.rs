use serde::{Deserialize, Serialize};

/// A user who is in a group, and by how many connections.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Present {
    /// The user's id; `None` stands for all those whom nobody knows.
    pub user: Option<String>,
    /// How many connections.
    pub connections: usize,
}

impl Present {
    /// For backplanes to tell.
    #[must_use]
    pub const fn new(user: Option<String>, connections: usize) -> Self {
        Self { user, connections }
    }
}

/// One entry a user, sorted: those of several nodes put together.
pub(crate) fn merged(mut all: Vec<Present>) -> Vec<Present> {
    all.sort_unstable();
    all.dedup_by(|next, first| {
        let same = next.user == first.user;
        if same {
            first.connections = first.connections.saturating_add(next.connections);
        }
        same
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_entry_a_user() {
        let of = |user: Option<&str>, count| Present::new(user.map(Into::into), count);
        let all = vec![
            of(Some("b"), 1),
            of(None, 2),
            of(Some("a"), 3),
            of(None, 1),
            of(Some("b"), 4),
        ];
        assert_eq!(
            merged(all),
            [of(None, 3), of(Some("a"), 3), of(Some("b"), 5)]
        );
    }
}
