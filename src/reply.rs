//! What a call answers with, before a transport writes it.

use std::fmt;

use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::invalidate::{Entries, Merge, Told};

/// What stands before the value in the body of a call's answer. The value is written behind it
/// from the start, so that the transport adds a brace instead of copying the value.
const PREFIX: &[u8] = b"{\"result\":";
// Roomy enough for the entries of a small mutation behind its value.
const USUAL_SIZE: usize = 256;

/// The successful outcome of a call or of a context's read.
///
/// ```
/// # use mizan::{Call, Function, Registry, Result};
/// fn answer(_: Call) -> Result<i64> { Ok(42) }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// let reply = registry.call("answer", &()).await.unwrap();
/// assert_eq!(reply.value(), b"42");
/// assert_eq!(reply.json::<i64>().unwrap(), 42);
/// assert!(reply.invalidate().is_empty());
/// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
/// ```
pub struct Reply {
    body: Vec<u8>,
    extra: Option<Box<Extra>>,
}

/// What most replies do without.
#[derive(Default)]
pub(crate) struct Extra {
    pub(crate) invalidate: Told,
    pub(crate) merge: Vec<Merge>,
    /// `X-Mizan-Invalidate`: the entries, those of merges too. [`Told::Scoped`] makes it with the
    /// body.
    pub(crate) header: Option<HeaderValue>,
    /// `X-Mizan-Instance`, of a context's read.
    pub(crate) instance: Option<HeaderValue>,
    pub(crate) headers: Option<Box<HeaderMap>>,
    /// What a page without JavaScript gets.
    #[cfg(feature = "forms")]
    pub(crate) page: Option<Page>,
}

/// What a page without JavaScript gets in place of JSON.
#[cfg(feature = "forms")]
pub(crate) enum Page {
    /// The form again, with its errors.
    Html(String),
    /// Where it goes on; the front page where nothing says so.
    GoTo(Option<HeaderValue>),
}

static NO_ENTRIES: Entries = Entries::new();

impl Reply {
    /// A reply with this value.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` for a value that is no JSON, such as a map whose keys are no texts.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let mut body = Vec::with_capacity(USUAL_SIZE);
        body.extend_from_slice(PREFIX);
        serde_json::to_writer(&mut body, value)?;
        Ok(Self { body, extra: None })
    }

    /// A reply whose value is already written. Whoever calls this vouches that it is JSON.
    pub(crate) fn of_json(value: &[u8]) -> Self {
        let mut body = Vec::with_capacity(PREFIX.len() + value.len() + 1);
        body.extend_from_slice(PREFIX);
        body.extend_from_slice(value);
        Self { body, extra: None }
    }

    /// The value as JSON: a function's result, or a context's object.
    pub fn value(&self) -> &[u8] {
        self.body.get(PREFIX.len()..).unwrap_or_default()
    }

    /// The value, read back.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` where the value is no `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.value()).map_err(Error::from)
    }

    /// What this call changed (protocol section 3).
    pub fn invalidate(&self) -> &Entries {
        self.extra()
            .map_or(&NO_ENTRIES, |extra| extra.invalidate.entries())
    }

    /// The values that this call gives to contexts without a fetch (protocol section 3).
    pub fn merge(&self) -> &[Merge] {
        self.extra().map_or(&[], |extra| &extra.merge)
    }

    /// The headers that the handler set.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.extra()?.headers.as_deref()
    }

    pub(crate) fn extra(&self) -> Option<&Extra> {
        self.extra.as_deref()
    }

    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    #[cfg(feature = "forms")]
    pub(crate) fn split_page(mut self) -> (Self, Option<Page>) {
        let page = self.extra.as_mut().and_then(|extra| extra.page.take());
        (self, page)
    }

    /// The value by itself, and what came with it.
    pub(crate) fn into_value(self) -> (Bytes, Option<Box<Extra>>) {
        let mut body = Bytes::from(self.body);
        body.advance(PREFIX.len().min(body.len()));
        let mut extra = self.extra;
        if let Some(extra) = &mut extra
            && let Told::Scoped(scoped) = &extra.invalidate
        {
            extra.header = Some(scoped.header_value());
        }
        (body, extra)
    }

    pub(crate) fn into_effects(self) -> (Entries, Option<Box<HeaderMap>>) {
        self.extra
            .map(|extra| (extra.invalidate.into_entries(), extra.headers))
            .unwrap_or_default()
    }

    /// Appends the body of a call's answer, as [`into_call_body`](Self::into_call_body) gives it,
    /// where no header goes with it.
    #[cfg(feature = "websocket")]
    pub(crate) fn write_call_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.body);
        match &self.extra {
            Some(extra) => extra.write_effects(out),
            None => out.push(b'}'),
        }
    }

    /// How long the value and what stands before it are, in bytes.
    #[cfg(feature = "websocket")]
    pub(crate) fn written(&self) -> usize {
        self.body.len()
    }

    /// The body of a call's answer: `{"result": …, "invalidate"?: …, "merge"?: …}`.
    pub(crate) fn into_call_body(self) -> (Bytes, Option<Box<Extra>>) {
        let mut body = self.body;
        let Some(mut extra) = self.extra else {
            body.push(b'}');
            return (Bytes::from(body), None);
        };
        extra.write_effects(&mut body);
        let body = match &extra.invalidate {
            Told::Entries(_) => Bytes::from(body),
            Told::Scoped(scoped) => scoped.with_header(body, &mut extra.header),
        };
        (body, Some(extra))
    }
}

impl Extra {
    /// What a call changed and gives away, behind its value, and the brace that ends the body.
    fn write_effects(&self, body: &mut Vec<u8>) {
        if !self.invalidate.is_empty() {
            body.extend_from_slice(b",\"invalidate\":");
            self.invalidate.write_json(body);
        }
        if !self.merge.is_empty() {
            body.extend_from_slice(b",\"merge\":");
            for (index, merge) in self.merge.iter().enumerate() {
                body.push(if index == 0 { b'[' } else { b',' });
                merge.write_json(body);
            }
            body.push(b']');
        }
        body.push(b'}');
    }
}

/// Without the value and what it is merged into: it may stand in a log.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("length", &self.value().len())
            .field("invalidate", self.invalidate())
            .finish_non_exhaustive()
    }
}
