//! The one thing that this server remembers: the names that users were given.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
pub(crate) struct Names(Mutex<HashMap<i64, String>>);

impl Names {
    /// The name of a user, `user_{id}` until another was set.
    pub(crate) fn get(&self, user_id: i64) -> String {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .get(&user_id)
            .cloned()
            .unwrap_or_else(|| format!("user_{user_id}"))
    }

    pub(crate) fn set(&self, user_id: i64, name: String) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(user_id, name);
    }
}
