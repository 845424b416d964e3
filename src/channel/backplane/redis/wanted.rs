//! What Redis is to hold for this node.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

/// What should be there, by group, and the groups whose part of it changed.
///
/// Nobody keeps what is there: subscribing twice and deleting what is gone do no harm, so a
/// connection tells Redis everything once and the changes from then on, in any order.
pub(super) struct Wanted<V> {
    values: HashMap<Arc<str>, V, RandomState>,
    /// `None` while there is no connection to tell: groups that come and go meanwhile leave
    /// nothing behind.
    changed: Option<HashSet<Arc<str>, RandomState>>,
}

impl<V> Default for Wanted<V> {
    fn default() -> Self {
        Self {
            values: HashMap::default(),
            changed: None,
        }
    }
}

impl<V: Clone> Wanted<V> {
    /// `None` is to be no longer there.
    pub(super) fn set(&mut self, group: &str, value: Option<V>) {
        let name = match self.values.get_key_value(group) {
            Some((name, _)) => Arc::clone(name),
            None => Arc::from(group),
        };
        match value {
            Some(value) => {
                self.values.insert(Arc::clone(&name), value);
            }
            None => {
                self.values.remove(&name);
            }
        }
        if let Some(changed) = &mut self.changed {
            changed.insert(name);
        }
    }

    /// Everything, for a connection that knows nothing yet; the changes begin here.
    pub(super) fn whole(&mut self) -> Vec<(Arc<str>, V)> {
        self.changed = Some(HashSet::default());
        self.values
            .iter()
            .map(|(group, value)| (Arc::clone(group), value.clone()))
            .collect()
    }

    /// What changed since the last time that this or [`whole`](Self::whole) was asked.
    pub(super) fn changes(&mut self) -> Vec<(Arc<str>, Option<V>)> {
        let Some(changed) = &mut self.changed else {
            return Vec::new();
        };
        std::mem::take(changed)
            .into_iter()
            .map(|group| {
                let value = self.values.get(&group).cloned();
                (group, value)
            })
            .collect()
    }

    /// The connection is gone.
    pub(super) fn unfollow(&mut self) {
        self.changed = None;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Set(u8, Option<u8>),
        Tell,
        Lose,
        Reconnect,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..6u8, proptest::option::of(0..4u8)).prop_map(|(group, value)| Step::Set(group, value)),
            2 => Just(Step::Tell),
            1 => Just(Step::Lose),
            1 => Just(Step::Reconnect),
        ]
    }

    proptest! {
        #[test]
        fn redis_ends_with_what_is_wanted(steps in proptest::collection::vec(step(), 0..60)) {
            let mut wanted = Wanted::default();
            let mut model = BTreeMap::new();
            let mut there = BTreeMap::new();
            let mut connected = false;
            for step in steps.into_iter().chain([Step::Tell]) {
                match step {
                    Step::Set(group, value) => {
                        let group = group.to_string();
                        wanted.set(&group, value);
                        match value {
                            Some(value) => model.insert(group, value),
                            None => model.remove(&group),
                        };
                    }
                    Step::Tell => {
                        for (group, value) in wanted.changes() {
                            match value {
                                Some(value) => there.insert(group.to_string(), value),
                                None => there.remove(&*group),
                            };
                        }
                        prop_assert!(!connected || there == model, "{there:?} is not {model:?}");
                    }
                    Step::Lose => {
                        wanted.unfollow();
                        connected = false;
                    }
                    Step::Reconnect => {
                        connected = true;
                        there = wanted
                            .whole()
                            .into_iter()
                            .map(|(group, value)| (group.to_string(), value))
                            .collect();
                        prop_assert_eq!(&there, &model);
                    }
                }
            }
            prop_assert_eq!(wanted.is_empty(), model.is_empty());
        }
    }

    #[test]
    fn nothing_is_kept_of_groups_that_come_and_go_unseen() {
        let mut wanted = Wanted::default();
        for group in 0..1_000 {
            let group = group.to_string();
            wanted.set(&group, Some(()));
            wanted.set(&group, None);
        }
        assert!(wanted.changes().is_empty());
        assert_eq!(wanted.values.len(), 0);
    }
}
