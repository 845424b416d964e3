//! When and how the server ends.

use std::io;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long requests that are under way may take once the server was told to end. What is left
/// then is dropped, so that no client can keep the process alive.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// How long a WebSocket's client may take to answer the close.
pub(crate) const LAST_WORDS: Duration = Duration::from_secs(1);

/// The signals that end the server.
pub(crate) struct Shutdown {
    interrupt: Signal,
    terminate: Signal,
}

impl Shutdown {
    /// Listens from now on: a signal that comes before anybody waits is not lost.
    pub(crate) fn on_signals() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    pub(crate) async fn requested(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
