//! A list that mostly has one item.

use std::hash::{Hash, Hasher};

/// Keeps a single item in place, and more on the heap: nearly every scope has one parameter.
///
/// Lists are the same when their items are, wherever these are kept.
#[derive(Clone, Debug, Default)]
pub(super) enum Few<T> {
    #[default]
    None,
    One(T),
    Many(Vec<T>),
}

impl<T> Few<T> {
    pub(super) fn as_slice(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            Self::None => &mut [],
            Self::One(item) => std::slice::from_mut(item),
            Self::Many(items) => items,
        }
    }

    /// Inserts an item at an index, at the end where the list is not that long.
    #[inline]
    pub(super) fn insert(&mut self, index: usize, item: T) {
        match self {
            Self::None => *self = Self::One(item),
            _ => self.insert_beside(index, item),
        }
    }

    fn insert_beside(&mut self, index: usize, item: T) {
        match std::mem::take(self) {
            Self::None => *self = Self::One(item),
            Self::One(first) if index == 0 => *self = Self::Many(vec![item, first]),
            Self::One(first) => *self = Self::Many(vec![first, item]),
            Self::Many(mut items) => {
                items.insert(index.min(items.len()), item);
                *self = Self::Many(items);
            }
        }
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        match self {
            Self::None => {}
            Self::One(item) => {
                if !keep(item) {
                    *self = Self::None;
                }
            }
            Self::Many(items) => items.retain(keep),
        }
    }

    pub(super) fn into_items(self) -> impl Iterator<Item = T> {
        let (one, many) = match self {
            Self::None => (None, Vec::new()),
            Self::One(item) => (Some(item), Vec::new()),
            Self::Many(items) => (None, items),
        };
        one.into_iter().chain(many)
    }
}

impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Eq> Eq for Few<T> {}

impl<T: Hash> Hash for Few<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_a_vec_would_have_it(steps in proptest::collection::vec((0..4_usize, 0..8_u8), 0..12)) {
            let (mut few, mut many) = (Few::None, Vec::new());
            for (index, item) in steps {
                if index < 3 {
                    few.insert(index, item);
                    many.insert(index.min(many.len()), item);
                } else {
                    few.retain(|known| known % 4 != item % 4);
                    many.retain(|known| known % 4 != item % 4);
                }
                prop_assert_eq!(few.as_slice(), &*many);
                prop_assert_eq!(few.as_mut_slice(), &*many);
                let whole = Few::Many(many.clone());
                prop_assert_eq!(&few, &whole);
                let hasher = foldhash::fast::FixedState::default();
                prop_assert_eq!(hasher.hash_one(&few), hasher.hash_one(&whole));
                prop_assert!(few.clone().into_items().eq(many.iter().copied()));
            }
        }
    }
}
