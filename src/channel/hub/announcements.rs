//! Telling the other nodes who is here, a moment after it changed, once for all changes of it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use foldhash::fast::RandomState;
use tokio::runtime::Handle;

use super::Hub;

/// How long changes are gathered.
const GATHER: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Announcements {
    due: Mutex<Due>,
    /// Held while groups are told of, so that what is told last is what was found last.
    telling: Mutex<()>,
}

#[derive(Default)]
struct Due {
    groups: HashSet<Arc<str>, RandomState>,
    /// A task will tell of them.
    awaited: bool,
}

impl Announcements {
    pub(super) fn add(&self, hub: &Weak<Hub>, group: &Arc<str>) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        due.groups.insert(Arc::clone(group));
        if due.awaited {
            return;
        }
        let flush = Flush(Weak::clone(hub));
        match Handle::try_current() {
            Ok(runtime) => {
                due.awaited = true;
                drop(due);
                runtime.spawn(async move {
                    let _flush = flush;
                    tokio::time::sleep(GATHER).await;
                });
            }
            Err(_) => {
                drop(due);
                drop(flush);
            }
        }
    }

    fn tell(&self, hub: &Hub) {
        let _telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        let groups = {
            let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
            due.awaited = false;
            std::mem::take(&mut due.groups)
        };
        let Some(backplane) = hub.running() else {
            return;
        };
        for group in groups {
            backplane.announce(&group, hub.present_here(&group));
        }
    }
}

/// Tells when it is dropped: after the wait, or when the runtime ends before.
struct Flush(Weak<Hub>);

impl Drop for Flush {
    fn drop(&mut self) {
        if let Some(hub) = self.0.upgrade() {
            hub.announcements.tell(&hub);
        }
    }
}
