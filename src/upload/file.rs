//! A file that a call brought along.

use std::any::Any;
use std::fmt;
use std::fs::File;
use std::io;
use std::io::{Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::io::AsyncReadExt;

use super::reader::{UploadReader, blocking};

/// A file that a call brought along.
///
/// It is a handle: a clone is one reference count and means the same file, which goes with the
/// last of them. What the client says of a file, its name and its type, is no more than its word:
/// neither belongs into a path or an answer unseen. Where [types](super::Uploads::types) were
/// allowed, the content was compared with them.
///
/// Its value in an input is `null` where the input is serialised: it never says which thing a call
/// is about, and so scopes no invalidation.
#[derive(Clone)]
pub struct Upload {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    content_type: String,
    size: u64,
    content: Content,
}

enum Content {
    /// Without a name in any directory. Whoever reads seeks first.
    Stored(Mutex<File>),
    Sunk(Mutex<Option<Box<dyn Any + Send>>>),
}

impl Upload {
    pub(crate) fn stored(name: String, content_type: String, size: u64, file: File) -> Self {
        let content = Content::Stored(Mutex::new(file));
        Self::new(name, content_type, size, content)
    }

    pub(crate) fn sunk(
        name: String,
        content_type: String,
        size: u64,
        sink: Box<dyn Any + Send>,
    ) -> Self {
        let content = Content::Sunk(Mutex::new(Some(sink)));
        Self::new(name, content_type, size, content)
    }

    fn new(name: String, content_type: String, size: u64, content: Content) -> Self {
        Self {
            inner: Arc::new(Inner {
                name,
                content_type,
                size,
                content,
            }),
        }
    }

    /// The name that the file had where it came from: the last component of what the client sent,
    /// without control characters. It may be empty.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The content type that the client declared, in lower case and without parameters;
    /// `application/octet-stream` where it declared none.
    pub fn content_type(&self) -> &str {
        &self.inner.content_type
    }

    /// How many bytes the file has.
    pub fn size(&self) -> u64 {
        self.inner.size
    }

    /// Reads the file from its start. Several may read at once, each at its own position.
    ///
    /// It reads on Tokio's blocking threads, and fails outside its runtime. A file that went into a
    /// [sink](super::FileRules::sink) cannot be read.
    pub fn reader(&self) -> UploadReader {
        UploadReader::new(self.clone())
    }

    /// The whole file, if it has no more than `limit` bytes.
    ///
    /// # Errors
    /// [`FileTooLarge`](io::ErrorKind::FileTooLarge) where it has more, and whatever reading fails
    /// with.
    pub async fn bytes(&self, limit: usize) -> io::Result<Bytes> {
        let size = usize::try_from(self.size()).ok();
        let Some(size) = size.filter(|size| *size <= limit) else {
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        let mut bytes = Vec::with_capacity(size);
        self.reader().read_to_end(&mut bytes).await?;
        Ok(bytes.into())
    }

    /// Copies the file to this path, in place of what stands there, and gives its size.
    ///
    /// The path is only ever the whole file: the copy is made beside it under a name of its own and
    /// renamed when it is complete, so that the directory has to be writable. A future that is
    /// dropped before leaves nothing. Who needs the file to survive a loss of power syncs it.
    ///
    /// # Errors
    /// What the file system fails with; [`Unsupported`](io::ErrorKind::Unsupported) of a file that
    /// went into a sink.
    pub async fn save(&self, path: impl AsRef<Path>) -> io::Result<u64> {
        let path = path.as_ref().to_owned();
        let (copy, path) = blocking({
            let upload = self.clone();
            move || Ok((upload.copy_beside(&path)?, path))
        })?
        .await??;
        blocking(move || Ok(copy.persist(path)?))?.await??;
        Ok(self.size())
    }

    fn copy_beside(&self, path: &Path) -> io::Result<tempfile::NamedTempFile> {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        // What is made for keeps has the rights that the process gives its files.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut copy = builder.tempfile_in(directory)?;
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(0))?;
        let copied = io::copy(&mut *file, copy.as_file_mut())?;
        if copied != self.size() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(copy)
    }

    /// The sink that the file was streamed into, the first time that it is asked for by its type.
    ///
    /// ```
    /// # use mizan::upload::Upload;
    /// # fn example(upload: Upload) {
    /// let content: Option<std::io::Cursor<Vec<u8>>> = upload.take_sink();
    /// # }
    /// ```
    pub fn take_sink<W: 'static>(&self) -> Option<W> {
        let Content::Sunk(sink) = &self.inner.content else {
            return None;
        };
        let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
        match sink.take()?.downcast::<W>() {
            Ok(writer) => Some(*writer),
            Err(other) => {
                *sink = Some(other);
                None
            }
        }
    }

    /// The file itself, at whatever position the last one left it.
    pub(super) fn file(&self) -> io::Result<MutexGuard<'_, File>> {
        match &self.inner.content {
            Content::Stored(file) => Ok(file.lock().unwrap_or_else(PoisonError::into_inner)),
            Content::Sunk(_) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "the file went into a sink",
            )),
        }
    }
}

/// Without content.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name())
            .field("content_type", &self.content_type())
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use tokio::io::AsyncSeekExt;

    use super::*;

    fn upload(content: &[u8]) -> Upload {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        let size = content.len() as u64;
        Upload::stored("a.bin".into(), "application/zip".into(), size, file)
    }

    #[tokio::test]
    async fn readers_have_positions_of_their_own() {
        let content: Vec<u8> = (0..400_000_u32).map(|n| n as u8 ^ (n >> 8) as u8).collect();
        let upload = upload(&content);
        let (mut one, mut other) = (upload.reader(), upload.reader());
        drop(upload);
        let mut first = [0; 1000];
        one.read_exact(&mut first).await.unwrap();
        let mut whole = Vec::new();
        other.read_to_end(&mut whole).await.unwrap();
        assert!(whole == content);
        assert_eq!(first, content[..1000]);

        let mut rest = Vec::new();
        one.read_to_end(&mut rest).await.unwrap();
        assert!(rest == content[1000..]);
        assert_eq!(one.seek(SeekFrom::End(-3)).await.unwrap(), 399_997);
        rest.clear();
        one.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, content[399_997..]);
        one.seek(SeekFrom::Start(5)).await.unwrap();
        assert_eq!(one.read_u8().await.unwrap(), content[5]);
        assert_eq!(one.seek(SeekFrom::Current(2)).await.unwrap(), 8);
        assert_eq!(one.read_u8().await.unwrap(), content[8]);
        assert!(one.seek(SeekFrom::Current(-10)).await.is_err());
        assert_eq!(one.seek(SeekFrom::Start(500_000)).await.unwrap(), 500_000);
        assert_eq!(one.read(&mut first).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn bytes_are_bounded() {
        let upload = upload(b"12345");
        assert_eq!(upload.bytes(5).await.unwrap(), "12345");
        let error = upload.bytes(4).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[tokio::test]
    async fn a_saved_file_is_whole_and_leaves_nothing_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("saved");
        std::fs::write(&path, "before").unwrap();
        let upload = upload(b"content");
        upload.reader().read_u8().await.unwrap();
        assert_eq!(upload.save(&path).await.unwrap(), 7);
        assert_eq!(std::fs::read(&path).unwrap(), b"content");
        assert!(upload.save(directory.path().join("no/such")).await.is_err());
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_sink_is_taken_once_by_its_type() {
        let sink = Cursor::new(b"sunk".to_vec());
        let upload = Upload::sunk("a".into(), "b/c".into(), 4, Box::new(sink));
        assert!(upload.take_sink::<String>().is_none());
        let sink: Cursor<Vec<u8>> = upload.clone().take_sink().unwrap();
        assert_eq!(sink.into_inner(), b"sunk");
        assert!(upload.take_sink::<Cursor<Vec<u8>>>().is_none());
        let error = upload.bytes(10).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Unsupported);
        assert!(upload.save("nowhere").await.is_err());
    }

    #[test]
    fn outside_a_runtime_reading_fails_and_nothing_panics() {
        let waker = std::task::Waker::noop();
        let upload = upload(b"12345");
        let mut reading = std::pin::pin!(upload.bytes(10));
        let polled = reading
            .as_mut()
            .poll(&mut std::task::Context::from_waker(waker));
        assert!(matches!(polled, std::task::Poll::Ready(Err(_))));
    }
}
