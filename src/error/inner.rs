//! What the crate itself needs of an error: the refusals of the protocol, the entries that a failed
//! mutation leaves behind, and the log.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{HeaderValue, StatusCode};

use super::{BoxError, Code, Error};
#[cfg(feature = "forms")]
use crate::form::FormErrors;
use crate::invalidate::Entries;
#[cfg(feature = "forms")]
use crate::schema::Fields;

impl Error {
    /// `TIMEOUT`, with what took too long for the log.
    pub(crate) fn timeout_of(what: impl Into<BoxError>) -> Self {
        let mut error = Self::timeout();
        error.inner.source = Some(what.into());
        error
    }

    /// The entries of a mutation whose effect is unknown, as the header carries them.
    pub(crate) fn invalidate(&self) -> Option<&HeaderValue> {
        self.inner.invalidate.as_ref()
    }

    /// Adds entries to those that the error has from a call made within the one that failed.
    pub(crate) fn add_invalidate(&mut self, entries: Option<HeaderValue>) {
        let (Some(known), Some(new)) = (&self.inner.invalidate, &entries) else {
            self.inner.invalidate = entries.or_else(|| self.inner.invalidate.take());
            return;
        };
        let parse = |value: &HeaderValue| value.to_str().ok()?.parse::<Entries>().ok();
        let both: Entries = [known, new]
            .into_iter()
            .filter_map(parse)
            .flatten()
            .collect();
        self.inner.invalidate = both.header_value();
    }

    /// A refusal of what was filled in: the messages for whoever calls no form, the whole for the
    /// form.
    #[cfg(feature = "forms")]
    pub(crate) fn refused(fields: Fields, errors: FormErrors) -> Self {
        let mut error = Self::validation(fields);
        error.inner.source = Some(Box::new(Refusal(errors)));
        error
    }

    /// The refusal that this is, if it is one.
    #[cfg(feature = "forms")]
    pub(crate) fn take_refusal(mut self) -> Result<FormErrors, Self> {
        match self
            .inner
            .source
            .take()
            .map(|source| source.downcast::<Refusal>())
        {
            Some(Ok(refusal)) => Ok(refusal.0),
            Some(Err(source)) => {
                self.inner.source = Some(source);
                Err(self)
            }
            None => Err(self),
        }
    }

    /// Whether the log has the cause already.
    pub(crate) fn is_logged(&self) -> bool {
        self.inner.logged
    }

    pub(crate) fn set_logged(&mut self) {
        self.inner.logged = true;
    }

    /// Tells the log, and it alone, what was behind a 5xx. Shed load is no failure of the server's.
    #[cold]
    pub(crate) fn log(&self, function: Option<&str>) {
        if self.code() == Code::Overloaded {
            tracing::debug!(function, "a call was shed");
            return;
        }
        let cause = self.cause_text();
        tracing::error!(function, code = %self.code(), cause, "a call failed");
    }

    /// What was behind it, for the log alone.
    pub(crate) fn cause_text(&self) -> Option<String> {
        self.cause().map(chain)
    }

    pub(crate) fn allow(&self) -> Option<&'static str> {
        self.inner.allow
    }

    /// True of a credential that is present and invalid (protocol section 6).
    pub(crate) fn is_credential(&self) -> bool {
        self.inner.code == Code::Unauthorized
            && self.details().is_some_and(|d| d["reason"] == "credential")
    }

    fn reason(self, reason: &'static str) -> Self {
        self.with_details(&serde_json::json!({ "reason": reason }))
    }

    fn with_status(mut self, status: StatusCode) -> Self {
        self.inner.status = status;
        self
    }

    pub(crate) fn invalid_credential() -> Self {
        Self::unauthorized("The credential is not valid").reason("credential")
    }

    pub(crate) fn anonymous() -> Self {
        Self::unauthorized("Authentication required")
    }

    pub(crate) fn access_denied() -> Self {
        Self::forbidden("Access denied")
    }

    pub(crate) fn foreign_origin() -> Self {
        Self::forbidden("The request comes from another origin").reason("origin")
    }

    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        let mut error =
            Self::bad_request("Method not allowed").with_status(StatusCode::METHOD_NOT_ALLOWED);
        error.inner.allow = Some(allow);
        error
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn upgrade_required(message: &'static str) -> Self {
        Self::bad_request(message).with_status(StatusCode::UPGRADE_REQUIRED)
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn large_head() -> Self {
        Self::bad_request("The headers are too large")
            .with_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    }

    pub(crate) fn slow_body() -> Self {
        Self::bad_request("The body did not arrive in time")
            .with_status(StatusCode::REQUEST_TIMEOUT)
    }

    pub(crate) fn too_large() -> Self {
        Self::bad_request("The body is too large").with_status(StatusCode::PAYLOAD_TOO_LARGE)
    }

    pub(crate) fn content_type() -> Self {
        Self::bad_request("The content type is none that this endpoint takes")
            .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)
    }
}

/// Carries a form's errors in an [`Error`].
#[cfg(feature = "forms")]
#[derive(Debug)]
struct Refusal(FormErrors);

#[cfg(feature = "forms")]
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("what was filled in was refused")
    }
}

#[cfg(feature = "forms")]
impl std::error::Error for Refusal {}

/// An error and what is behind it. The texts come from the application's own code, which may panic
/// or refuse.
fn chain(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    let write = AssertUnwindSafe(|| {
        let mut text = String::new();
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(cause);
        while let Some(error) = next {
            let separator = if text.is_empty() { "" } else { ": " };
            let _ = write!(text, "{separator}{error}");
            next = error.source();
        }
        text
    });
    catch_unwind(write).unwrap_or_else(|_| "a cause that cannot be printed".to_owned())
}
