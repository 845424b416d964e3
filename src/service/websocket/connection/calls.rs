//! The calls of a connection that are in flight.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::future::{CatchUnwind, FutureExt};
use futures_util::stream::{FuturesUnordered, Stream};
use http::request::Parts;
use pin_project_lite::pin_project;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::answer::{self, Kind};
use super::frame::Ask;
use crate::call::{Args, Call, Target};
use crate::error::{Error, Result};
use crate::identity::User;
use crate::service::Config;
use crate::service::exchange::unknown;
use crate::service::stack::StackFuture;

/// Runs calls side by side on the connection's own task.
#[derive(Default)]
pub(super) struct Calls {
    // An empty set has a node of its own, the size of a call.
    running: Option<FuturesUnordered<Running>>,
}

pin_project! {
    struct Running {
        id: Bytes,
        kind: Option<Kind>,
        #[pin]
        answer: CatchUnwind<AssertUnwindSafe<StackFuture>>,
    }
}

impl Future for Running {
    type Output = Utf8Bytes;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Utf8Bytes> {
        let this = self.project();
        let result = ready!(this.answer.poll(cx)).unwrap_or_else(|panic| {
            Err(Error::internal(crate::panic::message(&*panic).to_owned()))
        });
        let kind = this.kind.take().unwrap_or(Kind::Function);
        Poll::Ready(answer::call(text(this.id), &kind, result))
    }
}

/// What was cut out of a text at a value's ends is text.
fn text(id: &Bytes) -> &str {
    std::str::from_utf8(id).unwrap_or("null")
}

/// Who calls, of what.
pub(super) struct Asker<'a> {
    pub(super) config: &'a Config,
    pub(super) head: &'a Arc<Parts>,
    pub(super) user: Option<&'a User>,
}

impl Calls {
    pub(super) fn len(&self) -> usize {
        self.running.as_ref().map_or(0, FuturesUnordered::len)
    }

    /// Begins a call, or says at once why not. `frame` is the text that `ask` was read from.
    pub(super) fn begin(
        &mut self,
        kind: Kind,
        ask: &Ask<'_>,
        frame: &Bytes,
        asker: &Asker<'_>,
    ) -> Option<Utf8Bytes> {
        let begun = asker.target(&kind, &ask.name).and_then(|target| {
            let args = match ask.args {
                "" => Bytes::new(),
                args => frame.slice_ref(args.as_bytes()),
            };
            let call = Call::shared(
                asker.config.registry.clone(),
                target,
                Args::whole(args),
                asker.user.cloned(),
                Arc::clone(asker.head),
            );
            let begin = AssertUnwindSafe(|| asker.config.stack.call(call));
            catch_unwind(begin).map_err(|panic| {
                let message = crate::panic::message(&*panic);
                Error::internal(format!("beginning a call panicked: {message}"))
            })
        });
        match begun {
            Err(error) => Some(answer::failure(ask.id, &error)),
            Ok(future) => {
                self.running.get_or_insert_default().push(Running {
                    id: frame.slice_ref(ask.id.as_bytes()),
                    kind: Some(kind),
                    answer: AssertUnwindSafe(future).catch_unwind(),
                });
                None
            }
        }
    }

    /// The next answer; never ready while nothing is in flight.
    pub(super) fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Utf8Bytes> {
        let Some(running) = &mut self.running else {
            return Poll::Pending;
        };
        match ready!(Pin::new(running).poll_next(cx)) {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        }
    }

    /// Gives back what an empty set holds.
    pub(super) fn rest(&mut self) {
        if self.len() == 0 {
            self.running = None;
        }
    }

    /// Lets go of what is in flight; what it may have changed is told, as it is of any call whose
    /// client went away.
    pub(super) fn abandon(self) {
        if catch_unwind(AssertUnwindSafe(|| drop(self))).is_err() {
            tracing::error!("a call panicked while it was dropped");
        }
    }
}

impl Asker<'_> {
    fn target(&self, kind: &Kind, name: &str) -> Result<Target> {
        let (registry, debug) = (&self.config.registry, self.config.debug);
        match kind {
            Kind::Context => registry
                .context_id(name)
                .map(Target::Context)
                .ok_or_else(|| unknown(debug, "context", name)),
            Kind::Function => {
                let id = registry
                    .function_id(name)
                    .ok_or_else(|| unknown(debug, "function", name))?;
                if !registry.entry(id).is_websocket() {
                    let message = "This function is not served over the WebSocket";
                    return Err(Error::forbidden(message));
                }
                Ok(Target::Function(id))
            }
        }
    }
}
