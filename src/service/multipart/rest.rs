//! The parts of a body, once it is known who takes them.

use super::intake::Intake;
use super::part::{Kind, Part};
use super::{FUNCTION, Multipart, Parts, is_too_large};
use crate::call::Call;
use crate::error::{Error, Result};
use crate::upload::Uploads;

impl Multipart {
    /// Reads what is left, under the bounds of the function or form. `takes_file` tells which names
    /// are fields of files; what else has files brings them in vain.
    ///
    /// Without [`function`](Self::function) before it, `fn` is a name like any other.
    pub(crate) async fn rest(
        mut self,
        call: &Call,
        bounds: &Uploads,
        takes_file: &(dyn Fn(&str) -> bool + Send + Sync),
    ) -> Result<Parts> {
        let left = bounds
            .time()
            .map(|time| time.saturating_sub(self.started.elapsed()));
        self.feed.limit_time(left);
        let mut intake = Intake {
            call,
            bounds,
            takes_file,
            parts: Parts::default(),
        };
        let read = self.read(&mut intake).await;
        if intake.parts.stopped || read.as_ref().is_err_and(is_too_large) {
            self.feed.drain().await;
        }
        read.map(|()| intake.parts)
    }

    async fn read(&mut self, intake: &mut Intake<'_>) -> Result<()> {
        let bounds = intake.bounds;
        let Self { feed, tally, .. } = self;
        tally.recount_files();
        tally.check(bounds)?;
        for (name, text) in self.texts.drain(..) {
            intake.text(name, text);
        }
        for spooled in self.spooled.drain(..) {
            if intake.spooled(tally, spooled).await?.is_break() {
                return Ok(());
            }
        }
        while let Some((mut part, kind)) = Part::next(feed).await? {
            match kind {
                Kind::Text if self.named && part.name == FUNCTION => {
                    return Err(Error::bad_request("`fn` is given twice"));
                }
                Kind::Text => {
                    let text = tally.text(feed, &mut part, bounds).await?;
                    intake.text(part.name, text);
                }
                Kind::File(about) => {
                    if intake.file(feed, tally, part, about).await?.is_break() {
                        return Ok(());
                    }
                }
            }
        }
        feed.finish().await
    }
}
