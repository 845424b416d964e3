//! What a single field of files may bring, and where its files go.

use std::future::Future;

use tokio::io::AsyncWrite;

use super::sink::{FileHead, Open};
use super::types::Types;
use crate::call::Call;
use crate::error::Result;

/// The rules of one field of files, for [`Uploads::field`](super::Uploads::field).
///
/// ```
/// use mizan::upload::FileRules;
///
/// let rules = FileRules::new().max_size(512 * 1024).types(["image/png", "image/jpeg"]);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "rules do nothing until they are given to `Uploads::field`"]
pub struct FileRules {
    max_size: Option<u64>,
    types: Option<Types>,
    sink: Option<Open>,
}

/// The rules that hold for a field.
#[derive(Debug)]
pub(crate) struct Rule<'a> {
    pub(crate) max_size: u64,
    pub(crate) types: Option<&'a Types>,
    pub(crate) sink: Option<&'a Open>,
}

impl FileRules {
    /// No rules but those that hold for all files.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes a file of this field may have, in place of
    /// [`Uploads::max_file`](super::Uploads::max_file).
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// The content types that files of this field may have, in place of those of
    /// [`Uploads::types`](super::Uploads::types), which tells how they are judged.
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = Some(Types::new(types));
        self
    }

    /// Streams the files of this field into a writer that `open` gives, an object store's upload
    /// for one, in place of a temporary file.
    ///
    /// `open` is asked for each file as soon as its content type is known to be allowed. It runs
    /// before the handler and before the other fields were checked: it knows who is calling, and
    /// that they may call, and nothing of the input. When the file is complete, the writer is shut
    /// down, and the handler gets it by [`Upload::take_sink`](super::Upload::take_sink).
    ///
    /// A writer that nobody took is dropped: when its file passes a bound or breaks off, it is
    /// dropped without a shutdown; when a later part of the body or the input is refused, or the
    /// handler fails before it takes it, after. **A sink discards on drop what it holds, unless it
    /// was taken.**
    ///
    /// An error of `open` is the answer of the call. So is an error of the writer that was made of
    /// an [`Error`](crate::Error) by [`std::io::Error::other`]; any other is `INTERNAL_ERROR`.
    ///
    /// ```
    /// use mizan::{Call, upload::{FileHead, FileRules}};
    ///
    /// async fn memory(call: Call, head: FileHead) -> mizan::Result<std::io::Cursor<Vec<u8>>> {
    ///     call.user()?;
    ///     Ok(Default::default())
    /// }
    ///
    /// let rules = FileRules::new().sink(memory);
    /// ```
    pub fn sink<F, Fut, W>(mut self, open: F) -> Self
    where
        F: Fn(Call, FileHead) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<W>> + Send + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        self.sink = Some(Open::new(open));
        self
    }

    pub(super) fn limit(&self) -> Option<u64> {
        self.max_size
    }

    pub(super) fn allowed(&self) -> Option<&Types> {
        self.types.as_ref()
    }

    pub(super) fn open(&self) -> Option<&Open> {
        self.sink.as_ref()
    }
}
