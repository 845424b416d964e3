//! The connection under an upgrade, which each host hands over in its own way.

use std::fmt::Display;
use std::future::Future;
#[cfg(feature = "poem")]
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Extensions;
#[cfg(feature = "poem")]
use http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::connection::{self, Opening};
use crate::time::within;

/// How long a host may take to hand over the connection once the answer was given to it. A layer
/// outside may have kept the answer for itself, and the place of the connection would never be free
/// again.
const HANDOVER: Duration = Duration::from_secs(10);

/// A connection that can be had once the answer is sent.
pub(super) enum Upgrade {
    /// Of hyper, and of all that leave its extension in the request, as axum does.
    Hyper(OnUpgrade),
    #[cfg(feature = "poem")]
    Poem(poem::OnUpgrade),
}

impl Upgrade {
    pub(super) fn take(extensions: &mut Extensions) -> Option<Self> {
        #[cfg(feature = "poem")]
        if let Some(upgrade) = extensions.remove::<PoemUpgrade>() {
            return upgrade.take().map(Self::Poem);
        }
        extensions.remove().map(Self::Hyper)
    }

    /// Serves the connection to its end.
    pub(super) async fn serve(self, opening: Opening) {
        match self {
            Self::Hyper(upgrade) => {
                if let Some(upgraded) = handed_over(upgrade).await {
                    connection::run(TokioIo::new(upgraded), opening).await;
                }
            }
            #[cfg(feature = "poem")]
            Self::Poem(upgrade) => {
                if let Some(upgraded) = handed_over(upgrade).await {
                    connection::run(upgraded, opening).await;
                }
            }
        }
    }
}

async fn handed_over<U, E: Display>(upgrade: impl Future<Output = Result<U, E>>) -> Option<U> {
    match within(Some(HANDOVER), upgrade).await {
        Ok(Ok(upgraded)) => Some(upgraded),
        Ok(Err(error)) => {
            tracing::debug!(%error, "an upgrade was not completed");
            None
        }
        Err(_) => {
            tracing::warn!("an upgrade was answered, and its connection never handed over");
            None
        }
    }
}

/// poem keeps the handle outside of the extensions; this carries it in them.
#[cfg(feature = "poem")]
#[derive(Clone)]
pub(crate) struct PoemUpgrade(Arc<Mutex<Option<poem::OnUpgrade>>>);

#[cfg(feature = "poem")]
impl PoemUpgrade {
    /// The head of a request that carries the handle.
    pub(crate) fn carried(upgrade: poem::OnUpgrade, mut head: Parts) -> Parts {
        let held = Arc::new(Mutex::new(Some(upgrade)));
        head.extensions.insert(Self(held));
        head
    }

    fn take(&self) -> Option<poem::OnUpgrade> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.take()
    }
}
