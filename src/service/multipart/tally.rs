//! What a body has brought so far, held against its bounds.

use super::feed::Feed;
use super::part::Part;
use crate::error::{Error, Result};
use crate::upload::Uploads;

#[derive(Debug, Default)]
pub(super) struct Tally {
    files: usize,
    fields: usize,
    text: usize,
    total: u64,
}

/// The bound that a file passed first.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Past {
    Files,
    Size,
    Total,
}

impl Tally {
    /// A part that is no file that anybody asked for.
    pub(super) fn field(&mut self, bounds: &Uploads) -> Result<()> {
        self.fields += 1;
        self.check(bounds)
    }

    /// Reads a text field.
    pub(super) async fn text(
        &mut self,
        feed: &mut Feed,
        part: &mut Part,
        bounds: &Uploads,
    ) -> Result<String> {
        self.text += part.name.len();
        self.field(bounds)?;
        let text = part.text(feed, bounds.text() - self.text).await?;
        let text = text.ok_or_else(Error::too_large)?;
        self.text += text.len();
        Ok(text)
    }

    /// One more file.
    pub(super) fn file(&mut self, bounds: &Uploads) -> std::result::Result<(), Past> {
        self.files += 1;
        if self.files > bounds.files() {
            return Err(Past::Files);
        }
        Ok(())
    }

    /// Counts files anew: those that came before nobody knew whose they are.
    pub(super) fn recount_files(&mut self) {
        self.files = 0;
    }

    /// What was counted under other bounds may be too much under these.
    pub(super) fn check(&self, bounds: &Uploads) -> Result<()> {
        if self.fields > bounds.fields() || self.text > bounds.text() || self.total > bounds.total()
        {
            return Err(Error::too_large());
        }
        Ok(())
    }

    /// More of a file, of which `size` bytes were counted before. Which bound is passed does not
    /// depend on how the body was cut into chunks.
    pub(super) fn more(
        &mut self,
        size: &mut u64,
        more: usize,
        max_size: u64,
        bounds: &Uploads,
    ) -> std::result::Result<(), Past> {
        let more = more as u64;
        let room = max_size.saturating_sub(*size);
        let total_room = bounds.total().saturating_sub(self.total);
        if more <= room && more <= total_room {
            *size += more;
            self.total += more;
            return Ok(());
        }
        Err(if room <= total_room {
            Past::Size
        } else {
            Past::Total
        })
    }

    /// More of a file that is thrown away.
    pub(super) fn waste(&mut self, more: usize, bounds: &Uploads) -> Result<()> {
        self.more(&mut 0, more, u64::MAX, bounds)
            .map_err(|_| Error::too_large())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_that_comes_first_is_passed_first() {
        let bounds = Uploads::new().max_total(10);
        let past = |pieces: &[usize], max_size| {
            let (mut tally, mut size) = (Tally::default(), 0);
            pieces
                .iter()
                .try_for_each(|piece| tally.more(&mut size, *piece, max_size, &bounds))
        };
        assert_eq!(past(&[10], 10), Ok(()));
        assert_eq!(past(&[11], 10), Err(Past::Size));
        assert_eq!(past(&[11], 11), Err(Past::Total));
        assert_eq!(past(&[100], 9), Err(Past::Size));
        assert_eq!(past(&[9, 1], 9), Err(Past::Size));
        assert_eq!(past(&[5, 5, 1], 100), Err(Past::Total));
    }
}
