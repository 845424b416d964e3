//! Multipart bodies: their parts as texts and files, bounded in all that they bring.
//!
//! A body is read in two steps. [`function`](Multipart::function) finds out which function it
//! calls, and [`rest`](Multipart::rest) reads the parts as that function takes them. Clients send
//! `fn` first; what stands before it is kept until it is known who wants it.
//!
//! Everything here goes with the future that reads: no task is left behind, and no file has a name.

mod disposition;
mod feed;
mod function;
mod incoming;
mod intake;
mod part;
mod rest;
mod spool;
mod tally;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use bytes::Buf;
use http::{HeaderValue, StatusCode};
use http_body::Body;
use tokio::time::Instant;

use self::feed::Feed;
use self::intake::Spooled;
use self::tally::Tally;
use crate::error::{BoxError, Error, Result};
use crate::form::FormErrors;
use crate::upload::{Upload, Uploads};

/// Where the name of the function stands.
const FUNCTION: &str = "fn";

/// What a body brought.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// Text fields by name, in order. None of them is named as a field of files.
    pub(crate) texts: Vec<(String, String)>,
    /// Files by the name of their field, in order.
    pub(crate) files: Vec<(String, Upload)>,
    /// What is wrong with files.
    pub(crate) refused: FormErrors,
    /// Reading ended before the body did: fields that are missing may have been sent.
    pub(crate) stopped: bool,
}

/// A multipart body on its way in.
pub(crate) struct Multipart {
    feed: Feed,
    mount: Arc<Uploads>,
    started: Instant,
    tally: Tally,
    texts: Vec<(String, String)>,
    spooled: Vec<Spooled>,
    named: bool,
}

impl Multipart {
    /// A body with this content type. `idle` is how long it may be silent, and the mount's bounds
    /// say how long it may take in all.
    pub(crate) fn new<B>(
        body: B,
        content_type: &HeaderValue,
        mount: Arc<Uploads>,
        idle: Option<Duration>,
    ) -> Result<Self>
    where
        B: Body + Send + 'static,
        B::Data: Buf + Send,
        B::Error: Into<BoxError>,
    {
        let boundary = boundary(content_type)
            .ok_or_else(|| Error::bad_request("The content type lacks a valid boundary"))?;
        Ok(Self {
            feed: Feed::new(body, boundary, idle, mount.time()),
            mount,
            started: Instant::now(),
            tally: Tally::default(),
            texts: Vec::new(),
            spooled: Vec::new(),
            named: false,
        })
    }
}

fn is_too_large(error: &Error) -> bool {
    error.status() == StatusCode::PAYLOAD_TOO_LARGE
}

/// The boundary, where it is one by RFC 2046, section 5.1.1.
fn boundary(content_type: &HeaderValue) -> Option<String> {
    let boundary = multer::parse_boundary(content_type.to_str().ok()?).ok()?;
    let is_boundary = (1..=70).contains(&boundary.len())
        && boundary.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !boundary.ends_with(' ');
    is_boundary.then_some(boundary)
}
