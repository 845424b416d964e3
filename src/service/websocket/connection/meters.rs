//! Counting connections and frames through the `metrics` facade.

use super::ending::Ending;

/// One connection, counted from its beginning to its end.
#[derive(Debug)]
pub(super) struct Meters {
    ending: Option<Ending>,
}

#[cfg(feature = "metrics")]
impl Meters {
    pub(super) fn open() -> Self {
        metrics::gauge!("mizan_socket_connections").increment(1.0);
        Self { ending: None }
    }

    pub(super) fn received(&self) {
        metrics::counter!("mizan_socket_frames_total", "direction" => "in").increment(1);
    }

    pub(super) fn sent(&self) {
        metrics::counter!("mizan_socket_frames_total", "direction" => "out").increment(1);
    }
}

#[cfg(not(feature = "metrics"))]
impl Meters {
    pub(super) fn open() -> Self {
        Self { ending: None }
    }

    pub(super) fn received(&self) {}

    pub(super) fn sent(&self) {}
}

impl Meters {
    pub(super) fn ended(&mut self, ending: Ending) {
        self.ending = Some(ending);
    }
}

/// A connection that is dropped with its runtime is counted all the same.
impl Drop for Meters {
    fn drop(&mut self) {
        #[cfg(feature = "metrics")]
        {
            let reason = self.ending.map_or("dropped", Ending::label);
            metrics::gauge!("mizan_socket_connections").decrement(1.0);
            metrics::counter!("mizan_socket_closes_total", "reason" => reason).increment(1);
        }
    }
}
