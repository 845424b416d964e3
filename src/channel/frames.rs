//! What a server says on a channel (protocol section 7).

use serde::Serialize;
use serde_json::value::RawValue;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// What stands for parameters that were not sent.
const NO_PARAMS: &str = "{}";

/// The parameters as they were sent.
pub(super) fn raw(params: Option<&RawValue>) -> &str {
    params.map_or(NO_PARAMS, RawValue::get)
}

pub(super) fn subscribed(channel: &str, params: &str) -> Utf8Bytes {
    about("\"subscribed\":true", channel, params)
}

pub(super) fn unsubscribed(channel: &str, params: &str) -> Utf8Bytes {
    about("\"unsubscribed\":true", channel, params)
}

pub(super) fn error(text: &str, channel: &str, params: &str) -> Utf8Bytes {
    let mut head = String::from("\"error\":");
    push_text(&mut head, text);
    about(&head, channel, params)
}

pub(super) fn missed(channel: &str, params: &str) -> Utf8Bytes {
    about("\"type\":\"Missed\"", channel, params)
}

/// `data` is JSON.
pub(super) fn message(channel: &str, params: &str, data: &str) -> Utf8Bytes {
    const AROUND: usize = r#"{"channel":"","params":,"type":"ServerMessage","data":}"#.len();
    let mut text = String::with_capacity(AROUND + channel.len() + params.len() + data.len());
    text.push_str("{\"channel\":");
    push_text(&mut text, channel);
    text.push_str(",\"params\":");
    text.push_str(params);
    text.push_str(",\"type\":\"ServerMessage\",\"data\":");
    text.push_str(data);
    text.push('}');
    text.into()
}

fn about(head: &str, channel: &str, params: &str) -> Utf8Bytes {
    let mut text = String::with_capacity(32 + head.len() + channel.len() + params.len());
    text.push('{');
    text.push_str(head);
    text.push_str(",\"channel\":");
    push_text(&mut text, channel);
    text.push_str(",\"params\":");
    text.push_str(params);
    text.push('}');
    text.into()
}

fn push_text(to: &mut String, text: &str) {
    to.push_str(&json(text));
}

/// A text as JSON, which it always can be.
fn json<T: Serialize + ?Sized>(text: &T) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}
