//! Between [`Error`] and the boxed errors of Tower layers, without losing what they mean.

use std::time::Duration;

use tower::load_shed::error::Overloaded;
use tower::timeout::error::Elapsed;

use super::{BoxError, Error};

impl<E> From<E> for Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    fn from(cause: E) -> Self {
        Error::from_boxed(Box::new(cause))
    }
}

/// Carries an [`Error`] through a layer whose error type is [`BoxError`].
struct Carried(Error);

impl std::fmt::Debug for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Display for Carried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Carried {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.0.cause()?)
    }
}

impl From<Error> for BoxError {
    fn from(error: Error) -> Self {
        Box::new(Carried(error))
    }
}

impl Error {
    /// What a Tower layer's boxed error means: an [`Error`] that was carried comes back as it was,
    /// Tower's own `Elapsed` is `TIMEOUT`, its `Overloaded` is `OVERLOADED`, and anything else is
    /// `INTERNAL_ERROR` with the given error as its cause.
    pub fn from_boxed(error: BoxError) -> Self {
        let error = match error.downcast::<Carried>() {
            Ok(carried) => return carried.0,
            Err(error) => error,
        };
        if error.is::<Elapsed>() {
            Error::timeout()
        } else if error.is::<Overloaded>() {
            Error::overloaded(Duration::from_secs(1))
        } else {
            Error::internal(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn a_carried_error_comes_back_as_it_was() {
        let boxed: BoxError = Error::not_found("gone").into();
        let back = Error::from_boxed(boxed);
        assert_eq!((back.code(), back.message()), (Code::NotFound, "gone"));
    }

    #[test]
    fn towers_own_errors_keep_their_meaning() {
        assert_eq!(
            Error::from_boxed(Box::new(Elapsed::new())).code(),
            Code::Timeout
        );
        assert_eq!(
            Error::from_boxed(Box::new(Overloaded::new())).code(),
            Code::Overloaded
        );
    }

    #[test]
    fn any_other_error_is_internal_and_keeps_its_cause_to_itself() {
        let error = Error::from(std::io::Error::other("database password is hunter2"));
        assert_eq!(error.code(), Code::Internal);
        assert!(!serde_json::to_string(&error).unwrap().contains("hunter2"));
        assert!(error.cause().unwrap().to_string().contains("hunter2"));
    }
}
