use std::time::Instant;

use tracing::Span;
use tracing::field::Empty;

use crate::error::{Error, Result};
use crate::reply::Reply;

/// What an observer sees of one call: its function, how it ended, how long it took. Never its
/// arguments, never a token. Nothing is measured when nobody looks.
pub(super) struct Watch {
    span: Span,
    began: Option<Instant>,
}

impl Watch {
    #[inline]
    pub(super) fn new(function: &str) -> Self {
        let span = tracing::info_span!("mizan.call", function, code = Empty, duration_us = Empty);
        let observed = cfg!(feature = "metrics") || !span.is_disabled();
        Self {
            span,
            began: observed.then(Instant::now),
        }
    }

    #[inline]
    pub(super) fn in_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        if self.span.is_disabled() {
            run()
        } else {
            self.span.in_scope(run)
        }
    }

    #[inline]
    pub(super) fn finish(self, function: &str, result: &Result<Reply>) {
        if let Err(error) = result
            && error.status().is_server_error()
        {
            self.in_scope(|| log(function, error));
        }
        if let Some(began) = self.began {
            let taken = began.elapsed();
            let code = result
                .as_ref()
                .err()
                .map_or("OK", |error| error.code().as_str());
            self.span.record("code", code);
            self.span.record("duration_us", taken.as_micros() as u64);
            #[cfg(feature = "metrics")]
            {
                let labels = [("function", function.to_owned()), ("code", code.to_owned())];
                metrics::counter!("mizan_calls_total", &labels).increment(1);
                metrics::histogram!("mizan_call_duration_seconds", &labels)
                    .record(taken.as_secs_f64());
            }
        }
    }
}

#[cold]
fn log(function: &str, error: &Error) {
    let cause = error.cause().map(|cause| cause.to_string());
    tracing::error!(function, code = %error.code(), cause, "a call failed");
}
