//! How a connection ends.

use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as WsError, Utf8Bytes, protocol::CloseFrame};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The client closes, and is answered with its own code.
    Client,
    /// The client is gone without a word.
    Gone,
    Ours(Reason),
}

/// Why the server closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Shutdown,
    /// Nothing was heard for too long.
    Idle,
    /// What came is no WebSocket frame, or stands where it must not (RFC 6455).
    Protocol,
    /// A text that is not UTF-8 (RFC 6455, section 8.1).
    Encoding,
    TooLarge,
    /// The client does not read what it is sent.
    Slow,
    Internal,
}

impl Ending {
    /// What an error of the transport means.
    pub(super) fn of(error: &WsError) -> Self {
        match error {
            WsError::Capacity(CapacityError::MessageTooLong { .. }) => Self::Ours(Reason::TooLarge),
            WsError::Utf8(_) => Self::Ours(Reason::Encoding),
            WsError::Protocol(
                ProtocolError::ResetWithoutClosingHandshake
                | ProtocolError::ReceivedAfterClosing
                | ProtocolError::SendAfterClosing,
            )
            | WsError::ConnectionClosed
            | WsError::AlreadyClosed
            | WsError::Io(_) => Self::Gone,
            WsError::Protocol(_) => Self::Ours(Reason::Protocol),
            _ => Self::Ours(Reason::Internal),
        }
    }

    /// As logs and metrics call it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Gone => "gone",
            Self::Ours(Reason::Shutdown) => "shutdown",
            Self::Ours(Reason::Idle) => "idle",
            Self::Ours(Reason::Protocol) => "protocol",
            Self::Ours(Reason::Encoding) => "encoding",
            Self::Ours(Reason::TooLarge) => "too_large",
            Self::Ours(Reason::Slow) => "slow",
            Self::Ours(Reason::Internal) => "internal",
        }
    }
}

impl Reason {
    pub(super) fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::Shutdown => (CloseCode::Away, "The server shuts down"),
            Self::Idle => (CloseCode::Away, "Nothing was heard for too long"),
            Self::Protocol => (CloseCode::Protocol, "Protocol violation"),
            Self::Encoding => (CloseCode::Invalid, "The text is not UTF-8"),
            Self::TooLarge => (CloseCode::Size, "The message is too large"),
            Self::Slow => (CloseCode::Again, "The client reads too slowly"),
            Self::Internal => (CloseCode::Error, "An internal error occurred"),
        };
        CloseFrame {
            code,
            reason: Utf8Bytes::from_static(reason),
        }
    }
}
