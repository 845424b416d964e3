//! What nodes send each other.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Carried<'a> {
    /// Who sent it, and has delivered it to its own members.
    #[serde(borrow)]
    pub(super) node: Cow<'a, str>,
    /// The only user whom it is for.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) data: &'a RawValue,
}

pub(super) fn write(node: &str, user: Option<&str>, data: &RawValue) -> Option<Bytes> {
    let carried = Carried {
        node: node.into(),
        user: user.map(Into::into),
        data,
    };
    serde_json::to_vec(&carried).ok().map(Bytes::from)
}

pub(super) fn read(message: &[u8]) -> Option<Carried<'_>> {
    serde_json::from_slice(message).ok()
}
