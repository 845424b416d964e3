use std::any::{Any, TypeId};
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;

use super::check::check;
#[cfg(feature = "forms")]
use super::defect::Defect;
use super::defect::RegistryError;
use super::function::{Function, Registered};
use super::graph::{Registry, States};
use super::listener::{Invalidated, Listener};
#[cfg(feature = "websocket")]
use crate::channel::{Backplane, ChannelEntry};
#[cfg(feature = "forms")]
use crate::form::{Render, Word};

const DEFAULT_DEADLINE: Duration = Duration::from_secs(30);
const DEFAULT_LISTENER_TIMEOUT: Duration = Duration::from_secs(5);

/// Collects what a [`Registry`] is made of; [`build`](Self::build) checks it as a whole.
#[must_use = "a builder does nothing until it is built"]
pub struct RegistryBuilder {
    pub(super) functions: Vec<Registered>,
    pub(super) states: States,
    pub(super) repeated_states: Vec<&'static str>,
    pub(super) listeners: Vec<Listener>,
    pub(super) listener_timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
    pub(super) settle: Option<Duration>,
    #[cfg(feature = "forms")]
    pub(super) messages: Option<Word>,
    #[cfg(feature = "forms")]
    pub(super) form_renderer: Option<Render>,
    #[cfg(feature = "forms")]
    pub(super) form_defects: Vec<Defect>,
    #[cfg(feature = "websocket")]
    pub(super) channels: Vec<ChannelEntry>,
    #[cfg(feature = "websocket")]
    pub(super) backplane: Option<Box<dyn Backplane>>,
}

impl RegistryBuilder {
    pub(super) fn new() -> Self {
        Self {
            functions: Vec::new(),
            states: States::default(),
            repeated_states: Vec::new(),
            listeners: Vec::new(),
            listener_timeout: Some(DEFAULT_LISTENER_TIMEOUT),
            deadline: Some(DEFAULT_DEADLINE),
            settle: None,
            #[cfg(feature = "forms")]
            messages: None,
            #[cfg(feature = "forms")]
            form_renderer: None,
            #[cfg(feature = "forms")]
            form_defects: Vec::new(),
            #[cfg(feature = "websocket")]
            channels: Vec::new(),
            #[cfg(feature = "websocket")]
            backplane: None,
        }
    }

    /// Registers a function.
    pub fn function<I: 'static, O: 'static>(mut self, function: Function<I, O>) -> Self {
        self.functions.push(function.into_registered());
        self
    }

    /// Shares a value with all handlers, which get it by its type from
    /// [`Call::state`](crate::Call::state). One value a type; a second one is an error of
    /// [`build`](Self::build).
    pub fn state<T: Any + Send + Sync>(mut self, state: T) -> Self {
        if self
            .states
            .insert(TypeId::of::<T>(), Box::new(state))
            .is_some()
        {
            self.repeated_states.push(std::any::type_name::<T>());
        }
        self
    }

    /// Tells this function whatever is invalidated: by mutations, by plain routes, by
    /// [`Registry::invalidate`]. Several can listen. An answer leaves after all of them are done,
    /// so that whoever reads after it meets no cache that has not heard.
    ///
    /// ```
    /// # use mizan::Registry;
    /// let registry = Registry::builder().on_invalidate(|event| async move {
    ///     println!("{:?}: {}", event.certainty, event.entries);
    /// });
    /// ```
    pub fn on_invalidate<F, Fut>(mut self, listener: F) -> Self
    where
        F: Fn(Invalidated) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.listeners
            .push(Arc::new(move |event| listener(event).boxed()));
        self
    }

    /// How long an answer waits for a listener; 5 seconds unless set, `None` for ever. A listener
    /// that takes longer is stopped and the log says so.
    pub fn listener_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.listener_timeout = timeout;
        self
    }

    /// How long a handler may take where its function says nothing; 30 seconds unless set, `None`
    /// for ever. A call whose deadline passes answers `TIMEOUT`.
    pub fn default_deadline(mut self, deadline: Option<Duration>) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long after a mutation with an unknown effect its entries are told a second time, for
    /// what it began and may still commit (protocol section 3, "Failure"). The function's deadline
    /// unless set, or 30 seconds where it has none.
    ///
    /// A function's unknown effects are gathered while one telling is due, so the second of many
    /// may come later than this, by as much again. What is due when the process stops is told by
    /// [`Registry::settle_now`] or not at all.
    pub fn settle_after(mut self, delay: Duration) -> Self {
        self.settle = Some(delay);
        self
    }

    /// Checks the whole graph and works out whatever calls will need.
    ///
    /// # Errors
    /// A [`RegistryError`] with every defect that was found, not just the first.
    pub fn build(self) -> Result<Registry, RegistryError> {
        check(self)
    }
}

impl fmt::Debug for RegistryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryBuilder")
            .field("functions", &self.functions.len())
            .field("states", &self.states.len())
            .finish_non_exhaustive()
    }
}
