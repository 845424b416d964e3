//! The error that handlers, gates and layers answer with, and how it looks on the wire.

mod code;
mod convert;
mod inner;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::Value;

pub use self::code::Code;
use crate::schema::Fields;

/// The boxed error of the Tower world.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a handler returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

const INTERNAL_MESSAGE: &str = "An internal error occurred";

/// An error of a call: a [`Code`], a message for the caller, and perhaps details.
///
/// A handler names what it means, and everything else becomes `INTERNAL_ERROR` through `?`: the
/// cause goes to the log and never to the caller. For that reason, as with `anyhow::Error`, this
/// type does not implement [`std::error::Error`] itself.
///
/// ```
/// use mizan::{Code, Error, Result};
///
/// fn find(id: i64) -> Result<&'static str> {
///     if id != 42 {
///         return Err(Error::not_found("No such profile"));
///     }
///     let _: i64 = "not a number".parse()?;
///     Ok("Ada")
/// }
///
/// assert_eq!(find(1).unwrap_err().code(), Code::NotFound);
/// let internal = find(42).unwrap_err();
/// assert_eq!(internal.code(), Code::Internal);
/// assert_eq!(internal.message(), "An internal error occurred");
/// ```
pub struct Error {
    // One pointer, so that `Result<T, Error>` is cheap to move along the call stack.
    inner: Box<Inner>,
}

struct Inner {
    code: Code,
    status: StatusCode,
    message: Cow<'static, str>,
    details: Option<Value>,
    retry_after: Option<Duration>,
    allow: Option<&'static str>,
    invalidate: Option<HeaderValue>,
    logged: bool,
    source: Option<BoxError>,
}

impl Error {
    /// An error of this code with a message for the caller.
    ///
    /// The message of [`Code::Internal`] is fixed; what is given here goes to the log instead.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        let (message, source) = if code == Code::Internal {
            (INTERNAL_MESSAGE.into(), Some(message.into_owned().into()))
        } else {
            (message, None)
        };
        Self {
            inner: Box::new(Inner {
                code,
                status: code.status(),
                message,
                details: None,
                retry_after: (code == Code::Overloaded).then_some(Duration::from_secs(1)),
                allow: None,
                invalidate: None,
                logged: false,
                source,
            }),
        }
    }

    /// `BAD_REQUEST`, 400.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// `UNAUTHORIZED`, 401.
    pub fn unauthorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Unauthorized, message)
    }

    /// `FORBIDDEN`, 403.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// `NOT_FOUND`, 404.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::NotFound, message)
    }

    /// `VALIDATION_ERROR`, 422, with the fields and what is wrong with each.
    ///
    /// ```
    /// use mizan::{Error, Fields};
    ///
    /// let mut fields = Fields::new();
    /// fields.insert("items.1", "Must be a whole number");
    /// assert_eq!(Error::validation(fields).details().unwrap()["fields"]["items.1"][0],
    ///     "Must be a whole number");
    /// ```
    pub fn validation(fields: Fields) -> Self {
        Self::new(Code::Validation, "The input is not valid").fields(&fields)
    }

    fn fields(self, fields: &Fields) -> Self {
        #[derive(Serialize)]
        struct Details<'a> {
            fields: &'a Fields,
        }
        self.with_details(&Details { fields })
    }

    /// `OVERLOADED`, 503, asking to come back after `retry_after` (rounded up to whole seconds).
    pub fn overloaded(retry_after: Duration) -> Self {
        let mut error = Self::new(Code::Overloaded, "The server is overloaded");
        error.inner.retry_after = Some(retry_after);
        error
    }

    /// `TIMEOUT`, 504.
    pub fn timeout() -> Self {
        Self::new(Code::Timeout, "The deadline has passed")
    }

    /// `NOT_IMPLEMENTED`, 501.
    pub fn not_implemented(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::NotImplemented, message)
    }

    /// `INTERNAL_ERROR`, 500. The cause is logged and reaches nobody else.
    pub fn internal(cause: impl Into<BoxError>) -> Self {
        let mut error = Self::new(Code::Internal, "");
        error.inner.source = Some(cause.into());
        error
    }

    /// Adds the typed payload of this error, `details` on the wire, in place of earlier details.
    ///
    /// Details that cannot be written as JSON are left out, and the log says so.
    pub fn with_details<T: Serialize + ?Sized>(mut self, details: &T) -> Self {
        match serde_json::to_value(details) {
            Ok(value) => self.inner.details = Some(value),
            Err(error) => tracing::error!(%error, "the details of an error cannot be serialised"),
        }
        self
    }

    /// What went wrong.
    pub fn code(&self) -> Code {
        self.inner.code
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> StatusCode {
        self.inner.status
    }

    /// What the caller is told.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The payload for the caller.
    pub fn details(&self) -> Option<&Value> {
        self.inner.details.as_ref()
    }

    /// How long the caller should wait before it tries again.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// The cause, which only the log sees.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.inner.source.as_deref()
    }
}

/// The wire form: `{"error": true, "code": …, "message": …, "details"?: …}`.
impl Serialize for Error {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("error", &true)?;
        map.serialize_entry("code", &self.code())?;
        map.serialize_entry("message", self.message())?;
        if let Some(details) = self.details() {
            map.serialize_entry("details", details)?;
        }
        map.end()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.inner.code)
            .field("status", &self.inner.status.as_u16())
            .field("message", &self.inner.message)
            .field("details", &self.inner.details)
            .field("cause", &self.inner.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.message())
    }
}
