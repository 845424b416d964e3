//! The frames of one connection, over its transport.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::ending::{Ending, Reason};
use super::tally::Tally;

/// What is read at once, in bytes; the buffer for it lives as long as the connection.
const READ: usize = 2 * 1024;
/// How many bytes of frames are written at once.
const BATCH: usize = 4 * 1024;
/// Longer texts leave in fragments of this size: the buffer that they are written from keeps the
/// size of the largest frame that it ever held.
const FRAGMENT: usize = 16 * 1024;
/// What pongs may take beside a batch. They are queued without asking, and a client that sends
/// pings and reads nothing must not make the buffer grow.
const PONGS: usize = 1024;

pub(super) struct Wire<IO> {
    stream: WebSocketStream<Tally<IO>>,
    /// What is left of a text that leaves in fragments.
    rest: Bytes,
    /// How many bytes were written since the last flush.
    unflushed: usize,
    /// A flush was begun and is not through.
    flushing: bool,
    /// The client closed while nobody listened any more.
    closed: bool,
}

/// What a client sent.
pub(super) enum Heard {
    Text(Utf8Bytes),
    Binary,
    /// A ping, which is answered already, or a pong.
    Control,
    Close,
}

impl<IO> Wire<IO>
where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    pub(super) async fn new(io: IO, max_message: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .write_buffer_size(BATCH)
            .max_write_buffer_size(BATCH + FRAGMENT + PONGS)
            .max_message_size(Some(max_message))
            .max_frame_size(Some(max_message));
        let io = Tally::new(io, max_message);
        let stream = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        Self {
            stream,
            rest: Bytes::new(),
            unflushed: 0,
            flushing: false,
            closed: false,
        }
    }

    pub(super) fn poll_heard(&mut self, cx: &mut Context<'_>) -> Poll<Result<Heard, Ending>> {
        let next = Pin::new(&mut self.stream).poll_next(cx);
        let heard = match ready!(next) {
            Some(Ok(Message::Text(text))) => Heard::Text(text),
            Some(Ok(Message::Binary(_))) => Heard::Binary,
            Some(Ok(Message::Close(_))) => Heard::Close,
            Some(Ok(_)) => Heard::Control,
            Some(Err(_)) if self.stream.get_ref().is_over() => {
                return Poll::Ready(Err(Ending::Ours(Reason::TooLarge)));
            }
            Some(Err(error)) => return Poll::Ready(Err(Ending::of(&error))),
            None => return Poll::Ready(Err(Ending::Gone)),
        };
        self.stream.get_mut().begin_anew();
        Poll::Ready(Ok(heard))
    }

    /// Ready when one more frame may be put, and there is room for the whole of it.
    pub(super) fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ending>> {
        loop {
            // Before the first of a batch, and in the midst of one that had to wait, pongs may stand
            // in its room.
            if self.flushing || self.unflushed == 0 || self.unflushed >= BATCH {
                ready!(self.poll_flush(cx))?;
            }
            if self.rest.is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.put_fragment(OpCode::Data(Data::Continue))?;
        }
    }

    /// Takes a frame after [`poll_room`](Self::poll_room) was ready.
    pub(super) fn put(&mut self, text: Utf8Bytes) -> Result<(), Ending> {
        if text.len() <= FRAGMENT {
            return self.send(text.len(), Message::Text(text));
        }
        self.rest = text.into();
        self.put_fragment(OpCode::Data(Data::Text))
    }

    pub(super) fn put_ping(&mut self) -> Result<(), Ending> {
        self.send(0, Message::Ping(Bytes::new()))
    }

    fn put_fragment(&mut self, opcode: OpCode) -> Result<(), Ending> {
        let length = self.rest.len().min(FRAGMENT);
        let fragment = self.rest.split_to(length);
        let frame = Frame::message(fragment, opcode, !self.rest.has_remaining());
        self.send(length, Message::Frame(frame))
    }

    fn send(&mut self, length: usize, message: Message) -> Result<(), Ending> {
        const HEADER: usize = 4;
        self.unflushed += HEADER + length;
        let sent = Pin::new(&mut self.stream).start_send(message);
        sent.map_err(|error| Ending::of(&error))
    }

    /// Ready when everything that was put is with the transport.
    pub(super) fn poll_all(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ending>> {
        if self.rest.is_empty() && self.unflushed == 0 {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_room(cx))?;
        self.poll_flush(cx)
    }

    /// How much is left of a text that leaves in fragments.
    pub(super) fn unsent(&self) -> usize {
        self.rest.len()
    }

    /// How many bytes the transport took.
    pub(super) fn written(&self) -> u64 {
        self.stream.get_ref().written()
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ending>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.flushing = flushed.is_pending();
        ready!(flushed).map_err(|error| Ending::of(&error))?;
        self.unflushed = 0;
        Poll::Ready(Ok(()))
    }

    /// Says goodbye and waits for the client to have heard it. Whoever calls this bounds it.
    ///
    /// A transport that is let go of while something unread waits in it may take back what was
    /// written, so what the client still sends is read, and comes to nothing.
    pub(super) async fn close(mut self, ending: Ending) {
        let heard = match ending {
            Ending::Gone => return,
            Ending::Client => {
                self.flush_and_discard().await;
                true
            }
            Ending::Ours(reason) => {
                // What waits is in front of the goodbye, and cannot be taken back.
                self.flush_and_discard().await;
                // The client may have closed by itself meanwhile.
                if self.say(reason).is_ok() {
                    self.flush_and_discard().await;
                }
                poll_fn(|cx| self.poll_discard(cx)).await
            }
        };
        let mut io = self.stream.into_inner().into_inner();
        if io.shutdown().await.is_ok() && !heard {
            let mut unread = vec![0; READ / 4];
            while matches!(io.read(&mut unread).await, Ok(1..)) {}
        }
    }

    fn say(&mut self, reason: Reason) -> Result<(), Ending> {
        self.send(0, Message::Close(Some(reason.frame())))
    }

    async fn flush_and_discard(&mut self) {
        poll_fn(|cx| {
            // A client may be stuck in sending, and read only when that is done.
            let _ = self.poll_discard(cx);
            ready!(Pin::new(&mut self.stream).poll_flush(cx)).ok();
            Poll::Ready(())
        })
        .await;
    }

    /// Ready when nothing more is read, and whether that is because the client closed too.
    fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        loop {
            match ready!(self.poll_heard(cx)) {
                Ok(Heard::Close) => self.closed = true,
                Ok(_) => {}
                Err(_) => return Poll::Ready(self.closed),
            }
        }
    }
}
