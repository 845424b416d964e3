//! `ws/`: the upgrade to a WebSocket (protocol sections 6 and 7, RFC 6455 section 4.2, and over
//! HTTP/2 RFC 8441).

mod admission;
mod connection;
mod connections;
mod handshake;
mod head;
mod host;
mod identify;
mod offer;
mod settings;

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::request::Parts;
use tokio::runtime::Handle;

pub(crate) use self::admission::{Admission, Pass};
#[cfg(fuzzing)]
pub use self::connection::fuzz_frame;
pub use self::connections::Connections;
use self::handshake::{Handshake, VERSION, WEBSOCKET, is_http1};
#[cfg(feature = "poem")]
pub(crate) use self::host::PoemUpgrade;
use self::host::Upgrade;
use self::identify::identify;
pub(crate) use self::identify::{Identity, by_token};
use self::offer::Offer;
pub use self::settings::Sockets;
use super::config::Config;
use super::encode;
use crate::error::{Error, Result};
use connection::Opening;

/// Answers an upgrade: path and method were looked at; then come the handshake, the credential,
/// the origin, and whether there is a place.
pub(super) async fn answer(config: Arc<Config>, head: Parts) -> Response<Bytes> {
    let http1 = is_http1(&head);
    match accept(&config, head).await {
        Ok(response) => response,
        Err(Refusal { error, version }) => {
            let mut response = encode::refusal(&config, &error, false);
            let headers = response.headers_mut();
            if error.status() == http::StatusCode::UPGRADE_REQUIRED && http1 {
                headers.insert(UPGRADE, WEBSOCKET);
                headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            }
            if version {
                headers.insert(SEC_WEBSOCKET_VERSION, VERSION);
            }
            response
        }
    }
}

/// Why an upgrade is not taken.
struct Refusal {
    error: Error,
    /// The client is to be told which version there is.
    version: bool,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            error,
            version: false,
        }
    }
}

async fn accept(config: &Arc<Config>, mut head: Parts) -> Result<Response<Bytes>, Refusal> {
    let offer = Offer::take(&mut head, config.credentials.any());
    // Whoever answers first and then finds nothing to take leaves the client hanging.
    let upgrade = Upgrade::take(&mut head.extensions).filter(|_| handshake::is_asked_for(&head));
    let upgrade = upgrade.ok_or_else(|| Error::upgrade_required("A WebSocket is served here"))?;
    let handshake = Handshake::read(&head)?;
    if head::length(&head) > config.sockets.max_head {
        return Err(Error::large_head().into());
    }
    let identity = identify(config, &head, offer.token).await?;
    if !config.origins.same_site(&head.headers, &head.uri) {
        return Err(Error::foreign_origin().into());
    }
    let pass = config.admission.admit(identity.user.as_ref())?;
    let runtime = Handle::try_current().map_err(Error::internal)?;
    runtime.spawn(upgrade.serve(Opening {
        config: Arc::clone(config),
        head: Arc::new(head::detached(head)),
        identity,
        pass,
    }));
    Ok(handshake.response(config, offer.selects))
}
