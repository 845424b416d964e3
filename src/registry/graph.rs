use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::OptionFuture;
use http::HeaderValue;

use super::builder::RegistryBuilder;
#[cfg(feature = "websocket")]
use super::channels::ChannelSet;
use super::entry::{ContextEntry, ContextId, FunctionEntry, FunctionId};
use super::listener::{Certainty, Invalidated, Listeners};
use super::plan::warn_dropped;
use super::settling::Settling;
use super::telling::tell;
#[cfg(feature = "forms")]
use crate::form::{Render, Word};
use crate::invalidate::{Entries, Entry, Invalidation};

pub(crate) type Names<Id> = HashMap<Box<str>, Id, foldhash::fast::RandomState>;
pub(crate) type States = HashMap<TypeId, Box<dyn Any + Send + Sync>, foldhash::fast::RandomState>;

/// The checked graph of functions and contexts. A clone is one reference count.
///
/// ```
/// use mizan::{Call, Context, Function, Registry, Result};
/// # use serde::{Deserialize, Serialize}; use schemars::JsonSchema;
/// const USER: Context = Context::new("user").key("user_id");
///
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// struct UserKey { user_id: i64 }
///
/// async fn user_name(_call: Call, key: UserKey) -> Result<String> {
///     Ok(format!("user_{}", key.user_id))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let registry = Registry::builder()
///     .function(Function::new("user_name", user_name).context(USER))
///     .build()?;
///
/// let reply = registry.call("user_name", &UserKey { user_id: 42 }).await.unwrap();
/// assert_eq!(reply.json::<String>().unwrap(), "user_42");
/// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct Registry {
    graph: Arc<Graph>,
}

pub(crate) struct Graph {
    pub(super) functions: Vec<FunctionEntry>,
    pub(super) contexts: Vec<ContextEntry>,
    pub(super) function_names: Names<FunctionId>,
    pub(super) context_names: Names<ContextId>,
    pub(super) states: States,
    pub(super) listeners: Listeners,
    pub(super) settle: Option<Duration>,
    pub(super) settling: Settling,
    #[cfg(feature = "forms")]
    pub(super) messages: Option<Word>,
    #[cfg(feature = "forms")]
    pub(super) form_renderer: Option<Render>,
    pub(super) contract: HeaderValue,
    #[cfg(feature = "websocket")]
    pub(super) channels: ChannelSet,
}

impl Registry {
    /// Begins a registry.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::new()
    }

    pub(super) fn from_graph(graph: Graph) -> Self {
        Self {
            graph: Arc::new(graph),
        }
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(crate) fn function_id(&self, name: &str) -> Option<FunctionId> {
        self.graph.function_names.get(name).copied()
    }

    pub(crate) fn context_id(&self, name: &str) -> Option<ContextId> {
        self.graph.context_names.get(name).copied()
    }

    // Ids are made by the builder of this very graph, so the index is always there.
    pub(crate) fn entry(&self, id: FunctionId) -> &FunctionEntry {
        &self.graph.functions[id.0 as usize]
    }

    pub(crate) fn context_entry(&self, id: ContextId) -> &ContextEntry {
        &self.graph.contexts[id.0 as usize]
    }

    // A context is made by its first member.
    pub(crate) fn first_member(&self, id: ContextId) -> &FunctionEntry {
        self.entry(self.context_entry(id).members()[0])
    }

    pub(crate) fn state(&self, of: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        self.graph.states.get(&of).map(|state| &**state)
    }

    #[cfg(feature = "forms")]
    pub(crate) fn messages(&self) -> Option<&Word> {
        self.graph.messages.as_ref()
    }

    #[cfg(feature = "forms")]
    pub(crate) fn form_renderer(&self) -> Option<&Render> {
        self.graph.form_renderer.as_ref()
    }

    /// The hash over the registry's public shape, 16 hexadecimal digits, that every answer carries
    /// in `X-Mizan-Contract`.
    pub fn contract(&self) -> &str {
        self.graph.contract.to_str().unwrap_or_default()
    }

    pub(crate) fn contract_header(&self) -> &HeaderValue {
        &self.graph.contract
    }

    pub(crate) fn listeners(&self) -> &Listeners {
        &self.graph.listeners
    }

    pub(super) fn settling(&self) -> &Settling {
        &self.graph.settling
    }

    /// How long after an unknown effect its entries are told again.
    pub(crate) fn settle(&self, deadline: Option<Duration>) -> Option<Duration> {
        self.graph.settle.or(deadline)
    }

    /// An entry as far as this registry knows it, or none where it knows nothing of the context.
    pub(crate) fn checked(&self, entry: Entry) -> Option<Entry> {
        let Some(id) = self.context_id(entry.context()) else {
            tracing::warn!(
                context = entry.context(),
                "an entry names an unknown context"
            );
            return None;
        };
        let context = self.context_entry(id);
        if entry.params().iter().all(|(name, _)| context.shares(name)) {
            return Some(entry);
        }
        let mut params = entry.params().clone();
        params.retain(|name, _| {
            let keep = context.shares(name);
            if !keep {
                warn_dropped(context.name(), name);
            }
            keep
        });
        Some(Entry::scoped(context.name.clone(), params))
    }

    /// The entries as far as this registry knows them.
    pub(crate) fn checked_all(&self, entries: &Entries) -> Entries {
        entries
            .iter()
            .filter_map(|entry| self.checked(entry.clone()))
            .collect()
    }

    /// Tells everybody who listens that something changed outside of a call: from a job, a
    /// message queue, another service. Done when all of them are; if it is dropped before, they
    /// are told to the end by a task of its own.
    ///
    /// Parameters that not every member of a context declares are dropped, and unknown contexts
    /// are ignored; the log says so.
    ///
    /// ```
    /// # use mizan::{Call, Context, Function, Registry, Result, params};
    /// # use serde::{Deserialize, Serialize}; use schemars::JsonSchema;
    /// # #[derive(Serialize, Deserialize, JsonSchema)] struct UserKey { user_id: i64 }
    /// # async fn user_name(_call: Call, key: UserKey) -> Result<String> { Ok("Ada".into()) }
    /// const USER: Context = Context::new("user").key("user_id");
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let registry = Registry::builder()
    ///     .function(Function::new("user_name", user_name).context(USER))
    ///     .on_invalidate(|event| async move {
    ///         assert_eq!(event.entries.to_string(), "user;user_id=42");
    ///     })
    ///     .build()?;
    ///
    /// registry.invalidate(USER.at(params! { "user_id": 42 })).await;
    /// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
    /// ```
    pub fn invalidate<I: Into<Invalidation>>(
        &self,
        invalidation: I,
    ) -> impl Future<Output = ()> + Send + use<I> {
        let entries = self.checked_all(invalidation.into().entries());
        OptionFuture::from(tell(self, entries, None, Certainty::Changed)).map(drop)
    }

    pub(crate) fn tell(
        &self,
        entries: Entries,
        function: Option<FunctionId>,
        certainty: Certainty,
    ) -> futures_util::future::BoxFuture<'static, ()> {
        let function: Option<Cow<'static, str>> = function.map(|id| self.entry(id).name.clone());
        self.listeners().tell(Invalidated {
            entries: Arc::new(entries),
            function,
            certainty,
        })
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("functions", &self.graph.functions.len())
            .field("contexts", &self.graph.contexts.len())
            .field("contract", &self.contract())
            .finish_non_exhaustive()
    }
}
