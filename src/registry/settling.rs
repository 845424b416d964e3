//! Unknown effects, until they are told a second time.
//!
//! While a database is down every mutation ends unknown. However many they are, a function has two
//! batches at most: the one whose time is set, and the one that gathers until that is told. What a
//! batch cannot hold entry by entry it holds broadly.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::{join, join_all};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::entry::FunctionId;
use super::graph::Registry;
use super::listener::Certainty;
use super::telling::Telling;
use crate::invalidate::Entries;

/// Long enough for whatever deadline somebody sets instead of none.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A plain route, or a function.
type Origin = Option<FunctionId>;

#[derive(Debug, Default)]
pub(crate) struct Settling {
    batches: Mutex<HashMap<Origin, Batches>>,
    /// What is being told right now.
    telling: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Batches {
    current: Batch,
    next: Option<Batch>,
    /// Alive as long as the task that waits for the batches is.
    waiter: Weak<()>,
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

    fn telling(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.telling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, telling: JoinHandle<()>) {
        let mut all = self.telling();
        all.retain(|telling| !telling.is_finished());
        all.push(telling);
    }

    /// Adds to what is told later. Gives a token where nobody waits for that: nobody did yet, or the
    /// task that did went down with its runtime, or that runtime stands still.
    fn add(&self, origin: Origin, entries: &Entries, due: Instant) -> Option<Arc<()>> {
        let waiter = Arc::new(());
        match self.batches().entry(origin) {
            Place::Vacant(place) => {
                place.insert(Batches {
                    current: Batch::of(entries, due),
                    next: None,
                    waiter: Arc::downgrade(&waiter),
                });
            }
            Place::Occupied(mut place) => {
                let batches = place.get_mut();
                match &mut batches.next {
                    Some(next) => next.add(entries, due),
                    next @ None => *next = Some(Batch::of(entries, due)),
                }
                let waited_for = batches.waiter.strong_count() > 0;
                if waited_for && batches.current.due > Instant::now() {
                    return None;
                }
                batches.waiter = Arc::downgrade(&waiter);
            }
        }
        Some(waiter)
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
            .map(|(origin, batches)| {
                let Batches {
                    mut current, next, ..
                } = batches;
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
            self.entries.push_bounded(entry.clone());
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
    let due = Instant::now() + delay.min(LONGEST);
    let Some(waiter) = registry.settling().add(origin, entries, due) else {
        return;
    };
    match Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(settle(registry.clone(), origin, waiter))),
        Err(_) => tracing::error!("no runtime is left to tell of an unknown effect once more"),
    }
}

async fn settle(registry: Registry, origin: Origin, waiter: Arc<()>) {
    while let Some(due) = registry.settling().due(origin) {
        sleep_until(due).await;
        if let Some(entries) = registry.settling().take(origin, Instant::now()) {
            // The next batch does not wait for a listener that hangs.
            let telling = registry.tell(entries, origin, Certainty::UnknownSettled);
            registry.settling().note(tokio::spawn(telling));
        }
    }
    drop(waiter);
}

impl Registry {
    /// Tells the listeners now what they would be told again later: the unknown effects of
    /// mutations that failed or were dropped a while ago ([`Certainty::UnknownSettled`]). For a
    /// server that is about to stop, after its last request.
    ///
    /// Done when all of them have heard, those too that were being told already. If it is dropped
    /// before, they are told to the end while the runtime lasts.
    pub async fn settle_now(&self) {
        let tellings: Vec<Telling> = self
            .settling()
            .take_all()
            .into_iter()
            .map(|(origin, entries)| {
                Telling::new(self.tell(entries, origin, Certainty::UnknownSettled))
            })
            .collect();
        let before = std::mem::take(&mut *self.settling().telling());
        join(join_all(tellings), join_all(before)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invalidate::Entry;
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
        let later = now + Duration::from_secs(60);
        let waiter = settling.add(origin, &entries(0..1), later).unwrap();
        for id in 1..20 {
            assert!(settling.add(origin, &entries(id..id + 1), later).is_none());
        }
        assert!(settling.take(origin, now).is_none());
        let now = later;
        assert_eq!(settling.take(origin, now).unwrap(), entries(0..1));
        assert_eq!(settling.take(origin, now).unwrap(), entries(1..20));
        assert!(settling.take(origin, now).is_none());
        drop(waiter);
        assert!(settling.add(origin, &entries(0..1), now).is_some());
    }

    #[tokio::test]
    async fn a_waiter_that_is_gone_or_late_is_replaced() {
        let settling = Settling::default();
        let now = Instant::now();
        let later = now + Duration::from_secs(60);
        let waiter = settling.add(None, &entries(0..1), later);
        assert!(settling.add(None, &entries(1..2), later).is_none());
        drop(waiter);
        let waiter = settling.add(None, &entries(2..3), later);
        assert!(waiter.is_some());
        settling.take_all();
        let late = settling.add(None, &entries(3..4), now);
        assert!(settling.add(None, &entries(4..5), later).is_some());
        drop((waiter, late));
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
