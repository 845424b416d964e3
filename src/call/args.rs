use bytes::Bytes;

use crate::error::{Error, Result};
use crate::service::envelope;

/// The arguments of a call as they came.
#[derive(Clone, Debug)]
pub(crate) enum Args {
    /// A part of a JSON body.
    Json(JsonArgs),
    /// The query of the request's own target.
    Query,
}

#[derive(Clone, Debug)]
pub(crate) struct JsonArgs {
    body: Bytes,
    // Empty where there are no arguments.
    start: usize,
    end: usize,
    // The envelope was read by the fast path, which leaves its proof to the reading of the
    // arguments. Whatever fails before or in that reading asks for the proof first.
    unproven: bool,
}

impl Args {
    pub(crate) fn proven(body: Bytes, range: std::ops::Range<usize>) -> Self {
        Self::json(body, range, false)
    }

    pub(crate) fn unproven(body: Bytes, range: std::ops::Range<usize>) -> Self {
        Self::json(body, range, true)
    }

    fn json(body: Bytes, range: std::ops::Range<usize>, unproven: bool) -> Self {
        Args::Json(JsonArgs {
            body,
            start: range.start,
            end: range.end,
            unproven,
        })
    }

    /// Arguments that are a whole JSON text.
    pub(crate) fn whole(json: Bytes) -> Self {
        let end = json.len();
        Self::proven(json, 0..end)
    }

    /// The error that a body whose envelope is not proven yet deserves, if it does.
    pub(crate) fn prove(&self) -> Result<()> {
        match self {
            Args::Json(json) => json.prove().map(|_| ()),
            Args::Query => Ok(()),
        }
    }
}

impl JsonArgs {
    /// The text of the arguments, `{}` where there are none.
    pub(crate) fn text(&self) -> Result<&str> {
        let text = self.body.get(self.start..self.end).unwrap_or_default();
        if text.is_empty() {
            return Ok("{}");
        }
        std::str::from_utf8(text).map_err(|_| envelope::not_utf8())
    }

    pub(crate) fn is_unproven(&self) -> bool {
        self.unproven
    }

    /// These arguments with a proven envelope.
    pub(crate) fn prove(&self) -> Result<JsonArgs, Error> {
        if !self.unproven {
            return Ok(self.clone());
        }
        let (_, range) = envelope::read(&self.body)?;
        Ok(JsonArgs {
            body: self.body.clone(),
            start: range.start,
            end: range.end,
            unproven: false,
        })
    }
}
