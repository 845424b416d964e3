//! Who may call a form's functions, for how long, and what a submission changes.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use serde::Serialize;

use super::Form;
use crate::call::Call;
use crate::error::Result;
use crate::form::outcome::Submitted;
use crate::identity::Auth;
use crate::registry::{Contexts, IntoScopes};

impl<I, O> Form<I, O>
where
    I: Send + 'static,
    O: Send + 'static,
{
    /// Who may see and submit it; [`Auth::None`] unless said otherwise.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.shared.auth = auth;
        self
    }

    /// Asks the application before any of its functions is let in, as
    /// [`Function::gate`](crate::Function::gate) does.
    pub fn gate<G, Fut>(mut self, gate: G) -> Self
    where
        G: Fn(Call) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<bool>> + Send + 'static,
    {
        self.shared
            .gates
            .push(Arc::new(move |call| gate(call).boxed()));
        self
    }

    /// Serves its functions over the WebSocket too.
    pub fn websocket(mut self) -> Self {
        self.shared.websocket = true;
        self
    }

    /// How long each of validation and handler may take, in place of the registry's default.
    pub fn deadline(mut self, after: Duration) -> Self {
        self.shared.deadline = Some(Some(after));
        self
    }

    /// Lets validation and handler take as long as they want.
    pub fn no_deadline(mut self) -> Self {
        self.shared.deadline = Some(None);
        self
    }

    /// Declares contexts that a submission changes, as [`Function::affects`](crate::Function::affects)
    /// does. A formset changes them as a whole.
    pub fn affects(mut self, contexts: impl Contexts) -> Self
    where
        I: Serialize,
    {
        for context in contexts.into_contexts() {
            self.contexts.push(context);
            self.submit = self.submit.affects(context);
        }
        self
    }

    /// Declares contexts that a submission changes, always as a whole. For types that cannot be
    /// serialised.
    pub fn affects_broadly(mut self, contexts: impl Contexts) -> Self {
        for context in contexts.into_contexts() {
            self.contexts.push(context);
            self.submit = self.submit.affects_broadly(context);
        }
        self
    }

    /// Finds the scope of a submission's entries, as
    /// [`Function::affects_params`](crate::Function::affects_params) does.
    pub fn affects_params<F, R>(mut self, scopes: F) -> Self
    where
        F: Fn(&Call, &I, &O) -> Result<R> + Send + Sync + 'static,
        R: IntoScopes,
        I: Clone,
    {
        self.submit = self
            .submit
            .affects_params(move |call, input, output| match output {
                Submitted::Done { data, .. } => scopes(call, input, data).map(R::into_scopes),
                Submitted::Refused { .. } => Ok(Vec::new()),
            });
        self
    }
}
