//! Counting messages through the `metrics` facade.

use metrics::{Key, Label, Level, Metadata, with_recorder};

const MESSAGES: &str = "mizan_channel_messages_total";

static METADATA: Metadata<'static> = Metadata::new("mizan", Level::INFO, Some(module_path!()));

/// The meters of one channel: one message to one client counts once, as `delivered` where it was
/// put into the client's queue, and as `dropped` where that is full or the client gone.
pub(crate) struct Meters {
    delivered: Key,
    dropped: Key,
}

impl Meters {
    pub(crate) fn new(channel: &str) -> Self {
        let key = |result: &'static str| {
            let labels = vec![
                Label::new("channel", channel.to_owned()),
                Label::from_static_parts("result", result),
            ];
            Key::from_parts(MESSAGES, labels)
        };
        Self {
            delivered: key("delivered"),
            dropped: key("dropped"),
        }
    }

    pub(crate) fn record(&self, delivered: u64, dropped: u64) {
        for (key, count) in [(&self.delivered, delivered), (&self.dropped, dropped)] {
            if count > 0 {
                with_recorder(|recorder| {
                    recorder.register_counter(key, &METADATA).increment(count);
                });
            }
        }
    }
}
