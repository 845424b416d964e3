//! The application's own code may hang and panic.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;

use crate::error::{Error, Result};
use crate::time::within;

/// What the future gives. A panic of it is `INTERNAL_ERROR`, and taking longer than the limit is
/// `TIMEOUT`; the log learns that it was `what`.
pub(crate) async fn guarded<F: Future>(
    limit: Option<Duration>,
    what: &'static str,
    future: F,
) -> Result<F::Output> {
    match within(limit, AssertUnwindSafe(future).catch_unwind()).await {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(panic)) => {
            let message = crate::panic::message(&*panic);
            Err(Error::internal(format!("{what} panicked: {message}")))
        }
        Err(_) => Err(Error::timeout_of(format!("{what} took too long"))),
    }
}
