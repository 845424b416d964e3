//! Feeds the parser, a bounded piece at a time.
//!
//! `multer` takes all that its stream will give each time that it is asked for anything, and holds
//! it. So its stream is a slot with room for one piece, which is filled only when the parser is
//! stuck without more. A parser that stays stuck is reading the headers of a part, or what stands
//! before the first one, and either is bounded.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures_util::stream::{Stream, StreamExt};
use http_body::Body;
use pin_project_lite::pin_project;

use crate::error::{BoxError, Error, Result};
use crate::service::body::broken;
use crate::time::{LazySleep, within};

/// How much is handed to the parser at once.
const PIECE: usize = 64 * 1024;

/// How long the headers of a part may be, and what stands before the first.
const HEADERS: usize = 16 * 1024;

/// How much is read and thrown away when reading ends before the body does, and for how long.
const DRAIN: usize = 256 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(5);

pub(super) type Field = multer::Field<'static>;

/// The parser and what it is fed from.
pub(super) struct Feed {
    parser: multer::Multipart<'static>,
    source: Source,
}

impl Feed {
    pub(super) fn new<B>(
        body: B,
        boundary: String,
        idle: Option<Duration>,
        total: Option<Duration>,
    ) -> Self
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let slot = Slot::default();
        Self {
            parser: multer::Multipart::new(slot.clone(), boundary),
            source: Source {
                body: Box::pin(Pieces {
                    body,
                    data: None,
                    over: false,
                }),
                slot,
                unresolved: 0,
                over: false,
                idle,
                silence: LazySleep::new(idle),
                total: LazySleep::new(total),
            },
        }
    }

    /// Gives the body this much time from now.
    pub(super) fn limit_time(&mut self, total: Option<Duration>) {
        self.source.total = LazySleep::new(total);
    }

    /// The next part. The one before it has been read to its end.
    pub(super) async fn next_field(&mut self) -> Result<Option<Field>> {
        let Self { parser, source } = self;
        poll_fn(|cx| source.drive(cx, |cx| parser.poll_next_field(cx))).await
    }

    /// More of a part.
    pub(super) async fn next_chunk(&mut self, field: &mut Field) -> Result<Option<Bytes>> {
        let source = &mut self.source;
        loop {
            let chunk = poll_fn(|cx| {
                source.drive(cx, |cx| field.poll_next_unpin(cx).map(Option::transpose))
            });
            match chunk.await? {
                Some(chunk) if chunk.is_empty() => {}
                chunk => return Ok(chunk),
            }
        }
    }

    /// Takes in what stands behind the last part, which means nothing (RFC 2046, section 5.1.1),
    /// so that the connection can go on and a body that broke off is known as one.
    pub(super) async fn finish(&mut self) -> Result<()> {
        self.source.discard().await
    }

    /// Takes in a little of what is left, for the answer to be read before the connection closes.
    pub(super) async fn drain(&mut self) {
        let drained = within(Some(DRAIN_TIME), self.source.discard()).await;
        if !matches!(drained, Ok(Ok(()))) {
            tracing::debug!("a multipart body that was refused did not end");
        }
    }
}

/// The body, and the slot that it goes through.
struct Source {
    body: Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>,
    slot: Slot,
    /// What the parser was given since it gave something back.
    unresolved: usize,
    over: bool,
    idle: Option<Duration>,
    silence: LazySleep,
    total: LazySleep,
}

impl Source {
    /// Polls the parser, and feeds it for as long as that is what it waits for.
    fn drive<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut parser: impl FnMut(&mut Context<'_>) -> Poll<multer::Result<T>>,
    ) -> Poll<Result<T>> {
        loop {
            if let Poll::Ready(parsed) = parser(cx) {
                self.unresolved = 0;
                return Poll::Ready(parsed.map_err(|error| self.malformed(&error)));
            }
            if self.unresolved > HEADERS {
                let message = "The headers of a part of the multipart body are too long";
                return Poll::Ready(Err(Error::bad_request(message)));
            }
            match ready!(self.poll_piece(cx)?) {
                Some(piece) => {
                    self.unresolved += piece.len();
                    self.slot.fill(piece);
                }
                None if self.over => return Poll::Ready(Err(cut_off())),
                None => {
                    self.over = true;
                    self.slot.close();
                }
            }
        }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        if let Poll::Ready(piece) = self.body.as_mut().poll_next(cx) {
            self.silence = LazySleep::new(self.idle);
            return Poll::Ready(piece.transpose());
        }
        let silent = self.silence.poll_elapsed(cx).is_ready();
        if silent || self.total.poll_elapsed(cx).is_ready() {
            return Poll::Ready(Err(Error::slow_body()));
        }
        Poll::Pending
    }

    async fn discard(&mut self) -> Result<()> {
        let mut left = DRAIN;
        while let Some(piece) = poll_fn(|cx| self.poll_piece(cx)).await? {
            let Some(less) = left.checked_sub(piece.len()) else {
                break;
            };
            left = less;
        }
        Ok(())
    }

    fn malformed(&self, error: &multer::Error) -> Error {
        tracing::debug!(%error, "a multipart body is malformed");
        match error {
            multer::Error::IncompleteHeaders
            | multer::Error::ReadHeaderFailed(_)
            | multer::Error::DecodeHeaderName { .. }
            | multer::Error::DecodeHeaderValue { .. } => {
                Error::bad_request("A part of the multipart body has malformed headers")
            }
            _ if self.over => cut_off(),
            _ => Error::bad_request("The body is not valid multipart/form-data"),
        }
    }
}

fn cut_off() -> Error {
    Error::bad_request("The multipart body ended before it was complete")
}

/// What the parser reads from. Nobody is woken: the one who fills it polls the parser next.
#[derive(Clone, Default)]
struct Slot(Arc<Mutex<Held>>);

#[derive(Default)]
enum Held {
    #[default]
    Nothing,
    Piece(Bytes),
    End,
}

impl Slot {
    fn fill(&self, piece: Bytes) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Held::Piece(piece);
    }

    fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Held::End;
    }
}

impl Stream for Slot {
    type Item = std::result::Result<Bytes, std::convert::Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::take(&mut *held) {
            Held::Nothing => Poll::Pending,
            Held::Piece(piece) => Poll::Ready(Some(Ok(piece))),
            Held::End => {
                *held = Held::End;
                Poll::Ready(None)
            }
        }
    }
}

pin_project! {
    /// The data of a body in pieces of bounded size.
    struct Pieces<B: Body> {
        #[pin]
        body: B,
        data: Option<B::Data>,
        over: bool,
    }
}

impl<B> Stream for Pieces<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        loop {
            if let Some(data) = this.data.as_mut().filter(|data| data.has_remaining()) {
                let piece = data.copy_to_bytes(data.remaining().min(PIECE));
                return Poll::Ready(Some(Ok(piece)));
            }
            *this.data = None;
            if *this.over {
                return Poll::Ready(None);
            }
            match ready!(this.body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => *this.data = frame.into_data().ok(),
                Some(Err(error)) => {
                    *this.over = true;
                    return Poll::Ready(Some(Err(broken(error.into()))));
                }
                None => *this.over = true,
            }
        }
    }
}
