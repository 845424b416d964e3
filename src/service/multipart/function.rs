//! Which function a body calls.

use super::incoming::{Incoming, Store};
use super::intake::Spooled;
use super::part::{About, Kind, Part};
use super::{FUNCTION, Multipart, is_too_large};
use crate::error::{Error, Result};

/// No function has a longer name.
const LONGEST: usize = 64;

impl Multipart {
    /// Reads up to the name of the function.
    ///
    /// What stands before it is kept under the mount's bounds of sizes and counts. As nobody knows
    /// yet whose files these are, the whole body is too large where they pass one.
    pub(crate) async fn function(&mut self) -> Result<String> {
        let function = self.find_function().await;
        if function.as_ref().is_err_and(is_too_large) {
            self.feed.drain().await;
        }
        function
    }

    async fn find_function(&mut self) -> Result<String> {
        while let Some((mut part, kind)) = Part::next(&mut self.feed).await? {
            match kind {
                Kind::Text if part.name == FUNCTION => {
                    self.named = true;
                    let name = part.text(&mut self.feed, LONGEST).await?;
                    let name = name.ok_or_else(|| Error::bad_request("`fn` is too long"))?;
                    return if name.is_empty() {
                        Err(missing())
                    } else {
                        Ok(name)
                    };
                }
                Kind::Text => {
                    let text = self
                        .tally
                        .text(&mut self.feed, &mut part, &self.mount)
                        .await?;
                    self.texts.push((part.name, text));
                }
                Kind::File(about) => self.spool(part, about).await?,
            }
        }
        Err(missing())
    }

    async fn spool(&mut self, part: Part, about: About) -> Result<()> {
        let (field, max_size) = (part.name.clone(), self.mount.rule(&part.name).max_size);
        let Self { feed, tally, .. } = self;
        let mut file = Incoming::new(feed, part, tally, &self.mount, max_size);
        let head = file.head().await?;
        if about.is_absent(&head) {
            return self.tally.field(&self.mount);
        }
        file.begin(&head).map_err(|_| Error::too_large())?;
        let store = Store::temporary(&self.mount);
        let kept = file.keep(about, &head, store).await?;
        let upload = kept.map_err(|_| Error::too_large())?;
        self.spooled.push(Spooled {
            field,
            head,
            upload,
        });
        Ok(())
    }
}

fn missing() -> Error {
    Error::bad_request("`fn` is missing")
}
