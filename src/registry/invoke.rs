//! A handler without its types: read the input, run, write the output.

use std::any::{Any, TypeId};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::handler::{Handler, Started};
use crate::call::{Args, Call};
use crate::error::{Error, Result};
use crate::invalidate::Params;
use crate::reply::Reply;
use crate::schema::{InputSchema, Query, from_json, from_query};

pub(crate) trait Invoke: Send + Sync {
    /// Reads and validates the input ahead of [`invoke`](Self::invoke), which will find it.
    fn read_ahead(&self, call: &Call) -> Result<Params>;

    /// Reads the input and runs the handler.
    fn invoke(&self, call: Call) -> Outcome;
}

/// What came of a handler, or what will.
pub(crate) enum Outcome {
    Done(Option<Result<Reply>>),
    // The one box of the hot path: a handler's future has no name that a table could hold.
    Running(BoxFuture<'static, Result<Reply>>),
}

impl Outcome {
    pub(crate) fn done(result: Result<Reply>) -> Self {
        Outcome::Done(Some(result))
    }
}

impl Future for Outcome {
    type Output = Result<Reply>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Outcome::Done(result) => Poll::Ready(
                result
                    .take()
                    .unwrap_or_else(|| Err(Error::internal("polled after completion"))),
            ),
            Outcome::Running(future) => future.as_mut().poll(cx),
        }
    }
}

type Scalars<I> = fn(&I, Option<&[Box<str>]>, &mut Params);

/// Runs once the handler succeeded, and gives the output back.
pub(crate) type AfterSuccess<O> = Box<dyn FnOnce(O) -> Hook<O> + Send>;

pub(crate) enum Hook<O> {
    Done(O),
    Later(BoxFuture<'static, O>),
}

/// What some functions need and others do without.
pub(crate) struct Extras<I, O> {
    pub(crate) scalars: Option<Scalars<I>>,
    #[expect(clippy::type_complexity, reason = "named only here")]
    pub(crate) hook: Option<Arc<dyn Fn(&Call, &I) -> AfterSuccess<O> + Send + Sync>>,
    /// What the input has to hold to beyond its schema.
    #[expect(clippy::type_complexity, reason = "named only here")]
    pub(crate) rules: Option<Arc<dyn Fn(&I) -> Result<()> + Send + Sync>>,
}

impl<I, O> Default for Extras<I, O> {
    fn default() -> Self {
        Self {
            scalars: None,
            hook: None,
            rules: None,
        }
    }
}

pub(crate) struct Typed<H, K, I, O> {
    handler: H,
    extras: Extras<I, O>,
    kind: PhantomData<fn() -> K>,
}

impl<H, K, I, O> Typed<H, K, I, O> {
    pub(crate) fn new(handler: H, extras: Extras<I, O>) -> Self {
        Self {
            handler,
            extras,
            kind: PhantomData,
        }
    }
}

impl<H, K, I, O> Invoke for Typed<H, K, I, O>
where
    H: Handler<K, Input = I, Output = O>,
    H::Future: Send + 'static,
    I: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
    K: 'static,
{
    fn read_ahead(&self, call: &Call) -> Result<Params> {
        let input: I = self.read(call)?;
        let mut params = Params::new();
        if let Some(scalars) = self.extras.scalars {
            scalars(&input, None, &mut params);
        }
        call.progress().input = Some(Box::new(input));
        Ok(params)
    }

    fn invoke(&self, call: Call) -> Outcome {
        let input = match take(&call).map_or_else(|| self.read(&call), Ok) {
            Ok(input) => input,
            Err(error) => return Outcome::done(Err(error)),
        };
        let hook = self.extras.hook.as_ref().map(|hook| hook(&call, &input));
        self.begin(&call, &input);
        match (self.handler.start(call, input), hook) {
            (Started::Done(result), None) => Outcome::done(result.and_then(|o| Reply::of(&o))),
            (Started::Done(Err(error)), Some(_)) => Outcome::done(Err(error)),
            (Started::Done(Ok(output)), Some(hook)) => match hook(output) {
                Hook::Done(output) => Outcome::done(Reply::of(&output)),
                Hook::Later(output) => {
                    Outcome::Running(Box::pin(async move { Reply::of(&output.await) }))
                }
            },
            (Started::Running(future), hook) => Outcome::Running(Box::pin(async move {
                let mut output = future.await?;
                if let Some(hook) = hook {
                    output = match hook(output) {
                        Hook::Done(output) => output,
                        Hook::Later(output) => output.await,
                    };
                }
                Reply::of(&output)
            })),
        }
    }
}

impl<H, K, I, O> Typed<H, K, I, O>
where
    I: DeserializeOwned + 'static,
{
    #[inline]
    fn read(&self, call: &Call) -> Result<I> {
        let input = read(call)?;
        if let Some(rules) = &self.extras.rules {
            rules(&input)?;
        }
        Ok(input)
    }
}

impl<H, K, I, O> Typed<H, K, I, O> {
    /// From here on the call may have changed something.
    fn begin(&self, call: &Call, input: &I) {
        let mut scope = Params::new();
        if let Some(scalars) = self.extras.scalars {
            let wanted = call.entry().plan().wanted();
            if !wanted.is_empty() {
                scalars(input, Some(wanted), &mut scope);
            }
        }
        let mut progress = call.progress();
        progress.again = progress.begun;
        progress.begun = true;
        // A layer around the whole stack may begin anew what ended within it.
        progress.over = false;
        progress.scope = scope;
    }
}

fn take<I: 'static>(call: &Call) -> Option<I> {
    let input: Box<dyn Any + Send> = call.progress().input.take()?;
    input.downcast::<I>().ok().map(|input| *input)
}

#[inline]
fn read<I: DeserializeOwned + 'static>(call: &Call) -> Result<I> {
    match call.args() {
        Args::Json(args) if TypeId::of::<I>() != TypeId::of::<()>() => {
            match from_json(args.text()?) {
                Ok(input) if !call.entry().input().is_constrained() => Ok(input),
                Ok(input) => constrained(call, args.text()?).map(|()| input),
                Err(_) => reread(call),
            }
        }
        Args::Query if TypeId::of::<I>() != TypeId::of::<()>() => read_query(call),
        #[cfg(feature = "forms")]
        Args::Given(given) if TypeId::of::<I>() != TypeId::of::<()>() => {
            given.read_or_explain(call.entry().input())
        }
        args => {
            nothing(args)?;
            // `()` is what JSON calls null.
            Ok(from_json("null")?)
        }
    }
}

/// Finds out what is wrong with arguments that could not be read.
#[cold]
fn reread<I: DeserializeOwned>(call: &Call) -> Result<I> {
    let Args::Json(args) = call.args() else {
        return read_query(call);
    };
    let proven = args.prove()?;
    let text = proven.text()?;
    let schema = call.entry().input();
    if args.is_unproven()
        && let Ok(input) = from_json(text)
    {
        return constrained(call, text).map(|()| input);
    }
    Err(Error::validation(schema.explain_json::<I>(text)))
}

/// Holds an input that its type admits to what its schema asks beyond that.
fn constrained(call: &Call, text: &str) -> Result<()> {
    let schema = call.entry().input();
    if !schema.is_constrained() {
        return Ok(());
    }
    schema.hold_json(text).map_err(Error::validation)
}

fn read_query<I: DeserializeOwned>(call: &Call) -> Result<I> {
    let query = query(call)?;
    let schema: &InputSchema = call.entry().input();
    match from_query(&query) {
        Ok(input) if !schema.is_constrained() => Ok(input),
        _ => schema.coerce_query(&query).map_err(Error::validation),
    }
}

fn query(call: &Call) -> Result<Query<'_>> {
    Query::parse(call.uri().query().unwrap_or_default())
        .map_err(|_| Error::bad_request("The query is not UTF-8"))
}

/// Arguments of a function that takes none are ignored, but what is no JSON is refused.
fn nothing(args: &Args) -> Result<()> {
    if let Args::Json(json) = args
        && json.is_unproven()
        && from_json::<IgnoredAny>(json.text()?).is_err()
    {
        json.prove()?;
    }
    Ok(())
}
