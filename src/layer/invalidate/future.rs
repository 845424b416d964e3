use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll, ready};

use http::HeaderValue;
use pin_project_lite::pin_project;
use serde_json::value::RawValue;

use crate::call::{Call, Progress};
use crate::error::{Error, Result};
use crate::invalidate::{Entries, Entry, Merge, Scoped, Told};
use crate::registry::{Certainty, Ended, Found, Plan, Slot, Telling, tell, tell_again};
use crate::reply::Reply;

pin_project! {
    /// The future of [`Invalidate`](super::Invalidate).
    pub(crate) struct InvalidateFuture<F> {
        #[pin]
        inner: F,
        state: State,
    }

    impl<F> PinnedDrop for InvalidateFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            if let State::Running { call } = mem::replace(this.project().state, State::Over) {
                dropped(&call);
            }
        }
    }
}

enum State {
    Running {
        call: Call,
    },
    Telling {
        telling: Telling,
        result: Result<Reply>,
    },
    Over,
}

impl<F> InvalidateFuture<F> {
    pub(super) fn new(inner: F, call: Call) -> Self {
        Self {
            inner,
            state: State::Running { call },
        }
    }
}

impl<F> Future for InvalidateFuture<F>
where
    F: Future<Output = Result<Reply>>,
{
    type Output = Result<Reply>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let State::Running { .. } = this.state {
            let result = ready!(this.inner.poll(cx));
            let State::Running { call } = mem::replace(this.state, State::Over) else {
                return Poll::Ready(result);
            };
            match settle(&call, result) {
                (result, None) => return Poll::Ready(result),
                (result, Some(telling)) => *this.state = State::Telling { telling, result },
            }
        }
        if let State::Telling { telling, .. } = this.state {
            ready!(Pin::new(telling).poll(cx));
        }
        match mem::replace(this.state, State::Over) {
            State::Telling { result, .. } => Poll::Ready(result),
            _ => Poll::Ready(Err(Error::internal("polled after completion"))),
        }
    }
}

type Settled = (Result<Reply>, Option<Telling>);

fn settle(call: &Call, result: Result<Reply>) -> Settled {
    let mut progress = call.progress();
    progress.over = true;
    match result {
        Ok(reply) => changed(call, progress, reply),
        Err(error) => {
            let again = progress.again;
            drop(progress);
            match error.status().is_server_error() {
                true => unknown(call, error),
                false if again => self::again(call, error),
                false => (Err(error), None),
            }
        }
    }
}

/// The last time ended in a 4xx, which promises that nothing changed. For the times before it
/// nobody promised anything.
fn again(call: &Call, error: Error) -> Settled {
    let found = find_unknown(call);
    let telling = found.and_then(|found| told(call, found.into_all(), Certainty::Unknown));
    (Err(error), telling)
}

fn changed(call: &Call, mut progress: MutexGuard<'_, Progress>, mut reply: Reply) -> Settled {
    let headers = progress.take_headers();
    let listening = !call.registry().listeners().is_empty();
    let plan = call.entry().plan();
    if let (Some(template), false) = (plan.template(&progress), listening) {
        // Nobody looks at the entries themselves before the answer leaves.
        let scope = mem::take(&mut progress.scope);
        keep(&mut progress, || Some(template.header_value(&scope)));
        drop(progress);
        let extra = reply.extra_mut();
        extra.headers = headers;
        extra.invalidate = Told::Scoped(Scoped::new(template, scope));
        extra.merge = Vec::new();
        return (Ok(reply), None);
    }
    let found = find(call, plan, &mut progress, Ended::Well);
    let again = progress.again;
    drop(progress);
    if again {
        // It succeeded, and an earlier attempt may still commit.
        tell_again(call.registry(), found.all(), call.function_id());
    }
    if headers.is_none() && found.all().is_empty() {
        return (Ok(reply), None);
    }
    let told_of = listening.then(|| found.all().clone());
    let Found {
        invalidate,
        merge,
        header,
        ..
    } = found;
    let merge = match with_value(merge, &reply) {
        Ok(merge) => merge,
        Err(error) => return unknown(call, error),
    };
    let extra = reply.extra_mut();
    extra.headers = headers;
    extra.header = header;
    extra.invalidate = Told::Entries(invalidate);
    extra.merge = merge;
    let telling = told_of.and_then(|all| told(call, all, Certainty::Changed));
    (Ok(reply), telling)
}

fn with_value(merge: Vec<(Entry, Slot)>, reply: &Reply) -> Result<Vec<Merge>> {
    if merge.is_empty() {
        return Ok(Vec::new());
    }
    let value: Arc<RawValue> = Arc::from(serde_json::from_slice::<Box<RawValue>>(reply.value())?);
    Ok(merge
        .into_iter()
        .map(|(entry, slot)| Merge::new(entry, slot.function, slot.key, Arc::clone(&value)))
        .collect())
}

/// What became of a call whose handler was done, and whose answer then failed.
#[cfg(feature = "forms")]
pub(crate) async fn unknown_end(call: &Call, error: Error) -> Error {
    let (result, telling) = unknown(call, error);
    if let Some(telling) = telling {
        telling.await;
    }
    match result {
        Err(error) => error,
        Ok(_) => Error::internal("a failure came to nothing"),
    }
}

fn unknown(call: &Call, mut error: Error) -> Settled {
    match find_unknown(call) {
        Some(found) => {
            error.add_invalidate(found.header.clone());
            (Err(error), told(call, found.into_all(), Certainty::Unknown))
        }
        None => (Err(error), None),
    }
}

/// What a call whose end is not known may have changed; nothing where its handler never began.
fn find_unknown(call: &Call) -> Option<Found> {
    let mut progress = call.progress();
    if !progress.begun {
        return None;
    }
    let found = find(call, call.entry().plan(), &mut progress, Ended::Unknown);
    (!found.all().is_empty()).then_some(found)
}

/// What the call changed.
fn find(call: &Call, plan: &Plan, progress: &mut Progress, ended: Ended) -> Found {
    let found = plan.find(progress, ended, call.registry());
    keep(progress, || found.header.clone());
    found
}

/// Keeps the header for an answer that is made in place of the call's.
fn keep(progress: &mut Progress, header: impl FnOnce() -> Option<HeaderValue>) {
    if progress.layered {
        progress.lost = header().map(Box::new);
    }
}

#[cold]
fn dropped(call: &Call) {
    call.progress().over = true;
    let Some(found) = find_unknown(call) else {
        return;
    };
    tracing::warn!(
        function = call.name(),
        "a mutation was dropped before it ended"
    );
    // Nobody is left to wait for them.
    drop(told(call, found.into_all(), Certainty::Unknown));
}

fn told(call: &Call, entries: Entries, certainty: Certainty) -> Option<Telling> {
    tell(call.registry(), entries, call.function_id(), certainty)
}
