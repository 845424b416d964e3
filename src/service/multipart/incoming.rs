//! One file on its way in.

use bytes::Bytes;

use super::feed::Feed;
use super::part::{About, Part};
use super::spool::Spool;
use super::tally::{Past, Tally};
use crate::error::Result;
use crate::upload::{SNIFFED, Sink, Upload, Uploads};

/// A file that was begun and is counted as it comes.
pub(super) struct Incoming<'a> {
    feed: &'a mut Feed,
    part: Part,
    tally: &'a mut Tally,
    bounds: &'a Uploads,
    max_size: u64,
    size: u64,
}

/// Where a file goes. Dropped before it is finished, it keeps nothing.
pub(super) enum Store {
    Temporary(Spool),
    Sink(Sink),
}

impl<'a> Incoming<'a> {
    pub(super) fn new(
        feed: &'a mut Feed,
        part: Part,
        tally: &'a mut Tally,
        bounds: &'a Uploads,
        max_size: u64,
    ) -> Self {
        Self {
            feed,
            part,
            tally,
            bounds,
            max_size,
            size: 0,
        }
    }

    /// The first bytes, which are not counted yet.
    pub(super) async fn head(&mut self) -> Result<Vec<u8>> {
        self.part.head(self.feed, SNIFFED).await
    }

    /// Counts it as a file, and its head.
    pub(super) fn begin(&mut self, head: &[u8]) -> std::result::Result<(), Past> {
        self.tally.file(self.bounds)?;
        self.count(head)
    }

    fn count(&mut self, data: &[u8]) -> std::result::Result<(), Past> {
        let (size, limit) = (&mut self.size, self.max_size);
        self.tally.more(size, data.len(), limit, self.bounds)
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.part.chunk(self.feed).await
    }

    /// The file as a handler gets it, unless it passes a bound.
    pub(super) async fn keep(
        mut self,
        about: About,
        head: &[u8],
        mut store: Store,
    ) -> Result<std::result::Result<Upload, Past>> {
        store.write(head).await?;
        while let Some(chunk) = self.chunk().await? {
            if let Err(past) = self.count(&chunk) {
                return Ok(Err(past));
            }
            store.write(&chunk).await?;
        }
        store.finish(about, self.size).await.map(Ok)
    }

    /// Reads the file to its end and keeps nothing.
    pub(super) async fn waste(mut self) -> Result<()> {
        while let Some(chunk) = self.chunk().await? {
            self.tally.waste(chunk.len(), self.bounds)?;
        }
        Ok(())
    }
}

impl Store {
    pub(super) fn temporary(bounds: &Uploads) -> Self {
        Self::Temporary(Spool::new(&bounds.temporary()))
    }

    pub(super) async fn write(&mut self, data: &[u8]) -> Result<()> {
        match self {
            Self::Temporary(spool) => spool.write(data).await,
            Self::Sink(sink) => sink.write(data).await,
        }
    }

    pub(super) async fn finish(self, about: About, size: u64) -> Result<Upload> {
        let About { name, content_type } = about;
        Ok(match self {
            Self::Temporary(spool) => {
                Upload::stored(name, content_type, size, spool.finish().await?)
            }
            Self::Sink(sink) => Upload::sunk(name, content_type, size, sink.finish().await?),
        })
    }
}
