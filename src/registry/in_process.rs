//! Calls from inside the process: jobs, tests, other handlers.

use std::future::IntoFuture;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request};
use serde::Serialize;
use tower_service::Service;

use super::graph::Registry;
use crate::call::{Args, Call, Target};
use crate::error::{Error, Result};
use crate::identity::User;
use crate::reply::Reply;
use crate::service::Core;

/// A call from inside the process, made by awaiting it.
///
/// It goes the way of any other, through gates, validation, deadline and invalidation, except that
/// it may call private functions and that the layers of a
/// [`MizanLayer`](crate::MizanLayer) do not see it.
///
/// What it changes is told to the registry's listeners. A handler that calls another function within
/// itself and wants its own answer to name those changes too adds them, entry by entry of
/// [`Reply::invalidate`], to its call.
///
/// ```
/// # use mizan::{Auth, Call, Code, Function, Registry, Result, User};
/// fn whoami(call: Call) -> Result<String> { Ok(call.user()?.id().to_owned()) }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let registry = Registry::builder()
///     .function(Function::new("whoami", whoami).auth(Auth::Required))
///     .build()?;
///
/// let reply = registry.call("whoami", &()).user(User::new("7")).await.unwrap();
/// assert_eq!(reply.json::<String>().unwrap(), "7");
///
/// let error = registry.call("whoami", &()).await.unwrap_err();
/// assert_eq!(error.code(), Code::Unauthorized);
/// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
/// ```
#[derive(Debug)]
#[must_use = "a call is made by awaiting it"]
pub struct InProcess {
    call: Result<(Registry, Target, Bytes)>,
    user: Option<User>,
    request: Request<()>,
}

impl Registry {
    /// Calls a function with these arguments, a struct or `&()` for none, as nobody unless
    /// [`user`](InProcess::user) says otherwise.
    ///
    /// # Errors
    /// The call's own; `NOT_FOUND` for an unknown function.
    pub fn call<A: Serialize + ?Sized>(&self, function: &str, args: &A) -> InProcess {
        let target = self
            .function_id(function)
            .map(Target::Function)
            .ok_or_else(|| Error::not_found(format!("No function `{function}`")));
        self.in_process(target, args)
    }

    /// Reads a context with these parameters.
    ///
    /// # Errors
    /// The first of its members' errors; `NOT_FOUND` for an unknown context.
    pub fn read<A: Serialize + ?Sized>(&self, context: &str, params: &A) -> InProcess {
        let target = self
            .context_id(context)
            .map(Target::Context)
            .ok_or_else(|| Error::not_found(format!("No context `{context}`")));
        self.in_process(target, params)
    }

    fn in_process<A: Serialize + ?Sized>(&self, target: Result<Target>, args: &A) -> InProcess {
        let call = target.and_then(|target| {
            let json = serde_json::to_vec(args)?;
            let json = match json.first() {
                Some(b'{') => Bytes::from(json),
                _ if json == b"null" => Bytes::new(),
                _ => return Err(Error::bad_request("`args` must be an object or null")),
            };
            Ok((self.clone(), target, json))
        });
        InProcess {
            call,
            user: None,
            request: Request::new(()),
        }
    }
}

impl InProcess {
    /// Calls as this user.
    pub fn user(mut self, user: User) -> Self {
        self.user = Some(user);
        self
    }

    /// Adds a value to the call's extensions.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.request.extensions_mut().insert(value);
        self
    }

    /// Gives the call headers, for handlers and gates that look at them.
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        *self.request.headers_mut() = headers;
        self
    }
}

impl IntoFuture for InProcess {
    type Output = Result<Reply>;
    type IntoFuture = BoxFuture<'static, Result<Reply>>;

    fn into_future(self) -> Self::IntoFuture {
        async move {
            let (registry, target, json) = self.call?;
            let mut head = self.request.into_parts().0;
            head.extensions.insert(FromWithin);
            let call = Call::new(registry, target, Args::whole(json), self.user, head);
            Core::new().call(call).await
        }
        .boxed()
    }
}

/// Marks a call that came from inside the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FromWithin;
