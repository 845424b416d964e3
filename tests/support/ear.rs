//! An ear for the log: every span and event with all its fields, as text.
//!
//! One subscriber serves the whole process, because Tracing keeps for each place in the code
//! whether anybody wants it, and subscribers that come and go make that a matter of luck. A test
//! hears what happens on its own thread, which is where its runtime runs everything.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests, of which each file uses a part"
)]

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, set_global_default};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Installs the subscriber, which is deaf where no [`Log`] listens.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_global_default(Ears).unwrap());
}

/// What was logged on this thread since it was made: a line a span, a record or an event.
pub(crate) struct Log(());

impl Log {
    pub(crate) fn listen() -> Self {
        install();
        LINES.set(Some(Vec::new()));
        Self(())
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        LINES.with_borrow(|lines| lines.clone().unwrap_or_default())
    }

    pub(crate) fn text(&self) -> String {
        self.lines().join("\n")
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

struct Ears;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

fn note(what: &str, write: impl FnOnce(&mut Line)) {
    let mut line = Line(what.to_owned());
    write(&mut line);
    LINES.with_borrow_mut(|lines| {
        let lines = lines.as_mut().expect("a span or an event nobody asked for");
        lines.push(line.0);
    });
}

impl Subscriber for Ears {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("mizan") && LINES.with_borrow(Option::is_some)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let name = format!("span {}", span.metadata().name());
        note(&name, |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        note("record", |line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let level = event.metadata().level().to_string();
        note(&level, |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
