//! Who opens a connection, and who a token names later on (protocol sections 6 and 7).

use http::request::Parts;

use super::offer::Token;
use crate::error::{Error, Result};
use crate::identity::{Credential, User};
use crate::service::config::Config;
use crate::service::identify::{self, by_host, unix_now};

/// The caller of a connection.
pub(crate) struct Identity {
    pub(crate) user: Option<User>,
    /// The identity ends with its token; one of the host's is asked for again.
    pub(crate) from_token: bool,
}

/// The caller by the first credential that is present: a header, a subprotocol, the query, the
/// host's.
///
/// # Errors
/// `UNAUTHORIZED` for one that is present and invalid; whatever the loader or the host fails with.
pub(super) async fn identify(
    config: &Config,
    head: &Parts,
    offered: Option<Token>,
) -> Result<Identity> {
    let user = match config.credentials.read(&head.headers, unix_now) {
        Credential::Invalid => return Err(Error::invalid_credential()),
        Credential::Valid(claims) => {
            let found = identify::by_token(config, claims, Ok(()));
            found.found().await?
        }
        Credential::None => match offered {
            Some(Token::Text(token)) => Some(by_token(config, &token).await?),
            Some(Token::Unclear) => return Err(Error::invalid_credential()),
            None => {
                return Ok(Identity {
                    user: by_host(config, head, Ok(())).found().await?,
                    from_token: false,
                });
            }
        },
    };
    Ok(Identity {
        user,
        from_token: true,
    })
}

/// The user that a token names: an MWT or an access JWT, of a kind that keys are configured for.
///
/// # Errors
/// `UNAUTHORIZED` for an invalid one, `TIMEOUT` and `INTERNAL_ERROR` where the loader hangs or
/// fails.
pub(crate) async fn by_token(config: &Config, token: &str) -> Result<User> {
    let claims = config.credentials.verify(token, unix_now());
    let claims = claims.ok_or_else(Error::invalid_credential)?;
    let found = identify::by_token(config, claims, Ok(())).found().await?;
    found.ok_or_else(Error::invalid_credential)
}
