//! What the server says of its own accord, and in answer to calls.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::frame::Refusal;
use crate::error::{Code, Error, Result};
use crate::reply::Reply;

pub(super) const AUTHENTICATED: Utf8Bytes = Utf8Bytes::from_static(r#"{"authenticated":true}"#);
pub(super) const EXPIRED: Utf8Bytes = Utf8Bytes::from_static(r#"{"type":"expired"}"#);
pub(super) const INVALID: Utf8Bytes = Utf8Bytes::from_static(r#"{"error":"Invalid JSON"}"#);

/// How much of an unknown action is said back, in characters.
const ECHOED: usize = 64;

/// What a call is answered with.
pub(super) enum Kind {
    Function,
    Context,
}

/// `{"id","ok":true,"data"}` or the error's form.
pub(super) fn call(id: &str, kind: &Kind, result: Result<Reply>) -> Utf8Bytes {
    let frame = match &result {
        Ok(reply) => success(id, kind, reply),
        Err(error) => return failure(id, error),
    };
    // Cannot fail: every part was written as text.
    Utf8Bytes::try_from(frame).unwrap_or_else(|_| {
        let error = Error::internal("an answer is not UTF-8");
        error.log(None);
        failure(id, &error)
    })
}

fn success(id: &str, kind: &Kind, reply: &Reply) -> Bytes {
    const AROUND: usize = r#"{"id":,"ok":true,"data":}"#.len() + 1;
    let mut frame = Vec::with_capacity(AROUND + id.len() + reply.written());
    frame.extend_from_slice(br#"{"id":"#);
    frame.extend_from_slice(id.as_bytes());
    frame.extend_from_slice(br#","ok":true,"data":"#);
    match kind {
        Kind::Function => reply.write_call_body(&mut frame),
        Kind::Context => frame.extend_from_slice(reply.value()),
    }
    frame.push(b'}');
    Bytes::from(frame)
}

/// `{"id","ok":false,"error"}`.
pub(super) fn failure(id: &str, error: &Error) -> Utf8Bytes {
    log(error);
    #[derive(Serialize)]
    struct Told<'a> {
        code: Code,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        details: Option<&'a Value>,
    }
    let told = Told {
        code: error.code(),
        message: error.message(),
        details: error.details(),
    };
    let told = serde_json::to_string(&told).unwrap_or_else(|_| "{}".to_owned());
    format!(r#"{{"id":{id},"ok":false,"error":{told}}}"#).into()
}

/// Tells the log what is behind a failure of the server's, unless it knows.
pub(super) fn log(error: &Error) {
    if error.status().is_server_error() && !error.is_logged() {
        error.log(None);
    }
}

/// `{"error"}`
pub(super) fn error(message: &str) -> Utf8Bytes {
    #[derive(Serialize)]
    struct Told<'a> {
        error: &'a str,
    }
    let told = serde_json::to_string(&Told { error: message });
    told.map_or(INVALID, Utf8Bytes::from)
}

pub(super) fn refusal(refusal: &Refusal<'_>) -> Utf8Bytes {
    match refusal {
        Refusal::Invalid => INVALID,
        Refusal::Unknown(action) => {
            let mut message = "Unknown action: ".to_owned();
            message.extend(action.chars().take(ECHOED));
            error(&message)
        }
        Refusal::NoId(action) => error(&format!("{action} request missing 'id' field")),
        Refusal::Repeated(member) => error(&format!("`{member}` is given more than once")),
        Refusal::NoText(member) => error(&format!("`{member}` must be a text")),
        Refusal::Call { id, error } => failure(id, error),
    }
}
