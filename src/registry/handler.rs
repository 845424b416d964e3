//! The shapes a handler can have.
//!
//! The trait asks for the shape alone. That an input can be read, that a future can move between
//! threads and so on is asked for where a function is registered, so that the compiler names the
//! bound that is missing instead of saying that some function is no handler.

use std::future::{Future, Ready};

use crate::call::Call;
use crate::error::Result;

/// What a handler has begun: it is done, or there is a future to wait for.
pub enum Started<F: Future> {
    /// A synchronous handler is done when it returns, and no future is boxed for it.
    Done(F::Output),
    /// An asynchronous one.
    Running(F),
}

impl<F: Future> std::fmt::Debug for Started<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Started::Done(_) => "Done",
            Started::Running(_) => "Running",
        })
    }
}

/// An async or sync function over a [`Call`], with an input or without.
///
/// These are handlers:
///
/// ```
/// # use mizan::{Call, Function, Result};
/// # use serde::{Deserialize, Serialize}; use schemars::JsonSchema;
/// # #[derive(Serialize, Deserialize, JsonSchema)] struct Input {}
/// # #[derive(Serialize, JsonSchema)] struct Output {}
/// async fn a(call: Call, input: Input) -> Result<Output> { Ok(Output {}) }
/// async fn b(call: Call) -> Result<Output> { Ok(Output {}) }
/// fn c(call: Call, input: Input) -> Result<Output> { Ok(Output {}) }
/// fn d(call: Call) -> Result<Output> { Ok(Output {}) }
/// # let _ = (Function::new("a", a), Function::new("b", b), Function::new("c", c), Function::new("d", d));
/// ```
///
/// The trait is implemented for every such function and closure; there is nothing to implement by
/// hand. `Kind` only tells the shapes apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "this is not shaped like a handler",
    note = "a handler is `async fn(mizan::Call, Input) -> mizan::Result<Output>`; it may take no input, and it may be no `async`",
    note = "check that the `Call` comes first and by value, that one input at most comes behind it (a struct of all its fields), and that the result is a `mizan::Result`"
)]
pub trait Handler<Kind>: Send + Sync + 'static {
    /// What it takes; `()` where it takes no input.
    type Input;
    /// What it gives.
    type Output;
    /// Its future.
    type Future: Future<Output = Result<Self::Output>>;

    /// Begins a call.
    fn start(&self, call: Call, input: Self::Input) -> Started<Self::Future>;
}

/// `async fn(Call, I) -> Result<O>`
#[derive(Debug)]
pub struct AsyncWithInput<I>(std::marker::PhantomData<I>);

/// `async fn(Call) -> Result<O>`
#[derive(Debug)]
pub struct AsyncWithoutInput;

/// `fn(Call, I) -> Result<O>`
#[derive(Debug)]
pub struct SyncWithInput<I>(std::marker::PhantomData<I>);

/// `fn(Call) -> Result<O>`
#[derive(Debug)]
pub struct SyncWithoutInput;

impl<F, I, O, Fut> Handler<AsyncWithInput<I>> for F
where
    F: Fn(Call, I) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O>>,
{
    type Input = I;
    type Output = O;
    type Future = Fut;

    fn start(&self, call: Call, input: I) -> Started<Fut> {
        Started::Running(self(call, input))
    }
}

impl<F, O, Fut> Handler<AsyncWithoutInput> for F
where
    F: Fn(Call) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<O>>,
{
    type Input = ();
    type Output = O;
    type Future = Fut;

    fn start(&self, call: Call, (): ()) -> Started<Fut> {
        Started::Running(self(call))
    }
}

impl<F, I, O> Handler<SyncWithInput<I>> for F
where
    F: Fn(Call, I) -> Result<O> + Send + Sync + 'static,
{
    type Input = I;
    type Output = O;
    type Future = Ready<Result<O>>;

    fn start(&self, call: Call, input: I) -> Started<Self::Future> {
        Started::Done(self(call, input))
    }
}

impl<F, O> Handler<SyncWithoutInput> for F
where
    F: Fn(Call) -> Result<O> + Send + Sync + 'static,
{
    type Input = ();
    type Output = O;
    type Future = Ready<Result<O>>;

    fn start(&self, call: Call, (): ()) -> Started<Self::Future> {
        Started::Done(self(call))
    }
}
