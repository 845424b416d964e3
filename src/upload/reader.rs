//! Reading a file that a call brought along.

use std::fmt;
use std::io;
use std::io::{Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::file::Upload;

const CHUNK: u64 = 128 * 1024;

/// Work for a blocking thread, where there are any.
pub(crate) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<JoinHandle<io::Result<T>>> {
    let handle = Handle::try_current().map_err(io::Error::other)?;
    Ok(handle.spawn_blocking(work))
}

/// Reads an [`Upload`] from a position of its own, and keeps the file for as long.
///
/// ```
/// use mizan::upload::Upload;
/// use tokio::io::AsyncReadExt;
///
/// async fn begins_with_bom(upload: &Upload) -> std::io::Result<bool> {
///     let mut mark = Vec::new();
///     upload.reader().take(3).read_to_end(&mut mark).await?;
///     Ok(mark == b"\xef\xbb\xbf")
/// }
/// ```
pub struct UploadReader {
    upload: Upload,
    // Of the byte that is read next.
    position: u64,
    chunk: Vec<u8>,
    taken: usize,
    reading: Option<JoinHandle<io::Result<Vec<u8>>>>,
}

impl UploadReader {
    pub(super) fn new(upload: Upload) -> Self {
        Self {
            upload,
            position: 0,
            chunk: Vec::new(),
            taken: 0,
            reading: None,
        }
    }

    fn start(&mut self) -> io::Result<JoinHandle<io::Result<Vec<u8>>>> {
        let (upload, position) = (self.upload.clone(), self.position);
        let length = CHUNK.min(upload.size().saturating_sub(position));
        let mut chunk = std::mem::take(&mut self.chunk);
        self.taken = 0;
        blocking(move || {
            chunk.clear();
            let mut file = upload.file()?;
            file.seek(SeekFrom::Start(position))?;
            (&mut *file).take(length).read_to_end(&mut chunk)?;
            Ok(chunk)
        })
    }
}

impl AsyncRead for UploadReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.taken == this.chunk.len() {
            if this.position >= this.upload.size() || buffer.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            let mut reading = match this.reading.take() {
                Some(reading) => reading,
                None => this.start()?,
            };
            let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                this.reading = Some(reading);
                return Poll::Pending;
            };
            this.chunk = read??;
        }
        let unread = this.chunk.get(this.taken..).unwrap_or_default();
        let count = unread.len().min(buffer.remaining());
        buffer.put_slice(unread.get(..count).unwrap_or_default());
        this.taken += count;
        this.position += count as u64;
        Poll::Ready(Ok(()))
    }
}

impl AsyncSeek for UploadReader {
    fn start_seek(mut self: Pin<&mut Self>, to: SeekFrom) -> io::Result<()> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.upload.size().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        self.reading = None;
        self.chunk.clear();
        self.taken = 0;
        Ok(())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.position))
    }
}

impl fmt::Debug for UploadReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadReader")
            .field("upload", &self.upload)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
