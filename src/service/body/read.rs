//! Reading a request's body: bounded in size and in time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http_body::Body;
use http_body_util::LengthLimitError;
use pin_project_lite::pin_project;

use crate::error::{BoxError, Error, Result};
use crate::time::LazySleep;

pin_project! {
    /// The whole of a body, as one piece. A body of a single frame is not copied where its data
    /// are `Bytes` already.
    pub(crate) struct ReadBody<B> {
        #[pin]
        body: B,
        limit: usize,
        timeout: LazySleep,
        first: Bytes,
        rest: BytesMut,
    }
}

impl<B> ReadBody<B> {
    pub(crate) fn new(body: B, limit: usize, timeout: Option<Duration>) -> Self {
        Self {
            body,
            limit,
            timeout: LazySleep::new(timeout),
            first: Bytes::new(),
            rest: BytesMut::new(),
        }
    }
}

impl<B> Future for ReadBody<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Output = Result<Bytes>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let frame = match this.body.as_mut().poll_frame(cx) {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    ready!(this.timeout.poll_elapsed(cx));
                    return Poll::Ready(Err(Error::slow_body()));
                }
            };
            let Some(frame) = frame else {
                return Poll::Ready(Ok(if this.rest.is_empty() {
                    std::mem::take(this.first)
                } else {
                    this.rest.split().freeze()
                }));
            };
            let Ok(mut data) = frame.map_err(|error| broken(error.into()))?.into_data() else {
                continue;
            };
            let so_far = this.first.len().max(this.rest.len());
            let size = data.remaining();
            if size > this.limit.saturating_sub(so_far) {
                return Poll::Ready(Err(Error::too_large()));
            }
            if so_far == 0 {
                *this.first = data.copy_to_bytes(size);
                // A body of known length says so when it is over, and need not be asked again.
                if this.body.is_end_stream() {
                    return Poll::Ready(Ok(std::mem::take(this.first)));
                }
                continue;
            }
            if this.rest.is_empty() {
                this.rest.extend_from_slice(this.first);
            }
            this.rest.reserve(size);
            while data.has_remaining() {
                let chunk = data.chunk();
                let length = chunk.len();
                this.rest.extend_from_slice(chunk);
                data.advance(length);
            }
        }
    }
}

/// A limit that the host set around Mizan is still a limit; anything else is a body that broke off.
pub(crate) fn broken(error: BoxError) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&*error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return Error::too_large();
        }
        cause = error.source();
    }
    tracing::debug!(%error, "a request's body broke off");
    Error::bad_request("The body ended before it was complete")
}
