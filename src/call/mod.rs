//! One call on its way through the stack: what was asked, by whom, and what came of it so far.

mod args;
mod draft;
#[cfg(feature = "forms")]
mod given;
mod progress;

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use http::{Extensions, HeaderMap, Uri, request};

pub(crate) use self::args::Args;
pub(crate) use self::draft::Draft;
pub(crate) use self::progress::{Declared, Progress};
#[cfg(feature = "forms")]
pub(crate) use self::{args::FormBody, given::Given};
use crate::error::{Error, Result};
use crate::identity::User;
use crate::invalidate::Entry;
use crate::registry::{ContextId, FunctionEntry, FunctionId, Registry};

/// One call of a function, or one read of a context.
///
/// It is a handle: a clone is one reference count and means the same call. Handlers get it by
/// value; layers see it before them.
///
/// ```
/// use mizan::{Call, Context, Registry, Result, Function, params};
/// # use serde::{Deserialize, Serialize}; use schemars::JsonSchema;
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// struct Rename { user_id: i64, name: String }
///
/// struct Names(std::sync::Mutex<Vec<String>>);
/// const TEAM: Context = Context::new("team");
///
/// fn rename(call: Call, input: Rename) -> Result<()> {
///     call.state::<Names>()?.0.lock().unwrap().push(input.name);
///     call.invalidate(TEAM.everywhere());
///     Ok(())
/// }
/// # fn team(_: Call) -> Result<i64> { Ok(1) }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let registry = Registry::builder()
///     .state(Names(Default::default()))
///     .function(Function::new("team", team).context(TEAM))
///     .function(Function::new("rename", rename))
///     .build()?;
/// let reply = registry.call("rename", &Rename { user_id: 1, name: "Ada".into() }).await.unwrap();
/// assert_eq!(reply.invalidate().to_string(), "team");
/// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct Call {
    inner: Arc<Inner>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Function(FunctionId),
    Context(ContextId),
}

struct Inner {
    registry: Registry,
    target: Target,
    args: Args,
    user: Option<User>,
    head: Head,
    progress: Track,
}

#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and stands behind the call's Arc either way"
)]
enum Head {
    Own(request::Parts),
    // The calls of one connection share the request that opened it.
    #[cfg(feature = "websocket")]
    Shared(Arc<request::Parts>),
    // The members of a context share the request that asked for it.
    Of(Call),
}

enum Track {
    Own(Mutex<Progress>),
    // A layer that changes a call which others watch must not hide from them what comes of it.
    Of(Call),
}

impl Call {
    pub(crate) fn new(
        registry: Registry,
        target: Target,
        args: Args,
        user: Option<User>,
        head: request::Parts,
    ) -> Self {
        Self::with_head(registry, target, args, user, Head::Own(head))
    }

    /// A call whose request is shared by others.
    #[cfg(feature = "websocket")]
    pub(crate) fn shared(
        registry: Registry,
        target: Target,
        args: Args,
        user: Option<User>,
        head: Arc<request::Parts>,
    ) -> Self {
        Self::with_head(registry, target, args, user, Head::Shared(head))
    }

    #[inline]
    fn with_head(
        registry: Registry,
        target: Target,
        args: Args,
        user: Option<User>,
        head: Head,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                registry,
                target,
                args,
                user,
                head,
                progress: Track::Own(Mutex::default()),
            }),
        }
    }

    /// The call of one member of the context that this call reads.
    pub(crate) fn member(&self, function: FunctionId) -> Self {
        Self {
            inner: Arc::new(Inner {
                registry: self.inner.registry.clone(),
                target: Target::Function(function),
                args: self.inner.args.clone(),
                user: self.inner.user.clone(),
                head: Head::Of(self.clone()),
                progress: Track::Own(Mutex::default()),
            }),
        }
    }

    pub(crate) fn target_ref(&self) -> &Target {
        &self.inner.target
    }

    pub(crate) fn function_id(&self) -> Option<FunctionId> {
        match self.inner.target {
            Target::Function(id) => Some(id),
            Target::Context(_) => None,
        }
    }

    /// The function that is called. Only the stack's inner part asks, where contexts have become
    /// calls of their members; the first member stands in for a context so that nothing panics.
    pub(crate) fn entry(&self) -> &FunctionEntry {
        let registry = &self.inner.registry;
        match self.inner.target {
            Target::Function(id) => registry.entry(id),
            Target::Context(id) => registry.first_member(id),
        }
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.entry().deadline()
    }

    pub(crate) fn args(&self) -> &Args {
        &self.inner.args
    }

    /// The same call with its arguments read.
    #[cfg(feature = "forms")]
    pub(crate) fn with_given(self, given: Given) -> Self {
        self.edit(|inner| inner.args = Args::Given(Arc::new(given)))
    }

    pub(crate) fn progress(&self) -> MutexGuard<'_, Progress> {
        match &self.inner.progress {
            Track::Own(progress) => progress.lock().unwrap_or_else(PoisonError::into_inner),
            Track::Of(call) => call.progress(),
        }
    }

    /// The name of the function that is called or of the context that is read.
    pub fn name(&self) -> &str {
        match self.inner.target {
            Target::Function(id) => self.inner.registry.entry(id).name(),
            Target::Context(id) => self.inner.registry.context_entry(id).name(),
        }
    }

    /// True of the read of a context, false of the call of a function.
    pub fn is_context(&self) -> bool {
        matches!(self.inner.target, Target::Context(_))
    }

    /// The registry that serves this call.
    pub fn registry(&self) -> &Registry {
        &self.inner.registry
    }

    /// Who is calling, if anybody is known to be.
    pub fn identity(&self) -> Option<&User> {
        self.inner.user.as_ref()
    }

    /// Who is calling.
    ///
    /// # Errors
    /// `UNAUTHORIZED` where nobody is known to be calling.
    pub fn user(&self) -> Result<&User> {
        self.identity().ok_or_else(Error::anonymous)
    }

    /// The application's own value of the caller, as the loader or the host put it into
    /// [`User::with`].
    ///
    /// # Errors
    /// `UNAUTHORIZED` without a caller; `INTERNAL_ERROR`, with the type's and the function's name
    /// in the log, where the caller carries no such value.
    pub fn user_as<T: Any + Send + Sync>(&self) -> Result<&T> {
        self.user()?.get::<T>().ok_or_else(|| {
            Error::internal(format!(
                "`{}` asked for the caller as `{}`, which the user carries no value of; \
                 add it with `User::with`",
                self.name(),
                type_name::<T>(),
            ))
        })
    }

    /// The shared value of this type that was given to
    /// [`RegistryBuilder::state`](crate::RegistryBuilder::state).
    ///
    /// # Errors
    /// `INTERNAL_ERROR` where there is none; the log names the type and the function.
    pub fn state<T: Any + Send + Sync>(&self) -> Result<&T> {
        self.inner
            .registry
            .state(TypeId::of::<T>())
            .and_then(<dyn Any + Send + Sync>::downcast_ref)
            .ok_or_else(|| {
                Error::internal(format!(
                    "`{}` asked for the state `{}`, which the registry does not hold; \
                     add it with `Registry::builder().state(…)`",
                    self.name(),
                    type_name::<T>(),
                ))
            })
    }

    fn head(&self) -> &request::Parts {
        match &self.inner.head {
            Head::Own(parts) => parts,
            #[cfg(feature = "websocket")]
            Head::Shared(parts) => parts,
            Head::Of(call) => call.head(),
        }
    }

    /// The headers of the request. Empty for a call from inside the process.
    pub fn headers(&self) -> &HeaderMap {
        &self.head().headers
    }

    /// What the host application and its layers put into the request.
    pub fn extensions(&self) -> &Extensions {
        &self.head().extensions
    }

    /// The request's target.
    pub fn uri(&self) -> &Uri {
        &self.head().uri
    }

    /// The same call by another caller; for layers that know better who is calling.
    #[must_use]
    pub fn with_user(self, user: Option<User>) -> Self {
        self.edit(|inner| inner.user = user)
    }

    /// The same call with a value added to its extensions; for layers that leave something for
    /// those behind them.
    #[must_use]
    pub fn with_extension<T: Clone + Send + Sync + 'static>(self, value: T) -> Self {
        self.edit(|inner| {
            let shared = match &inner.head {
                Head::Own(_) => None,
                #[cfg(feature = "websocket")]
                Head::Shared(parts) => Some(request::Parts::clone(parts)),
                Head::Of(call) => Some(call.head().clone()),
            };
            if let Some(parts) = shared {
                inner.head = Head::Own(parts);
            }
            if let Head::Own(parts) = &mut inner.head {
                parts.extensions.insert(value);
            }
        })
    }

    // Handles that others hold stay as they are.
    fn edit(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            change(inner);
            return self;
        }
        let mut inner = Inner {
            registry: self.inner.registry.clone(),
            target: self.inner.target,
            args: self.inner.args.clone(),
            user: self.inner.user.clone(),
            head: Head::Of(self.clone()),
            progress: Track::Of(self),
        };
        change(&mut inner);
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Adds an entry to those that the answer of this call names (protocol section 3).
    ///
    /// It counts once the call succeeded, or when its effect is unknown; a call that ends in a 4xx
    /// names nothing. Parameters that not every member of the context declares are dropped, and an
    /// entry of a context that the registry does not know is dropped as a whole; the log says so.
    ///
    /// After 64 entries of one call, each further one counts as broad. A call that is over names
    /// nothing any more, which the log says: what a handler left running changes later is for
    /// [`Registry::invalidate`].
    pub fn invalidate(&self, entry: Entry) {
        let mut progress = self.progress();
        if progress.over {
            drop(progress);
            tracing::warn!(
                function = self.name(),
                entry = %entry,
                "the call is over; tell `Registry::invalidate` of what changes after it",
            );
        } else {
            progress.added.push_bounded(entry);
        }
    }

    /// Sets a header of the answer, in place of others of that name. Mizan's own headers,
    /// `Cache-Control`, `Content-Type` and the body's framing stay as they are. An error goes
    /// without it.
    pub fn set_header(&self, name: HeaderName, value: HeaderValue) {
        self.progress().headers_mut().insert(name, value);
    }

    /// Adds a header to the answer beside others of that name, as `Set-Cookie` needs it.
    pub fn append_header(&self, name: HeaderName, value: HeaderValue) {
        self.progress().headers_mut().append(name, value);
    }
}

/// Without arguments, headers and tokens: it may stand in a log.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("name", &self.name())
            .field("user", &self.inner.user)
            .finish_non_exhaustive()
    }
}
