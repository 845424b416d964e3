//! Writers of the application that files stream into.

use std::any::Any;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::call::Call;
use crate::error::{Error, Result};
use crate::guard::guarded;

/// As the log calls one.
const SINK: &str = "a sink of an upload";

/// What is known of a file before its content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileHead {
    /// The name of the field, as it stands on the wire.
    pub field: String,
    /// The file's name, as [`Upload::name`](super::Upload::name) gives it.
    pub name: String,
    /// The content type, as [`Upload::content_type`](super::Upload::content_type) gives it.
    pub content_type: String,
}

trait Writer: AsyncWrite + Send + Unpin {
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

impl<W: AsyncWrite + Send + Unpin + 'static> Writer for W {
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

type Opening = BoxFuture<'static, Result<Box<dyn Writer>>>;

/// Opens the sink of a file.
#[derive(Clone)]
pub(crate) struct Open(Arc<dyn Fn(Call, FileHead) -> Opening + Send + Sync>);

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Open")
    }
}

impl Open {
    pub(super) fn new<F, Fut, W>(open: F) -> Self
    where
        F: Fn(Call, FileHead) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<W>> + Send + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        Self(Arc::new(move |call, head| {
            let opening = open(call, head);
            Box::pin(async move { Ok(Box::new(opening.await?) as Box<dyn Writer>) })
        }))
    }

    /// Each step of the sink may take this long.
    pub(crate) async fn open(
        &self,
        call: Call,
        head: FileHead,
        step: Option<Duration>,
    ) -> Result<Sink> {
        let opening = async { (self.0)(call, head).await };
        Ok(Sink {
            writer: guarded(step, SINK, opening).await??,
            step,
        })
    }
}

/// A writer of the application, whose steps neither hang nor panic.
pub(crate) struct Sink {
    writer: Box<dyn Writer>,
    step: Option<Duration>,
}

impl Sink {
    pub(crate) async fn write(&mut self, data: &[u8]) -> Result<()> {
        let write = self.writer.write_all(data);
        guarded(self.step, SINK, write).await?.map_err(meant)
    }

    /// The writer itself, once its file is complete.
    pub(crate) async fn finish(mut self) -> Result<Box<dyn Any + Send>> {
        let shutdown = self.writer.shutdown();
        guarded(self.step, SINK, shutdown).await?.map_err(meant)?;
        Ok(self.writer.into_any())
    }
}

/// A sink may refuse with an `Error`, which an `io::Error` carries.
fn meant(error: io::Error) -> Error {
    if error.get_ref().is_none() {
        return Error::internal(error);
    }
    match error.into_inner() {
        Some(inner) => Error::from_boxed(inner),
        None => Error::internal("a sink failed"),
    }
}
