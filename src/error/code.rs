use http::StatusCode;
use serde::{Serialize, Serializer};

/// What went wrong, in the vocabulary of the wire (protocol section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// `BAD_REQUEST`: the request itself makes no sense. 400, or 405, 408, 413, 415, 426, 431.
    BadRequest,
    /// `UNAUTHORIZED`: nobody is known to be calling, or the credential is invalid. 401.
    Unauthorized,
    /// `FORBIDDEN`: the caller is known and may not. 403.
    Forbidden,
    /// `NOT_FOUND`: no such function, context or thing. 404.
    NotFound,
    /// `VALIDATION_ERROR`: the input has wrong or missing fields. 422.
    Validation,
    /// `OVERLOADED`: the load was shed; try again later. 503.
    Overloaded,
    /// `TIMEOUT`: a deadline passed. 504.
    Timeout,
    /// `NOT_IMPLEMENTED`: the handler says that it does not do this. 501.
    NotImplemented,
    /// `INTERNAL_ERROR`: anything else. 500.
    Internal,
}

impl Code {
    /// The code as it stands in an answer.
    ///
    /// ```
    /// assert_eq!(mizan::Code::Validation.as_str(), "VALIDATION_ERROR");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::BadRequest => "BAD_REQUEST",
            Code::Unauthorized => "UNAUTHORIZED",
            Code::Forbidden => "FORBIDDEN",
            Code::NotFound => "NOT_FOUND",
            Code::Validation => "VALIDATION_ERROR",
            Code::Overloaded => "OVERLOADED",
            Code::Timeout => "TIMEOUT",
            Code::NotImplemented => "NOT_IMPLEMENTED",
            Code::Internal => "INTERNAL_ERROR",
        }
    }

    /// The HTTP status that the code has unless an error says otherwise.
    pub const fn status(self) -> StatusCode {
        match self {
            Code::BadRequest => StatusCode::BAD_REQUEST,
            Code::Unauthorized => StatusCode::UNAUTHORIZED,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::Validation => StatusCode::UNPROCESSABLE_ENTITY,
            Code::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Code::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
