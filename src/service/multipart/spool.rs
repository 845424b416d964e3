//! Temporary files on their way to the disk.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tokio::task::JoinHandle;

use crate::error::Result;
use crate::upload::blocking;

/// How much is gathered before a blocking thread is asked to write it. Two such batches are in
/// memory at most, one that fills and one that is written.
const BATCH: usize = 256 * 1024;

type Written = (File, Vec<u8>);

/// A temporary file without a name. It is made with its first batch, so that a small one is made
/// and written in one go.
pub(super) struct Spool {
    directory: PathBuf,
    batch: Vec<u8>,
    writing: Option<JoinHandle<io::Result<Written>>>,
}

impl Spool {
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            batch: Vec::new(),
            writing: None,
        }
    }

    pub(super) async fn write(&mut self, data: &[u8]) -> Result<()> {
        self.batch.extend_from_slice(data);
        if self.batch.len() >= BATCH {
            self.writing = Some(self.flush().await?);
        }
        Ok(())
    }

    /// The file, once everything is in it.
    pub(super) async fn finish(mut self) -> Result<File> {
        let (file, _) = self.flush().await?.await??;
        Ok(file)
    }

    async fn flush(&mut self) -> Result<JoinHandle<io::Result<Written>>> {
        let batch = std::mem::take(&mut self.batch);
        let file = match self.writing.take() {
            Some(writing) => {
                let (file, empty) = writing.await??;
                self.batch = empty;
                Some(file)
            }
            None => None,
        };
        let directory = self.directory.clone();
        Ok(blocking(move || {
            let file = file.map_or_else(|| tempfile::tempfile_in(directory), Ok)?;
            store(file, batch)
        })?)
    }
}

fn store(mut file: File, mut batch: Vec<u8>) -> io::Result<Written> {
    file.write_all(&batch)?;
    batch.clear();
    Ok((file, batch))
}
