//! What the application's side and the connection's side share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use redis::Client;
use tokio::sync::Notify;

use super::link::{Link, Trouble};
use super::meters;
use super::names::Names;
use super::outgoing::Outgoing;
use super::settings::Settings;
use super::wanted::Wanted;
use crate::channel::Health;

pub(super) struct State {
    pub(super) client: Client,
    pub(super) settings: Settings,
    pub(super) names: Arc<Names>,
    pub(super) outgoing: Outgoing,
    /// `groups` or `roster` changed.
    pub(super) changed: Notify,
    groups: Mutex<Wanted<()>>,
    roster: Mutex<Wanted<Vec<u8>>>,
    link: Mutex<Reached>,
    dropped: AtomicU64,
    /// How many of these the others were told of.
    told: AtomicU64,
    is_dropping: AtomicBool,
}

struct Reached {
    link: Option<Link>,
    since: SystemTime,
    /// Said once, and again only after it was reached.
    is_told: bool,
    times: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub(super) fn new(client: Client, settings: Settings) -> Self {
        Self {
            client,
            names: Arc::new(Names::new(&settings.prefix)),
            outgoing: Outgoing::new(settings.queue_messages, settings.queue_bytes, settings.keep),
            settings,
            changed: Notify::new(),
            groups: Mutex::default(),
            roster: Mutex::default(),
            link: Mutex::new(Reached {
                link: None,
                since: SystemTime::now(),
                is_told: false,
                times: 0,
            }),
            dropped: AtomicU64::new(0),
            told: AtomicU64::new(0),
            is_dropping: AtomicBool::new(false),
        }
    }

    pub(super) fn groups(&self) -> MutexGuard<'_, Wanted<()>> {
        lock(&self.groups)
    }

    pub(super) fn roster(&self) -> MutexGuard<'_, Wanted<Vec<u8>>> {
        lock(&self.roster)
    }

    pub(super) fn link(&self) -> Option<Link> {
        lock(&self.link).link.clone()
    }

    pub(super) fn health(&self) -> Health {
        let reached = lock(&self.link);
        Health::new(reached.link.is_some(), reached.since, self.dropped())
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Messages that other nodes will not have.
    pub(super) fn drop_messages(&self, count: u64) {
        if count == 0 {
            return;
        }
        self.dropped.fetch_add(count, Ordering::Relaxed);
        meters::dropped(count);
        if !self.is_dropping.swap(true, Ordering::Relaxed) {
            tracing::warn!("messages for other nodes are being dropped: Redis does not take them");
        }
    }

    /// Whether messages were dropped since this was last true.
    pub(super) fn has_to_tell(&self) -> bool {
        let dropped = self.dropped();
        self.told.swap(dropped, Ordering::Relaxed) != dropped
    }

    /// Everyone is subscribed to.
    pub(super) fn reached(&self, link: Link) {
        let mut reached = lock(&self.link);
        reached.link = Some(link);
        reached.since = SystemTime::now();
        reached.is_told = false;
        reached.times += 1;
        let times = reached.times;
        drop(reached);
        self.is_dropping.store(false, Ordering::Relaxed);
        meters::connected(true);
        if times == 1 {
            tracing::info!("connected to Redis");
        } else {
            meters::reconnected();
            tracing::info!("connected to Redis again");
        }
    }

    /// Nobody needs it any more.
    pub(super) fn released(&self) {
        let mut reached = lock(&self.link);
        reached.link = None;
        reached.since = SystemTime::now();
        drop(reached);
        meters::connected(false);
    }

    /// It is gone, or could not be reached.
    pub(super) fn lost(&self, trouble: &Trouble) {
        self.groups().unfollow();
        self.roster().unfollow();
        let mut reached = lock(&self.link);
        if reached.link.take().is_some() {
            reached.since = SystemTime::now();
        }
        let is_told = std::mem::replace(&mut reached.is_told, true);
        drop(reached);
        meters::connected(false);
        if is_told {
            tracing::debug!(%trouble, "Redis is still out of reach");
        } else {
            tracing::warn!(%trouble, "Redis is out of reach: other nodes are not heard");
        }
    }
}
