use std::time::Instant;

use tracing::Span;
use tracing::field::Empty;

#[cfg(feature = "metrics")]
use super::meters::Meters;
use crate::error::Result;
use crate::registry::FunctionEntry;
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
    pub(super) fn finish(self, function: &FunctionEntry, result: &mut Result<Reply>) {
        if let Err(error) = result
            && error.status().is_server_error()
        {
            self.in_scope(|| error.log(Some(function.name())));
            error.set_logged();
        }
        let code = result.as_ref().err().map(|error| error.code().as_str());
        self.record(function, code);
    }

    /// The caller went away before the call ended.
    #[cold]
    pub(super) fn dropped(self, function: &FunctionEntry) {
        self.record(function, Some("DROPPED"));
    }

    #[inline]
    fn record(self, function: &FunctionEntry, code: Option<&'static str>) {
        let Some(began) = self.began else {
            return;
        };
        let taken = began.elapsed();
        if !self.span.is_disabled() {
            self.span.record("code", code.unwrap_or("OK"));
            self.span.record("duration_us", taken.as_micros() as u64);
        }
        #[cfg(feature = "metrics")]
        match code {
            None => function.meters().record(taken),
            Some(code) => Meters::failed(function.name(), code, taken),
        }
        #[cfg(not(feature = "metrics"))]
        let _ = function;
    }
}
