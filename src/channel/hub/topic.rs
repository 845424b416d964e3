//! What the groups of one channel have in common.

#[cfg(feature = "metrics")]
use crate::channel::meters::Meters;
use crate::channel::outbox::{Outbox, Put};
use crate::channel::{Settings, frames};

pub(crate) struct Topic {
    pub(crate) name: Box<str>,
    pub(crate) presence: bool,
    pub(crate) tell_missed: bool,
    #[cfg(feature = "metrics")]
    meters: Meters,
}

impl Topic {
    pub(crate) fn new(name: &str, settings: &Settings) -> Self {
        Self {
            name: name.into(),
            presence: settings.presence,
            tell_missed: settings.tell_missed,
            #[cfg(feature = "metrics")]
            meters: Meters::new(name),
        }
    }

    /// The name that a group has everywhere.
    pub(crate) fn group(&self, own: &str) -> String {
        format!("{}:{own}", self.name)
    }

    /// A message to one client alone, which is given the time to take those before it.
    pub(crate) async fn answer(&self, outbox: &Outbox, params: &str, data: &str) {
        outbox.room().await;
        let mut tally = Tally::default();
        tally.add(outbox.put(frames::message(&self.name, params, data)));
        self.count(tally);
    }

    pub(super) fn count(&self, tally: Tally) {
        #[cfg(feature = "metrics")]
        self.meters.record(tally.delivered, tally.dropped);
        if tally.dropped > 0 {
            let Tally {
                delivered, dropped, ..
            } = tally;
            tracing::debug!(
                channel = &*self.name,
                delivered,
                dropped,
                "clients are gone"
            );
        }
    }
}

/// How a message fared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) delivered: u64,
    pub(super) dropped: u64,
    /// Some client has much waiting for it.
    pub(super) crowded: bool,
}

impl Tally {
    pub(super) fn add(&mut self, put: Put) {
        match put {
            Put::Roomy => self.delivered += 1,
            Put::Crowded => {
                self.delivered += 1;
                self.crowded = true;
            }
            Put::Refused => self.dropped += 1,
        }
    }
}
