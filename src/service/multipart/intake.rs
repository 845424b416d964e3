//! The parts of a body as the function that is called takes them.

use std::ops::ControlFlow;

use tokio::io::AsyncReadExt;

use super::Parts;
use super::feed::Feed;
use super::incoming::{Incoming, Store};
use super::part::{About, Part};
use super::tally::{Past, Tally};
use crate::call::Call;
use crate::error::{Error, Result};
use crate::form::FieldError;
use crate::upload::{FileHead, Refusal, Rule, Upload, Uploads};

/// How much of a spooled file goes into a sink at once.
const COPIED: usize = 64 * 1024;

/// A file that came before it was known whose it is.
pub(super) struct Spooled {
    pub(super) field: String,
    pub(super) head: Vec<u8>,
    pub(super) upload: Upload,
}

/// Whether reading goes on.
type Flow = Result<ControlFlow<()>>;

/// Takes parts in.
pub(super) struct Intake<'a> {
    pub(super) call: &'a Call,
    pub(super) bounds: &'a Uploads,
    pub(super) takes_file: &'a (dyn Fn(&str) -> bool + Send + Sync),
    pub(super) parts: Parts,
}

impl Intake<'_> {
    /// A field of files that holds text was not filled in by a form.
    pub(super) fn text(&mut self, name: String, text: String) {
        if !(self.takes_file)(&name) {
            self.parts.texts.push((name, text));
        } else if !text.is_empty() {
            let error = FieldError::new("invalid", "This has to be a file");
            self.parts.refused.push(name, error);
        }
    }

    pub(super) async fn file(
        &mut self,
        feed: &mut Feed,
        tally: &mut Tally,
        part: Part,
        about: About,
    ) -> Flow {
        let field = part.name.clone();
        let rule = self.bounds.rule(&field);
        if !(self.takes_file)(&field) {
            tally.field(self.bounds)?;
            Incoming::new(feed, part, tally, self.bounds, u64::MAX)
                .waste()
                .await?;
            return Ok(ControlFlow::Continue(()));
        }
        let mut file = Incoming::new(feed, part, tally, self.bounds, rule.max_size);
        let head = file.head().await?;
        if about.is_absent(&head) {
            tally.field(self.bounds)?;
            return Ok(ControlFlow::Continue(()));
        }
        if let Err(past) = file.begin(&head) {
            return self.past(field, &rule, past);
        }
        if let Some(refusal) = Refusal::of_type(rule.types, &about.content_type, &head) {
            self.parts.refused.push(field, refusal.into());
            file.waste().await?;
            return Ok(ControlFlow::Continue(()));
        }
        let store = self.store(&field, &rule, &about).await?;
        match file.keep(about, &head, store).await? {
            Ok(upload) => {
                self.parts.files.push((field, upload));
                Ok(ControlFlow::Continue(()))
            }
            Err(past) => self.past(field, &rule, past),
        }
    }

    /// A file that is here already, judged as if it came now.
    pub(super) async fn spooled(&mut self, tally: &mut Tally, spooled: Spooled) -> Flow {
        let Spooled {
            field,
            head,
            upload,
        } = spooled;
        if !(self.takes_file)(&field) {
            tally.field(self.bounds)?;
            return Ok(ControlFlow::Continue(()));
        }
        let rule = self.bounds.rule(&field);
        if let Err(past) = tally.file(self.bounds) {
            return self.past(field, &rule, past);
        }
        if upload.size() > rule.max_size {
            return self.past(field, &rule, Past::Size);
        }
        if let Some(refusal) = Refusal::of_type(rule.types, upload.content_type(), &head) {
            self.parts.refused.push(field, refusal.into());
            return Ok(ControlFlow::Continue(()));
        }
        let upload = match rule.sink {
            None => upload,
            Some(_) => {
                let about = About {
                    name: upload.name().to_owned(),
                    content_type: upload.content_type().to_owned(),
                };
                let store = self.store(&field, &rule, &about).await?;
                copy(&upload, about, store).await?
            }
        };
        self.parts.files.push((field, upload));
        Ok(ControlFlow::Continue(()))
    }

    async fn store(&self, field: &str, rule: &Rule<'_>, about: &About) -> Result<Store> {
        let Some(open) = rule.sink else {
            return Ok(Store::temporary(self.bounds));
        };
        let head = FileHead {
            field: field.to_owned(),
            name: about.name.clone(),
            content_type: about.content_type.clone(),
        };
        let sink = open
            .open(self.call.clone(), head, self.bounds.time())
            .await?;
        Ok(Store::Sink(sink))
    }

    fn past(&mut self, field: String, rule: &Rule<'_>, past: Past) -> Flow {
        let refusal = match past {
            Past::Files => Refusal::Files(self.bounds.files()),
            Past::Size => Refusal::Size(rule.max_size),
            Past::Total => return Err(Error::too_large()),
        };
        self.parts.refused.push(field, refusal.into());
        self.parts.stopped = true;
        Ok(ControlFlow::Break(()))
    }
}

async fn copy(from: &Upload, about: About, mut store: Store) -> Result<Upload> {
    let mut reader = from.reader();
    let mut buffer = Vec::with_capacity(COPIED);
    while reader.read_buf(&mut buffer).await? > 0 {
        store.write(&buffer).await?;
        buffer.clear();
    }
    store.finish(about, from.size()).await
}
