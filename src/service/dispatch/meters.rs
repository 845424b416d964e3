//! Counting and timing calls through the `metrics` facade.

use std::time::Duration;

use metrics::{Key, Label, Level, Metadata, with_recorder};

const CALLS: &str = "mizan_calls_total";
const DURATION: &str = "mizan_call_duration_seconds";
const OK: &str = "OK";

static METADATA: Metadata<'static> = Metadata::new("mizan", Level::INFO, Some(module_path!()));

/// The meters of one function. A key is a list of labels and a hash over them; those of calls
/// that succeed are made once.
pub(crate) struct Meters {
    calls: Key,
    duration: Key,
}

impl Meters {
    pub(crate) fn new(function: &str) -> Self {
        Self::of(function, OK)
    }

    fn of(function: &str, code: &str) -> Self {
        let labels = [("function", function), ("code", code)]
            .map(|(name, value)| Label::new(name, value.to_owned()));
        Self {
            calls: Key::from_parts(CALLS, labels.to_vec()),
            duration: Key::from_parts(DURATION, labels.to_vec()),
        }
    }

    pub(super) fn record(&self, taken: Duration) {
        with_recorder(|recorder| {
            recorder
                .register_counter(&self.calls, &METADATA)
                .increment(1);
            recorder
                .register_histogram(&self.duration, &METADATA)
                .record(taken.as_secs_f64());
        });
    }

    #[cold]
    pub(super) fn failed(function: &str, code: &str, taken: Duration) {
        Self::of(function, code).record(taken);
    }
}
