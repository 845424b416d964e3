//! Unknown effects, until they are told a second time.
//!
//! While a database is down every mutation ends unknown. However many they are, a function has two
//! batches at most: the one whose time is set, and the one that gathers until that is told. What a
//! batch cannot hold entry by entry it holds broadly.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until};

use super::entry::FunctionId;
use super::graph::Registry;
use super::listener::Certainty;
use crate::call::MAX_SCOPES;
use crate::invalidate::{Entries, Entry};

/// Long enough for whatever deadline somebody sets instead of none.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A plain route, or a function.
type Origin = Option<FunctionId>;

#[derive(Debug, Default)]
pub(crate) struct Settling {
    batches: Mutex<HashMap<Origin, Batches>>,
}

#[derive(Debug)]
struct Batches {
    current: Batch,
    next: Option<Batch>,
}

#[derive(Debug)]
struct Batch {
    entries: Entries,
    due: Instant,
}

impl Settling {
    fn batches(&self) -> MutexGuard<'_, HashMap<Origin, Batches>> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to what is told later; true where nobody waits for that yet.
    fn add(&self, origin: Origin, entries: &Entries, due: Instant) -> bool {
        match self.batches().entry(origin) {
            Place::Vacant(place) => {
                place.insert(Batches {
                    current: Batch::of(entries, due),
                    next: None,
                });
                true
            }
            Place::Occupied(mut place) => {
                match &mut place.get_mut().next {
                    Some(next) => next.add(entries, due),
                    next @ None => *next = Some(Batch::of(entries, due)),
                }
                false
            }
        }
    }

    fn due(&self, origin: Origin) -> Option<Instant> {
        self.batches()
            .get(&origin)
            .map(|batches| batches.current.due)
    }

    /// The batch whose time has come; the next one takes its place.
    fn take(&self, origin: Origin, now: Instant) -> Option<Entries> {
        match self.batches().entry(origin) {
            Place::Vacant(_) => None,
            // Whoever came first took the batch, and this one is not due yet.
            Place::Occupied(place) if place.get().current.due > now => None,
            Place::Occupied(mut place) => Some(match place.get_mut().next.take() {
                Some(next) => std::mem::replace(&mut place.get_mut().current, next).entries,
                None => place.remove().current.entries,
            }),
        }
    }

    fn take_all(&self) -> Vec<(Origin, Entries)> {
        let all = std::mem::take(&mut *self.batches());
        all.into_iter()
            .map(|(origin, Batches { mut current, next })| {
                if let Some(next) = next {
                    current.add(&next.entries, next.due);
                }
                (origin, current.entries)
            })
            .collect()
    }
}

impl Batch {
    fn of(entries: &Entries, due: Instant) -> Self {
        let mut batch = Self {
            entries: Entries::new(),
            due,
        };
        batch.add(entries, due);
        batch
    }

    fn add(&mut self, entries: &Entries, due: Instant) {
        for entry in entries {
            if self.entries.len() < MAX_SCOPES {
                self.entries.push(entry.clone());
            } else {
                self.entries.push(Entry::broad(entry.context().to_owned()));
            }
        }
        self.due = self.due.max(due);
    }
}

/// Has the listeners told of these entries once more, this much later.
pub(super) fn settle_later(
    registry: &Registry,
    entries: &Entries,
    origin: Origin,
    delay: Duration,
) {
    let Ok(runtime) = Handle::try_current() else {
        tracing::error!("no runtime is left to tell of an unknown effect once more");
        return;
    };
    let due = Instant::now() + delay.min(LONGEST);
    if registry.settling().add(origin, entries, due) {
        drop(runtime.spawn(settle(registry.clone(), origin)));
    }
}

async fn settle(registry: Registry, origin: Origin) {
    while let Some(due) = registry.settling().due(origin) {
        sleep_until(due).await;
        if let Some(entries) = registry.settling().take(origin, Instant::now()) {
            registry
                .tell(entries, origin, Certainty::UnknownSettled)
                .await;
        }
    }
}

impl Registry {
    /// Tells the listeners now what they would be told again later: the unknown effects of
    /// mutations that failed or were dropped a while ago ([`Certainty::UnknownSettled`]). For a
    /// server that is about to stop, after its last request.
    pub async fn settle_now(&self) {
        for (origin, entries) in self.settling().take_all() {
            self.tell(entries, origin, Certainty::UnknownSettled).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    fn entries(ids: std::ops::Range<i64>) -> Entries {
        ids.map(|id| Entry::scoped("user", params! { "user_id": id }))
            .collect()
    }

    #[tokio::test]
    async fn a_function_has_two_batches_at_most() {
        let settling = Settling::default();
        let origin = Some(FunctionId(0));
        let now = Instant::now();
        assert!(settling.add(origin, &entries(0..1), now));
        for id in 1..20 {
            assert!(!settling.add(origin, &entries(id..id + 1), now));
        }
        assert_eq!(settling.take(origin, now).unwrap(), entries(0..1));
        assert_eq!(settling.take(origin, now).unwrap(), entries(1..20));
        assert!(settling.take(origin, now).is_none());
        assert!(settling.add(origin, &entries(0..1), now));
    }

    #[tokio::test]
    async fn a_batch_that_is_full_goes_broad_and_misses_nothing() {
        let settling = Settling::default();
        let now = Instant::now();
        for id in 0..1_000 {
            settling.add(None, &entries(id..id + 1), now);
        }
        let all = settling.take_all();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].1.to_string(), "user");
        assert!(settling.take(None, now).is_none());
    }
}
