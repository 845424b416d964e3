mod effects;
mod spec;

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::Layer;
use tower_service::Service;

use self::spec::type_name;
pub(crate) use self::spec::{Deadline, EffectSpec, FunctionSpec, Gate, MergeSpec, TypeNames};
use super::handler::Handler;
use super::invoke::{Extras, Invoke, Typed};
use crate::call::Call;
use crate::error::{BoxError, Result};
use crate::identity::Auth;
use crate::reply::Reply;
use crate::schema::{InputSchema, output_schema};
use crate::service::Route;

/// A function without its types.
pub(crate) type Registered = (FunctionSpec, Arc<dyn Invoke>);

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
                ts_name: None,
                description: None,
                input: Arc::new(InputSchema::of::<I>()),
                has_input: TypeId::of::<I>() != TypeId::of::<()>(),
                output: output_schema::<O>(),
                error: None,
                type_names: TypeNames {
                    input: type_name::<I>(),
                    output: type_name::<O>(),
                    error: None,
                },
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
                #[cfg(feature = "forms")]
                form: None,
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

    /// The word that the function has in generated code, in place of its name: `send mail` makes
    /// `callSendMail`. For names that would clash there.
    ///
    /// ```
    /// # use mizan::{Call, Function, Result};
    /// # fn state(_: Call) -> Result<i64> { Ok(42) }
    /// // `useState` is React's.
    /// let function = Function::new("state", state).ts_name("app_state");
    /// ```
    pub fn ts_name(mut self, word: impl Into<Cow<'static, str>>) -> Self {
        self.spec.ts_name = Some(word.into());
        self
    }

    /// The type of the `details` that this function's own errors carry.
    pub fn error<E: JsonSchema>(mut self) -> Self {
        self.spec.error = Some(output_schema::<E>());
        self.spec.type_names.error = type_name::<E>();
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
    /// that is added later stands around those added before. Where a layer tries again, an attempt
    /// whose effect is unknown stays unknown, however the last one ends, unless that succeeds.
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

    /// Holds the input to the rules that its type declares with garde: an input that its type and
    /// its schema admit is a `VALIDATION_ERROR` by them, with every field that breaks one.
    ///
    /// The schema's own limits are held to without this: those that schemars makes of garde's
    /// attributes are `length`, `range`, `pattern`, `contains` and `email`.
    ///
    /// ```
    /// # use mizan::{Call, Code, Function, Registry, Result};
    /// # use garde::Validate; use schemars::JsonSchema; use serde::Deserialize;
    /// #[derive(Deserialize, JsonSchema, Validate)]
    /// struct Rename {
    ///     #[garde(length(chars, min = 1, max = 40), custom(no_slash))]
    ///     name: String,
    /// }
    ///
    /// fn no_slash(name: &str, _: &()) -> garde::Result {
    ///     match name.contains('/') {
    ///         true => Err(garde::Error::new("Must not contain a slash")),
    ///         false => Ok(()),
    ///     }
    /// }
    /// # fn rename(_: Call, _: Rename) -> Result<()> { Ok(()) }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let registry = Registry::builder()
    ///     .function(Function::new("rename", rename).validated())
    ///     .build()?;
    /// let error = registry.call("rename", &serde_json::json!({"name": "a/b"})).await.unwrap_err();
    /// assert_eq!(error.details().unwrap()["fields"]["name"][0], "Must not contain a slash");
    /// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
    /// ```
    #[cfg(feature = "forms")]
    pub fn validated(mut self) -> Self
    where
        I: garde::Validate<Context: Default>,
    {
        let rules = crate::form::Rules::new(&self.spec.input);
        self.extras.rules = Some(Arc::new(move |input| {
            let errors = rules.judge(input);
            match errors.is_empty() {
                true => Ok(()),
                false => Err(errors.into()),
            }
        }));
        self
    }

    #[cfg(feature = "forms")]
    pub(crate) fn input(&self) -> &Arc<InputSchema> {
        &self.spec.input
    }

    pub(crate) fn into_registered(self) -> Registered {
        (self.spec, (self.assemble)(self.extras))
    }

    /// As a function of a form, which validates in front of it.
    #[cfg(feature = "forms")]
    pub(crate) fn submitting(mut self, form: crate::form::AnySubmission) -> Registered {
        self.spec.form = Some(form);
        self.into_registered()
    }
}

impl<I, O> fmt::Debug for Function<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.spec.name)
            .finish_non_exhaustive()
    }
}
