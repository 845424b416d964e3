use std::borrow::Cow;

use crate::invalidate::{Entry, Params};

/// How many keys a context can declare.
const MAX_KEYS: usize = 8;

/// A named group of reader functions that are fetched together (protocol section 2).
///
/// It is a value to declare once and to name everywhere: where readers join it, where mutations
/// affect it, and where an entry is made by hand.
///
/// ```
/// use mizan::{Context, params};
///
/// const USER: Context = Context::new("user").key("user_id");
///
/// assert_eq!(USER.at(params! { "user_id": 42 }).to_string(), "user;user_id=42");
/// assert_eq!(USER.everywhere().to_string(), "user");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Context {
    name: &'static str,
    keys: [&'static str; MAX_KEYS],
    // May exceed MAX_KEYS, which `build()` reports: a const fn has no better place for an error.
    key_count: usize,
    ts_name: Option<&'static str>,
}

impl Context {
    /// The context that a client fetches once per page load.
    pub const GLOBAL: Context = Context::new("global");

    /// A context of this name, without keys.
    ///
    /// The name matches `[A-Za-z_][A-Za-z0-9_.-]*`, at most 64 characters;
    /// [`build`](crate::RegistryBuilder::build) refuses others.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            keys: [""; MAX_KEYS],
            key_count: 0,
            ts_name: None,
        }
    }

    /// Declares a parameter that says which thing the context is about. Every member has to take
    /// it. A mutation with an argument of this name and type is scoped by it without further ado.
    /// At most eight.
    pub const fn key(mut self, name: &'static str) -> Self {
        if self.key_count < MAX_KEYS {
            self.keys[self.key_count] = name;
        }
        self.key_count += 1;
        self
    }

    /// The word that the context has in generated code, in place of its name. For names that would
    /// clash there. The value that the first member joins with decides.
    ///
    /// ```
    /// # use mizan::Context;
    /// const STATE: Context = Context::new("state").ts_name("app_state");
    /// ```
    pub const fn ts_name(mut self, word: &'static str) -> Self {
        self.ts_name = Some(word);
        self
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The keys, in the order of their declaration.
    pub fn keys(&self) -> &[&'static str] {
        &self.keys[..self.key_count.min(MAX_KEYS)]
    }

    pub(crate) const fn ts(&self) -> Option<&'static str> {
        self.ts_name
    }

    pub(crate) fn has_too_many_keys(&self) -> bool {
        self.key_count > MAX_KEYS
    }

    /// The entry that hits the instances of this context that agree with `params`
    /// (protocol section 3).
    pub fn at(&self, params: Params) -> Entry {
        Entry::scoped(Cow::Borrowed(self.name), params)
    }

    /// The entry that hits every instance of this context.
    pub fn everywhere(&self) -> Entry {
        Entry::broad(Cow::Borrowed(self.name))
    }
}
