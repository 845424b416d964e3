//! Puts a block into a page while the page goes by.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

use super::place::{Scan, Scanner};
use super::privacy::strip_trailers;

/// How much of a page is searched. Where the place is further on, the page goes without its data.
const SEARCHED: usize = 256 * 1024;

/// What there is to do to a page's body, and what is on its way out of it.
///
/// No more is held back than the beginning of a tag whose name is not known yet, eleven bytes at
/// most; all else goes on as it came.
pub(crate) struct Insertion {
    search: Option<Search>,
    out: VecDeque<Bytes>,
    trailers: Option<HeaderMap>,
    is_over: bool,
    hides_length: bool,
}

struct Search {
    scanner: Scanner,
    block: Bytes,
    held: BytesMut,
    left: usize,
}

impl Insertion {
    pub(super) fn new(block: Bytes) -> Box<Self> {
        Box::new(Self {
            search: Some(Search {
                scanner: Scanner::new(),
                block,
                held: BytesMut::new(),
                left: SEARCHED,
            }),
            out: VecDeque::new(),
            trailers: None,
            is_over: false,
            hides_length: false,
        })
    }

    /// Inserts nothing, and does not tell how long the body is: that of the `GET` is another.
    pub(super) fn hiding_length() -> Box<Self> {
        Box::new(Self {
            search: None,
            out: VecDeque::new(),
            trailers: None,
            is_over: false,
            hides_length: true,
        })
    }

    pub(crate) fn poll_frame<B: Body<Data = Bytes>>(
        &mut self,
        mut body: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        loop {
            if let Some(data) = self.out.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            if let Some(trailers) = self.trailers.take() {
                return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
            }
            if self.is_over {
                return Poll::Ready(None);
            }
            let mut next = ready!(body.as_mut().poll_frame(cx));
            if let Some(Ok(frame)) = &mut next
                && let Some(trailers) = frame.trailers_mut()
            {
                strip_trailers(trailers);
            }
            if self.search.is_none() {
                return Poll::Ready(next);
            }
            match next.transpose() {
                Err(error) => return Poll::Ready(Some(Err(error))),
                Ok(None) => {
                    self.is_over = true;
                    self.finish();
                }
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(data) => self.take(data),
                    Err(frame) => {
                        self.trailers = frame.into_trailers().ok();
                        self.finish();
                    }
                },
            }
        }
    }

    pub(crate) fn is_end_stream<B: Body>(&self, body: &B) -> bool {
        self.out.is_empty()
            && self.trailers.is_none()
            && self.search.is_none()
            && (self.is_over || body.is_end_stream())
    }

    pub(crate) fn size_hint<B: Body>(&self, body: &B) -> SizeHint {
        if self.hides_length {
            return SizeHint::default();
        }
        let search = self.search.as_ref();
        let ready: usize = self.out.iter().map(Bytes::len).sum();
        let held = search.map_or(0, |search| search.held.len());
        let block = search.map_or(0, |search| search.block.len());
        let inner = body.size_hint();
        let lower = inner.lower().saturating_add((ready + held) as u64);
        let upper = inner
            .upper()
            .and_then(|upper| upper.checked_add((ready + held + block) as u64));
        let mut hint = SizeHint::new();
        hint.set_lower(lower);
        if let Some(upper) = upper.filter(|upper| *upper >= lower) {
            hint.set_upper(upper);
        }
        hint
    }

    fn take(&mut self, mut data: Bytes) {
        let Some(search) = &mut self.search else {
            return self.put(data);
        };
        let within = search.left.min(data.len());
        search.left -= within;
        let scanned = search.scanner.scan(data.get(..within).unwrap_or_default());
        match scanned {
            Scan::Open { held } if search.left > 0 => {
                if held > data.len() {
                    search.held.extend_from_slice(&data);
                    return;
                }
                let tail = data.split_off(data.len() - held);
                let before = std::mem::replace(&mut search.held, BytesMut::from(&*tail));
                self.put(before.freeze());
                self.put(data);
            }
            Scan::Place { before, tag } => {
                let block = std::mem::take(&mut search.block);
                let held = std::mem::take(&mut search.held).freeze();
                self.search = None;
                // A tag that began in an earlier piece is what was held back.
                let (early, late) = match before.checked_sub(tag) {
                    Some(at) => (held, (data.split_to(at.min(data.len())), Bytes::new())),
                    None => (Bytes::new(), (Bytes::new(), held)),
                };
                for data in [early, late.0, block, late.1, data] {
                    self.put(data);
                }
            }
            given_up => {
                if given_up != Scan::Nowhere {
                    tracing::debug!(
                        searched = SEARCHED,
                        "a page goes without its data: it has no place for it near its beginning",
                    );
                }
                let held = std::mem::take(&mut search.held).freeze();
                self.search = None;
                self.put(held);
                self.put(data);
            }
        }
    }

    fn finish(&mut self) {
        if let Some(search) = self.search.take() {
            self.put(search.held.freeze());
            if search.scanner.takes_the_end() {
                self.put(search.block);
            }
        }
    }

    fn put(&mut self, data: Bytes) {
        if !data.is_empty() {
            self.out.push_back(data);
        }
    }
}

/// Without the block: it may stand in a log.
impl fmt::Debug for Insertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Insertion")
            .field("is_done", &self.search.is_none())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
