//! How many connections there are, of whom, and until when.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::settings::Sockets;
use crate::error::{Error, Result};
use crate::identity::User;

/// When one who found no place may try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The places that one layer has, whatever serves it.
pub(crate) struct Admission {
    max: usize,
    max_per_user: usize,
    closed: AtomicBool,
    state: Mutex<State>,
    emptied: Notify,
}

#[derive(Default)]
struct State {
    all: usize,
    users: HashMap<Box<str>, usize, foldhash::fast::RandomState>,
    next_id: u64,
    /// Whom to tell that the server closes.
    wakers: HashMap<u64, Waker, foldhash::fast::RandomState>,
    drain_until: Option<Instant>,
}

impl Admission {
    pub(crate) fn new(sockets: &Sockets) -> Arc<Self> {
        Arc::new(Self {
            max: sockets.connections,
            max_per_user: sockets.connections_per_user,
            closed: AtomicBool::new(false),
            state: Mutex::default(),
            emptied: Notify::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more connection.
    ///
    /// # Errors
    /// `OVERLOADED` where there is none, in all or for this user, or the server closes.
    pub(super) fn admit(self: &Arc<Self>, user: Option<&User>) -> Result<Pass> {
        let mut state = self.state();
        if state.drain_until.is_some() || state.all >= self.max {
            return Err(Error::overloaded(RETRY_AFTER));
        }
        let user = user.map(|user| Box::from(user.id()));
        state.enter(user.as_deref(), self.max_per_user)?;
        state.all += 1;
        state.next_id += 1;
        Ok(Pass {
            id: state.next_id,
            user,
            waker: None,
            admission: Arc::clone(self),
        })
    }

    pub(super) fn count(&self) -> usize {
        self.state().all
    }

    /// Admits nobody any more, and tells everybody to end until then. The first end that was said
    /// stands unless the new one is sooner.
    pub(super) fn close(&self, drain_until: Instant) {
        let wakers = {
            let mut state = self.state();
            let sooner = state
                .drain_until
                .is_none_or(|earlier| drain_until < earlier);
            if sooner {
                state.drain_until = Some(drain_until);
            }
            self.closed.store(true, Ordering::Release);
            state.wakers.values().cloned().collect::<Vec<_>>()
        };
        for waker in wakers {
            waker.wake();
        }
    }

    /// Ready when nobody is left.
    pub(super) async fn empty(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.emptied.notified());
            emptied.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            emptied.await;
        }
    }
}

impl State {
    fn enter(&mut self, user: Option<&str>, max: usize) -> Result<()> {
        let Some(user) = user else { return Ok(()) };
        match self.users.get_mut(user) {
            Some(count) if *count >= max => return Err(Error::overloaded(RETRY_AFTER)),
            Some(count) => *count += 1,
            None => drop(self.users.insert(user.into(), 1)),
        }
        Ok(())
    }

    fn leave(&mut self, user: Option<Box<str>>) {
        let Some(user) = user else { return };
        if let Entry::Occupied(mut count) = self.users.entry(user) {
            match count.get().saturating_sub(1) {
                0 => drop(count.remove()),
                left => *count.get_mut() = left,
            }
        }
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission")
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}

/// A place among the connections, free again when it is dropped.
pub(crate) struct Pass {
    id: u64,
    user: Option<Box<str>>,
    /// Who is told that the server closes.
    waker: Option<Waker>,
    admission: Arc<Admission>,
}

impl Pass {
    /// Counts the connection among those of another user. Where that one has too many, nothing
    /// changes.
    ///
    /// # Errors
    /// `OVERLOADED`.
    pub(crate) fn change_user(&mut self, user: Option<&User>) -> Result<()> {
        let user = user.map(User::id);
        if self.user.as_deref() == user {
            return Ok(());
        }
        let mut state = self.admission.state();
        state.enter(user, self.admission.max_per_user)?;
        state.leave(self.user.take());
        drop(state);
        self.user = user.map(Box::from);
        Ok(())
    }

    /// Ready when the server closes: nothing new is to be begun, and what was begun has until then.
    /// Another end may be said later, which wakes the task again.
    pub(crate) fn poll_closing(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        // A connection is polled often, and its task's waker stays the same.
        let known = self.waker.as_ref();
        let known = known.is_some_and(|waker| waker.will_wake(cx.waker()));
        if known && !self.admission.closed.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        let mut state = self.admission.state();
        let drain_until = state.drain_until;
        let earlier = match known {
            true => None,
            false => state.wakers.insert(self.id, cx.waker().clone()),
        };
        drop(state);
        // A waker may be the last that holds its task: never dropped under the lock.
        drop(earlier);
        if !known {
            self.waker = Some(cx.waker().clone());
        }
        drain_until.map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.admission.state();
        let user = self.user.take();
        state.leave(user);
        let waker = state.wakers.remove(&self.id);
        state.all = state.all.saturating_sub(1);
        let empty = state.all == 0;
        drop(state);
        drop(waker);
        if empty {
            self.admission.emptied.notify_waiters();
        }
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
