//! A form's own handlers as handlers of functions.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{HeaderValue, LOCATION};

use super::formset::Forms;
use super::outcome::{FormsetSubmitted, Submitted};
use super::page::{self, WantsPage};
use crate::call::Call;
use crate::error::Result;
use crate::registry::{Handler, Started};

/// Where a page without JavaScript goes on.
pub(crate) enum Target<O> {
    Always(String),
    /// Found from what the handler gave.
    Found(Box<dyn Fn(&O) -> String + Send + Sync>),
}

impl<O> Target<O> {
    fn of(&self, output: &O) -> Cow<'_, str> {
        match self {
            Target::Always(path) => Cow::Borrowed(path),
            Target::Found(find) => Cow::Owned(find(output)),
        }
    }

    /// The path that is known beforehand to be none.
    pub(crate) fn defect(&self) -> Option<&str> {
        match self {
            Target::Always(path) if page::target(path).is_none() => Some(path),
            _ => None,
        }
    }
}

/// A submission's handler, which gives what the form answers with.
pub(crate) struct Submit<H, O> {
    pub(crate) handler: H,
    /// Known once the form is declared.
    pub(crate) target: Arc<OnceLock<Target<O>>>,
}

/// The shape of a form's handler, around that of the handler it was made from.
#[derive(Debug)]
pub(crate) struct Submitting<K>(PhantomData<K>);

impl<H, K, O> Handler<Submitting<K>> for Submit<H, O>
where
    H: Handler<K, Output = O>,
    H::Future: Send + 'static,
    O: Send + 'static,
{
    type Input = H::Input;
    type Output = Submitted<O>;
    type Future = BoxFuture<'static, Result<Submitted<O>>>;

    fn start(&self, call: Call, input: H::Input) -> Started<Self::Future> {
        let target = Arc::clone(&self.target);
        let finish = {
            let call = call.clone();
            move |output: O| {
                if call.extensions().get::<WantsPage>().is_some()
                    && let Some(target) = target.get()
                {
                    go_to(&call, &target.of(&output));
                }
                Submitted::done(output)
            }
        };
        match self.handler.start(call, input) {
            Started::Done(result) => Started::Done(result.map(finish)),
            Started::Running(future) => {
                Started::Running(future.map(|result| result.map(finish)).boxed())
            }
        }
    }
}

/// Whether the target is one that pages may be sent to is judged where they are sent.
fn go_to(call: &Call, target: &str) {
    match page::target(target) {
        Some(target) => call.set_header(LOCATION, target),
        None => {
            tracing::error!(
                form = call.name(),
                "the form's target is no path of this origin; it is passed over"
            );
            call.set_header(LOCATION, HeaderValue::from_static("/"));
        }
    }
}

/// A formset's handler, which is given the forms as a list.
pub(crate) struct SubmitAll<H> {
    pub(crate) handler: H,
}

/// The shape of a formset's handler, around that of the handler it was made from.
#[derive(Debug)]
pub(crate) struct SubmittingAll<K>(PhantomData<K>);

impl<H, K, I> Handler<SubmittingAll<K>> for SubmitAll<H>
where
    H: Handler<K, Input = Vec<I>, Output = ()>,
    H::Future: Send + 'static,
{
    type Input = Forms<I>;
    type Output = FormsetSubmitted;
    type Future = BoxFuture<'static, Result<FormsetSubmitted>>;

    fn start(&self, call: Call, input: Forms<I>) -> Started<Self::Future> {
        match self.handler.start(call, input.forms) {
            Started::Done(result) => Started::Done(result.map(|()| FormsetSubmitted::done())),
            Started::Running(future) => Started::Running(
                future
                    .map(|result| result.map(|()| FormsetSubmitted::done()))
                    .boxed(),
            ),
        }
    }
}

impl<H, O> fmt::Debug for Submit<H, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submit").finish_non_exhaustive()
    }
}
