use std::borrow::Cow;

use crate::channel::Subscriber;
use crate::channel::entry::ChannelEntry;
use crate::channel::erased::AnyValue;
use crate::error::{Code, Error};

const NOT_AUTHORIZED: &str = "Not authorized";
const AUTHORIZATION_FAILED: &str = "Authorization failed";
const INTERNAL: &str = "An internal error occurred";

/// What a client is told that does not get what it asked for.
pub(super) type Refusal = Cow<'static, str>;

/// Whether the channel lets this subscriber in, and what it is told if not.
pub(super) async fn authorize(
    entry: &ChannelEntry,
    who: &Subscriber,
    params: &AnyValue,
) -> Result<(), Refusal> {
    match entry.authorize(who, params).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(NOT_AUTHORIZED.into()),
        Err(error) if matches!(error.code(), Code::Unauthorized | Code::Forbidden) => {
            Err(NOT_AUTHORIZED.into())
        }
        Err(error) => {
            log(entry, "authorize", &error);
            Err(AUTHORIZATION_FAILED.into())
        }
    }
}

/// What the client is told of an error: what the application says of a mistake of the client's, and
/// nothing of one of its own.
pub(super) fn refusal(entry: &ChannelEntry, hook: &str, prefix: &str, error: &Error) -> Refusal {
    if error.status().is_client_error() {
        return format!("{prefix}{}", error.message()).into();
    }
    log(entry, hook, error);
    INTERNAL.into()
}

#[cold]
pub(super) fn log(entry: &ChannelEntry, hook: &str, error: &Error) {
    let (code, cause) = (error.code(), error.cause_text());
    tracing::error!(channel = entry.name(), hook, %code, cause, "a channel's hook failed");
}
