//! Who sends a request (protocol section 6).

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::request::Parts;

use super::config::Config;
use crate::error::{Error, Result};
use crate::guard::guarded;
use crate::identity::{Claims, Credential, User, is_unsafe};

/// As the log calls it.
const FINDING: &str = "finding the caller";

/// The caller, or the refusal that a credential or an origin leads to.
pub(crate) enum Identified {
    Now(Result<Option<User>>),
    Later(BoxFuture<'static, Result<Option<User>>>),
}

#[cfg(feature = "websocket")]
impl Identified {
    pub(super) async fn found(self) -> Result<Option<User>> {
        match self {
            Identified::Now(user) => user,
            Identified::Later(finding) => finding.await,
        }
    }
}

/// Finds the caller by the first credential that is present, and holds a request that no token
/// authenticated, or that is for a plain HTML form, against its origin.
#[inline]
pub(crate) fn identify(config: &Config, head: &Parts, is_form: bool) -> Identified {
    let origin = match config.credentials.read(&head.headers, unix_now) {
        Credential::Invalid => return Identified::Now(Err(Error::invalid_credential())),
        Credential::Valid(claims) => {
            let origin = match is_form {
                true => check_origin(config, head),
                false => Ok(()),
            };
            return by_token(config, claims, origin);
        }
        Credential::None => check_origin(config, head),
    };
    by_host(config, head, origin)
}

/// The host's user, unless the origin is refused.
#[inline]
pub(super) fn by_host(config: &Config, head: &Parts, origin: Result<()>) -> Identified {
    if let Some(user) = head.extensions.get::<User>() {
        return Identified::Now(origin.map(|()| Some(user.clone())));
    }
    match &config.host_user {
        None => Identified::Now(origin.map(|()| None)),
        Some(host_user) => {
            let found = match catch_unwind(AssertUnwindSafe(|| host_user(head))) {
                Ok(found) => found,
                Err(panic) => return Identified::Now(Err(panicked(&*panic))),
            };
            let found = async move {
                // The host's error comes before the origin's, as its credential does.
                let user = found.await?;
                origin.map(|()| user)
            };
            bounded(config, found)
        }
    }
}

pub(super) fn by_token(config: &Config, claims: Claims, origin: Result<()>) -> Identified {
    let Some(load_user) = &config.load_user else {
        return Identified::Now(origin.map(|()| Some(User::from(claims))));
    };
    let load_user = Arc::clone(load_user);
    let loaded = async move {
        match load_user(claims.clone()).await {
            Ok(Some(user)) => origin.map(|()| Some(user.with_claims(claims))),
            Ok(None) => Err(Error::invalid_credential()),
            Err(error) => Err(Error::internal(format!(
                "the user loader failed: {error:?}"
            ))),
        }
    };
    bounded(config, loaded)
}

fn bounded<F>(config: &Config, finding: F) -> Identified
where
    F: Future<Output = Result<Option<User>>> + Send + 'static,
{
    let finding = guarded(config.identity_timeout, FINDING, finding);
    Identified::Later(finding.map(Result::flatten).boxed())
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let message = crate::panic::message(panic);
    Error::internal(format!("{FINDING} panicked: {message}"))
}

/// In seconds. A clock before 1970 makes every token one of the future.
pub(super) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn check_origin(config: &Config, head: &Parts) -> Result<()> {
    if !is_unsafe(&head.method) || config.origins.same_site(&head.headers, &head.uri) {
        Ok(())
    } else {
        Err(Error::foreign_origin())
    }
}
