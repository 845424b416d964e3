use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::admission::Admission;
use super::settings::FOR_EVER;
use crate::service::config::Config;

/// Beyond the drain and the closing handshake, for hooks of channels that end.
const SLACK: Duration = Duration::from_millis(500);

/// The WebSockets of a layer, for its host:
/// [`MizanLayer::connections`](crate::MizanLayer::connections), or of a service that was made without
/// one: [`MizanService::connections`](crate::MizanService::connections).
///
/// A host's own graceful shutdown does not know of them: to hyper, an upgraded connection is over.
///
/// ```
/// # use mizan::{MizanLayer, Registry};
/// use std::time::Duration;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let registry = Registry::builder().build().unwrap();
/// let layer = MizanLayer::new(registry);
/// let connections = layer.connections();
/// // …the layer serves, and the process is told to end…
/// connections.close(Duration::from_secs(1)).await;
/// assert_eq!(connections.count(), 0);
/// # });
/// ```
#[derive(Clone)]
pub struct Connections {
    admission: Arc<Admission>,
    close_timeout: Duration,
}

impl Connections {
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            admission: Arc::clone(&config.admission),
            close_timeout: config.sockets.close_timeout,
        }
    }

    /// How many there are now.
    pub fn count(&self) -> usize {
        self.admission.count()
    }

    /// Ends all of them. From now on upgrades are answered 503; nothing more is read from the
    /// connections that there are, calls in flight may end within `drain`, and then each is closed
    /// with 1001.
    ///
    /// Where it is called again, the soonest of the ends counts.
    ///
    /// Done when none is left, or after `drain` and the
    /// [`close_timeout`](crate::Sockets::close_timeout) whatever a client does. Once it was
    /// polled, the connections end even if it is dropped.
    pub async fn close(&self, drain: Duration) {
        let drain_until = Instant::now() + drain.min(FOR_EVER);
        self.admission.close(drain_until);
        let end = drain_until + self.close_timeout + SLACK;
        if timeout_at(end, self.admission.empty()).await.is_err() {
            tracing::warn!(left = self.count(), "WebSockets did not close in time");
        }
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}
