use std::fmt;

use crate::identity::OriginError;

/// Settings of a [`MizanLayer`](crate::MizanLayer) that cannot be.
#[derive(Debug)]
#[non_exhaustive]
pub enum LayerError {
    /// A mount is a path: it starts with a slash and has neither query nor fragment, percent
    /// escapes, empty segments or white space.
    #[non_exhaustive]
    Mount {
        /// What was given.
        mount: String,
    },
    /// A trusted origin that no browser would send.
    Origin(OriginError),
    /// A pattern for the content types of uploads that is none, such as `png`.
    #[cfg(feature = "forms")]
    #[non_exhaustive]
    ContentType {
        /// What was given.
        pattern: String,
    },
    /// Bounds of WebSockets that would let nothing through.
    #[cfg(feature = "websocket")]
    #[non_exhaustive]
    Sockets {
        /// What is wrong.
        defect: &'static str,
    },
    /// A key that would not protect anything.
    #[cfg(feature = "jwt")]
    Key(crate::identity::KeyError),
}

impl fmt::Display for LayerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LayerError::Mount { mount } => {
                write!(
                    f,
                    "`{mount}` is no mount; it is a path such as `/api/mizan`"
                )
            }
            LayerError::Origin(error) => write!(f, "a trusted origin is wrong: {error}"),
            #[cfg(feature = "forms")]
            LayerError::ContentType { pattern } => {
                write!(
                    f,
                    "`{pattern}` is no content type; it is one such as `image/png` or `image/*`"
                )
            }
            #[cfg(feature = "websocket")]
            LayerError::Sockets { defect } => {
                write!(f, "the bounds of WebSockets are wrong: {defect}")
            }
            #[cfg(feature = "jwt")]
            LayerError::Key(error) => write!(f, "a key is wrong: {error}"),
        }
    }
}

impl std::error::Error for LayerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // Their text is part of this one's.
            LayerError::Mount { .. } => None,
            #[cfg(feature = "forms")]
            LayerError::ContentType { .. } => None,
            #[cfg(feature = "websocket")]
            LayerError::Sockets { .. } => None,
            LayerError::Origin(error) => error.source(),
            #[cfg(feature = "jwt")]
            LayerError::Key(error) => error.source(),
        }
    }
}
