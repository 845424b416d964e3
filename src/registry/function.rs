use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::Layer;
use tower_service::Service;

use super::context::Context;
use super::handler::Handler;
use super::invoke::{AfterSuccess, Extras, Hook, Invoke, Typed};
use super::scopes::{Contexts, IntoScopes};
use crate::call::{Call, Declared};
use crate::error::{BoxError, Error, Result};
use crate::identity::Auth;
use crate::invalidate::{Params, collect_scalars};
use crate::reply::Reply;
use crate::schema::{InputSchema, output_schema};
use crate::service::Route;

pub(crate) type Gate = Arc<dyn Fn(Call) -> BoxFuture<'static, Result<bool>> + Send + Sync>;
type Assemble<I, O> = Box<dyn FnOnce(Extras<I, O>) -> Arc<dyn Invoke> + Send>;

/// A function to register: a name, a handler, and what is declared about it.
///
/// A function that joins a context reads; one that affects or merges changes things. The input is
/// deserialised strictly, and its schema is what clients are generated from. To join or to affect
/// a context the input has to be `Serialize` too, because scopes are its values as they serialise.
///
/// ```
/// use mizan::{Auth, Call, Context, Function, Result};
/// # use serde::{Deserialize, Serialize}; use schemars::JsonSchema;
/// const USER: Context = Context::new("user").key("user_id");
///
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// struct Rename { user_id: i64, name: String }
///
/// async fn rename(call: Call, input: Rename) -> Result<()> { Ok(()) }
///
/// let function = Function::new("rename", rename)
///     .description("Gives a user another name.")
///     .auth(Auth::Required)
///     .affects(USER);
/// ```
#[must_use = "a function does nothing until it is registered"]
pub struct Function<I, O> {
    spec: FunctionSpec,
    extras: Extras<I, O>,
    assemble: Assemble<I, O>,
}

/// What a function declares, without its types.
pub(crate) struct FunctionSpec {
    pub(crate) name: Cow<'static, str>,
    pub(crate) description: Option<Cow<'static, str>>,
    pub(crate) input: InputSchema,
    pub(crate) has_input: bool,
    pub(crate) output: Value,
    pub(crate) error: Option<Value>,
    pub(crate) output_type: TypeId,
    pub(crate) list_of_output: TypeId,
    pub(crate) context: Option<Context>,
    pub(crate) local: bool,
    pub(crate) contexts_joined: usize,
    pub(crate) local_keys: Vec<&'static str>,
    pub(crate) effects: Vec<EffectSpec>,
    pub(crate) unscoped_slots: Vec<&'static str>,
    pub(crate) broad: bool,
    pub(crate) custom_scopes: bool,
    pub(crate) private: bool,
    pub(crate) websocket: bool,
    pub(crate) auth: Auth,
    pub(crate) gates: Vec<Gate>,
    pub(crate) deadline: Deadline,
    pub(crate) layers: Vec<Box<dyn FnOnce(Route) -> Route + Send>>,
}

/// One `affects` or `merge`, in the order of their declaration.
#[derive(Clone, Debug)]
pub(crate) struct EffectSpec {
    pub(crate) context: Context,
    pub(crate) merge: Option<MergeSpec>,
    pub(crate) broad: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct MergeSpec {
    pub(crate) key: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Deadline {
    #[default]
    Default,
    Never,
    After(Duration),
}

impl<I, O> Function<I, O>
where
    I: 'static,
    O: 'static,
{
    /// A function of this name, served by this handler (see [`Handler`] for its shapes).
    ///
    /// The name matches `[A-Za-z_][A-Za-z0-9_.-]*`, at most 64 characters;
    /// [`build`](crate::RegistryBuilder::build) refuses others.
    pub fn new<H, K>(name: impl Into<Cow<'static, str>>, handler: H) -> Self
    where
        H: Handler<K, Input = I, Output = O>,
        H::Future: Send + 'static,
        I: DeserializeOwned + JsonSchema + Send,
        O: Serialize + JsonSchema + Send,
        K: 'static,
    {
        Self {
            spec: FunctionSpec {
                name: name.into(),
                description: None,
                input: InputSchema::of::<I>(),
                has_input: TypeId::of::<I>() != TypeId::of::<()>(),
                output: output_schema::<O>(),
                error: None,
                output_type: TypeId::of::<O>(),
                list_of_output: TypeId::of::<Vec<O>>(),
                context: None,
                local: false,
                contexts_joined: 0,
                local_keys: Vec::new(),
                effects: Vec::new(),
                unscoped_slots: Vec::new(),
                broad: false,
                custom_scopes: false,
                private: false,
                websocket: false,
                auth: Auth::None,
                gates: Vec::new(),
                deadline: Deadline::Default,
                layers: Vec::new(),
            },
            extras: Extras::default(),
            assemble: Box::new(|extras| Arc::new(Typed::new(handler, extras))),
        }
    }

    /// What the function does, for tools and for the generated client.
    pub fn description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.spec.description = Some(text.into());
        self
    }

    /// The type of the `details` that this function's own errors carry.
    pub fn error<E: JsonSchema>(mut self) -> Self {
        self.spec.error = Some(output_schema::<E>());
        self
    }

    /// Who may call it; [`Auth::None`] unless said otherwise.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.spec.auth = auth;
        self
    }

    /// Asks the application before a call is let in, after [`auth`](Self::auth) and before the
    /// input is validated. `Ok(false)` answers `FORBIDDEN` with "Access denied", an error answers
    /// as it is. Several gates are asked in the order of their declaration; each has the function's
    /// deadline for itself.
    ///
    /// ```
    /// # use mizan::{Call, Error, Function, Result};
    /// async fn report(_: Call) -> Result<i64> { Ok(3) }
    ///
    /// let function = Function::new("report", report).gate(|call: Call| async move {
    ///     Ok(call.headers().get("x-office").is_some())
    /// });
    /// ```
    pub fn gate<G, Fut>(mut self, gate: G) -> Self
    where
        G: Fn(Call) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<bool>> + Send + 'static,
    {
        self.spec
            .gates
            .push(Arc::new(move |call| gate(call).boxed()));
        self
    }

    /// Keeps the function to the process itself: callers from outside get `FORBIDDEN`,
    /// [`Registry::call`](crate::Registry::call) reaches it.
    pub fn private(mut self) -> Self {
        self.spec.private = true;
        self
    }

    /// Serves the function over the WebSocket too.
    pub fn websocket(mut self) -> Self {
        self.spec.websocket = true;
        self
    }

    /// How long the handler may take before the call answers `TIMEOUT`, in place of the
    /// registry's default.
    pub fn deadline(mut self, after: Duration) -> Self {
        self.spec.deadline = Deadline::After(after);
        self
    }

    /// Lets the handler take as long as it wants.
    pub fn no_deadline(mut self) -> Self {
        self.spec.deadline = Deadline::Never;
        self
    }

    /// Puts a Tower layer around this function, inside its deadline and behind its gates. A layer
    /// that is added later stands around those added before.
    ///
    /// ```
    /// # use mizan::{Call, Function, Result};
    /// use tower::{ServiceBuilder, load_shed::LoadShedLayer, limit::ConcurrencyLimitLayer};
    /// async fn costly(_: Call) -> Result<i64> { Ok(3) }
    ///
    /// let function = Function::new("costly", costly)
    ///     .layer(ConcurrencyLimitLayer::new(2))
    ///     .layer(LoadShedLayer::new());   // the third caller gets OVERLOADED
    /// ```
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Send + 'static,
        L::Service: Service<Call, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Error: Into<BoxError>,
        <L::Service as Service<Call>>::Future: Send + 'static,
    {
        self.spec
            .layers
            .push(Box::new(move |route| Route::new(layer.layer(route))));
        self
    }

    /// Declares contexts that this function changes, always as a whole. For inputs that cannot be
    /// serialised; others have [`affects`](Self::affects).
    pub fn affects_broadly(mut self, contexts: impl Contexts) -> Self {
        self.push_effects(contexts, None, true);
        self
    }

    /// Turns auto-scoping off: the entries of this mutation are broad unless
    /// [`affects_params`](Self::affects_params) scopes them.
    pub fn broad(mut self) -> Self {
        self.spec.broad = true;
        self
    }

    /// Finds the scope of this mutation's entries from the call, the input and the output, in
    /// place of auto-scoping (protocol section 3). It gives one [`Params`] or several, a `Vec`.
    /// Each context takes of them what its members declare. If it fails or panics, the entries are
    /// broad and the answer is unharmed.
    ///
    /// ```
    /// # use mizan::{Call, Context, Function, Result, params};
    /// # use serde::{Deserialize, Serialize}; use schemars::JsonSchema;
    /// const USER: Context = Context::new("user").key("user_id");
    /// # #[derive(Clone, Serialize, Deserialize, JsonSchema)] struct Avatar { url: String }
    /// # async fn update_avatar(call: Call, input: Avatar) -> Result<()> { Ok(()) }
    /// let function = Function::new("update_avatar", update_avatar)
    ///     .affects(USER)
    ///     .affects_params(|call, _input, _output| {
    ///         Ok(params! { "user_id": call.user()?.id() })
    ///     });
    /// ```
    pub fn affects_params<F, R>(mut self, scopes: F) -> Self
    where
        F: Fn(&Call, &I, &O) -> Result<R> + Send + Sync + 'static,
        R: IntoScopes,
        I: Clone + Send,
        O: Send,
    {
        let scopes = Arc::new(scopes);
        self.set_hook(move |call, input| {
            let scopes = Arc::clone(&scopes);
            Box::new(move |output| {
                let found = catch_unwind(AssertUnwindSafe(|| {
                    scopes(&call, &input, &output).map(IntoScopes::into_scopes)
                }));
                declare(&call, found);
                Hook::Done(output)
            })
        });
        self
    }

    /// Like [`affects_params`](Self::affects_params), where finding the scope takes a query or the
    /// like. It has the function's deadline for itself.
    ///
    /// ```
    /// # use mizan::{Call, Context, Function, Result, params};
    /// # use serde::{Deserialize, Serialize}; use schemars::JsonSchema;
    /// const USER: Context = Context::new("user").key("user_id");
    /// # #[derive(Clone, Serialize, Deserialize, JsonSchema)] struct Team { team: i64 }
    /// # async fn rename_team(call: Call, input: Team) -> Result<()> { Ok(()) }
    /// # async fn members(team: i64) -> Result<Vec<i64>> { Ok(vec![1, 2]) }
    /// let function = Function::new("rename_team", rename_team)
    ///     .affects(USER)
    ///     .affects_params_async(|_call, input, _output| Box::pin(async move {
    ///         let members = members(input.team).await?;
    ///         Ok(members.into_iter().map(|id| params! { "user_id": id }).collect::<Vec<_>>())
    ///     }));
    /// ```
    pub fn affects_params_async<F, R>(mut self, scopes: F) -> Self
    where
        F: for<'a> Fn(&'a Call, &'a I, &'a O) -> BoxFuture<'a, Result<R>> + Send + Sync + 'static,
        R: IntoScopes,
        I: Clone + Send + Sync,
        O: Send + Sync,
    {
        let scopes = Arc::new(scopes);
        self.set_hook(move |call, input| {
            let scopes = Arc::clone(&scopes);
            Box::new(move |output| {
                Hook::Later(Box::pin(async move {
                    call.progress().scoping = true;
                    let find = async {
                        scopes(&call, &input, &output)
                            .await
                            .map(IntoScopes::into_scopes)
                    };
                    let bounded = crate::time::within(call.deadline(), find)
                        .map(|found| found.unwrap_or_else(|_| Err(Error::timeout())));
                    let found = AssertUnwindSafe(bounded).catch_unwind().await;
                    call.progress().scoping = false;
                    declare(&call, found);
                    output
                }))
            })
        });
        self
    }

    fn set_hook<F>(&mut self, hook: F)
    where
        F: Fn(Call, I) -> AfterSuccess<O> + Send + Sync + 'static,
        I: Clone,
    {
        self.spec.custom_scopes = true;
        self.extras.hook = Some(Arc::new(move |call, input| {
            hook(call.clone(), input.clone())
        }));
    }

    fn push_effects(&mut self, contexts: impl Contexts, merge: Option<MergeSpec>, broad: bool) {
        self.spec.effects.extend(
            contexts
                .into_contexts()
                .into_iter()
                .map(|context| EffectSpec {
                    context,
                    merge: merge.clone(),
                    broad,
                }),
        );
    }

    pub(crate) fn into_parts(self) -> (FunctionSpec, Arc<dyn Invoke>) {
        (self.spec, (self.assemble)(self.extras))
    }
}

// The bound stands on each method: so the compiler names the input that lacks it, where a bound of
// the whole block makes it say that there is no such method.
impl<I, O> Function<I, O>
where
    I: 'static,
    O: 'static,
{
    /// Makes the function a reader of this context.
    pub fn context(mut self, context: Context) -> Self
    where
        I: Serialize,
    {
        self.spec.context = Some(context);
        self.spec.contexts_joined += 1;
        self.collect();
        self
    }

    /// Makes the function a reader of a context of its own, which has the function's name.
    pub fn local(mut self) -> Self
    where
        I: Serialize,
    {
        self.spec.local = true;
        self.spec.contexts_joined += 1;
        self.collect();
        self
    }

    /// Like [`local`](Self::local), with a key. Call it again for further keys.
    pub fn local_key(mut self, key: &'static str) -> Self
    where
        I: Serialize,
    {
        if !self.spec.local {
            self = self.local();
        }
        self.spec.local_keys.push(key);
        self
    }

    /// Declares contexts that this function changes: one, or an array of several. The entries are
    /// scoped by the arguments that are named like keys of the context (protocol section 3).
    pub fn affects(mut self, contexts: impl Contexts) -> Self
    where
        I: Serialize,
    {
        self.push_effects(contexts, None, false);
        self.collect();
        self
    }

    /// Declares that the result becomes the value of the one member of this context whose output
    /// has the same type, without a fetch (protocol section 3).
    pub fn merge(mut self, context: Context) -> Self
    where
        I: Serialize,
    {
        self.push_effects(context, Some(MergeSpec { key: None }), false);
        self.collect();
        self
    }

    /// Declares that the result replaces or joins the item with the same `key` in the one member
    /// of this context whose output is a `Vec` of it.
    pub fn merge_by(mut self, context: Context, key: &'static str) -> Self
    where
        I: Serialize,
    {
        self.push_effects(context, Some(MergeSpec { key: Some(key) }), false);
        self.collect();
        self
    }

    /// Allows a merge into the slot of this name although its function takes no parameters, so
    /// that every instance of the context gets the value.
    pub fn allow_unscoped_slot(mut self, slot: &'static str) -> Self {
        self.spec.unscoped_slots.push(slot);
        self
    }

    fn collect(&mut self)
    where
        I: Serialize,
    {
        self.extras.scalars = Some(|input, wanted, params| collect_scalars(input, wanted, params));
    }
}

/// Leaves the scopes on the call, or logs why there are none: broad entries are always right.
fn declare(call: &Call, found: std::thread::Result<Result<Vec<Params>>>) {
    match found {
        Ok(Ok(scopes)) => call.progress().declared = Declared::Scopes(scopes),
        Ok(Err(error)) => tracing::error!(
            function = call.name(),
            error = ?error,
            "affects_params failed; the entries are broad",
        ),
        Err(panic) => tracing::error!(
            function = call.name(),
            panic = crate::panic::message(&*panic),
            "affects_params panicked; the entries are broad",
        ),
    }
}

impl<I, O> fmt::Debug for Function<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.spec.name)
            .finish_non_exhaustive()
    }
}
