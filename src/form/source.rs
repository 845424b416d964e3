//! What was sent, before it is typed.

use serde_json::Value;

use super::errors::FormErrors;
use super::nest::nest;
use super::page::FormValues;
use crate::call::{Args, Call, FormBody};
use crate::error::{Error, Result};
use crate::schema::{InputSchema, Note, read};
use crate::service::multipart::Parts;
use crate::upload::{Files, Uploads};

/// What was sent for a form or for a function that takes files.
pub(crate) struct Sent {
    pub(crate) data: Value,
    /// What of it could not be read.
    pub(crate) notes: Vec<Note>,
    pub(crate) files: Files,
    /// What is wrong with the files.
    pub(crate) refused: FormErrors,
    /// Reading ended before the body did, so that nothing can be said of what was not read.
    pub(crate) stopped: bool,
    /// The texts as they were sent, to show them again.
    pub(crate) values: FormValues,
}

/// How many values JSON text has, the members' names aside.
pub(crate) fn count(text: &str) -> usize {
    let (mut count, mut quoted, mut escaped) = (1, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b',' | b'{' | b'[' if !quoted => count += 1,
            _ => {}
        }
    }
    count
}

/// HTML forms send the lines of a text with CRLF, whatever the text area held (HTML, "Constructing
/// the entry list"); the same text sent as JSON has LF, and is as long.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

impl Sent {
    /// One JSON object of at most so many values.
    pub(crate) fn json(schema: &InputSchema, text: &str, max: usize) -> Result<Self> {
        // Each value but the first has a byte of its own and one before it.
        if text.len() / 2 > max && count(text) > max {
            let mut refused = FormErrors::new();
            refused.whole("invalid", "Too much is filled in");
            return Ok(Self {
                refused,
                stopped: true,
                ..Self::of(Value::Null, Vec::new())
            });
        }
        let (data, notes) = read(schema.schema(), text)
            .map_err(|_| Error::bad_request("The body is not valid JSON"))?;
        Ok(Self::of(data, notes))
    }

    fn of(data: Value, notes: Vec<Note>) -> Self {
        Self {
            data,
            notes,
            files: Files::new(Vec::new()),
            refused: FormErrors::new(),
            stopped: false,
            values: FormValues::default(),
        }
    }

    fn parts(schema: &InputSchema, parts: &Parts) -> Self {
        let names = parts.files.iter().map(|(name, _)| name.clone()).enumerate();
        let named = names.map(|(index, name)| (name, Files::token(index)));
        let texts = parts.texts.iter();
        let texts = texts.map(|(name, text)| (name.clone(), Value::from(lines(text))));
        let files = parts.files.iter().map(|(_, file)| file.clone()).collect();
        Self {
            files: Files::new(files),
            refused: parts.refused.clone(),
            stopped: parts.stopped,
            values: parts.texts.iter().cloned().collect(),
            ..Self::of(nest(texts.chain(named), schema), Vec::new())
        }
    }

    /// Whatever the call brings along. A body with files is read now.
    pub(crate) async fn receive(
        call: &Call,
        bounds: Option<&Uploads>,
        max_values: usize,
    ) -> Result<Self> {
        let schema = call.entry().input();
        match call.args() {
            Args::Json(args) => {
                let args = args.prove()?;
                Self::json(schema, args.text()?, max_values)
            }
            args => {
                let takes_file = |name: &str| super::nest::is_file(schema, name);
                let read = async |body| match body {
                    FormBody::Pairs(texts) => Ok(Parts {
                        texts,
                        ..Parts::default()
                    }),
                    FormBody::Multipart(body, mount) => {
                        body.rest(call, bounds.unwrap_or(&mount), &takes_file).await
                    }
                };
                let parts = args.parts(read).await?;
                Ok(Self::parts(schema, &parts))
            }
        }
    }
}
