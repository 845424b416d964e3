//! Counting what passes over the transport of a connection, and how much may come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What frames may take around a short message.
const FRAMES: usize = 16 * 1024;

pub(super) struct Tally<IO> {
    io: IO,
    written: u64,
    /// How many bytes were read since a message was whole.
    read: usize,
    max: usize,
}

impl<IO> Tally<IO> {
    /// A message of at most so many bytes may come in frames that take about as many again: empty
    /// ones are no bytes of a message, and neither has an end.
    pub(super) fn new(io: IO, max_message: usize) -> Self {
        Self {
            io,
            written: 0,
            read: 0,
            max: max_message.saturating_mul(2).saturating_add(FRAMES),
        }
    }

    /// A message is whole.
    pub(super) fn begin_anew(&mut self) {
        self.read = 0;
    }

    /// More came than a message may take; nothing more is read.
    pub(super) fn is_over(&self) -> bool {
        self.read > self.max
    }

    /// How many bytes the transport took.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    pub(super) fn into_inner(self) -> IO {
        self.io
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Tally<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_over() {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        self.read += buffer.filled().len() - before;
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Tally<IO> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let taken = ready!(Pin::new(&mut self.io).poll_write(cx, bytes))?;
        self.written += taken as u64;
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
