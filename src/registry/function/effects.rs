//! What a function declares of contexts: which it reads for, which it changes, and how the scope of
//! a change is found.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;

use super::Function;
use super::spec::{EffectSpec, MergeSpec};
use crate::call::{Call, Declared};
use crate::error::{Error, Result};
use crate::invalidate::{Params, collect_scalars};
use crate::registry::context::Context;
use crate::registry::invoke::{AfterSuccess, Hook};
use crate::registry::scopes::{Contexts, IntoScopes};

impl<I, O> Function<I, O>
where
    I: 'static,
    O: 'static,
{
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
    /// place of auto-scoping (protocol section 3). It gives one [`Params`] or several, a `Vec`; none
    /// and more than 64 count as broad.
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
                    let scoping = Scoping::new(&call);
                    let find = async {
                        scopes(&call, &input, &output)
                            .await
                            .map(IntoScopes::into_scopes)
                    };
                    let bounded = crate::time::within(call.deadline(), find)
                        .map(|found| found.unwrap_or_else(|_| Err(Error::timeout())));
                    let found = AssertUnwindSafe(bounded).catch_unwind().await;
                    drop(scoping);
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

/// While the scopes are looked for, which has a deadline of its own. A layer may drop that half way.
struct Scoping {
    call: Call,
}

impl Scoping {
    fn new(call: &Call) -> Self {
        call.progress().scoping = true;
        Self { call: call.clone() }
    }
}

impl Drop for Scoping {
    fn drop(&mut self) {
        self.call.progress().scoping = false;
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
