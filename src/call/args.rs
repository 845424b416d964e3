#[cfg(feature = "forms")]
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

#[cfg(feature = "forms")]
use super::given::Given;
use crate::error::{Error, Result};
use crate::service::envelope;
#[cfg(feature = "forms")]
use crate::service::multipart::{Multipart, Parts};
#[cfg(feature = "forms")]
use crate::upload::Uploads;

/// The arguments of a call as they came.
#[derive(Clone, Debug)]
pub(crate) enum Args {
    /// A part of a JSON body.
    Json(JsonArgs),
    /// The query of the request's own target.
    Query,
    /// A body that is read once it is known who calls.
    #[cfg(feature = "forms")]
    Body(Arc<Mutex<Brought>>),
    /// What was read of a form or of a body with files.
    #[cfg(feature = "forms")]
    Given(Arc<Given>),
}

/// A body on its way to the function that it is for. Who begins a call anew finds what was read of it.
#[cfg(feature = "forms")]
#[derive(Debug)]
pub(crate) enum Brought {
    Unread(FormBody),
    Reading,
    Read(Arc<Parts>),
}

/// A body as HTML forms send it.
#[cfg(feature = "forms")]
pub(crate) enum FormBody {
    /// `multipart/form-data`, within these bounds unless its function has others.
    Multipart(Box<Multipart>, Arc<Uploads>),
    /// `application/x-www-form-urlencoded`.
    Pairs(Vec<(String, String)>),
}

// Without what was filled in.
#[cfg(feature = "forms")]
impl std::fmt::Debug for FormBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FormBody::Multipart(..) => "Multipart",
            FormBody::Pairs(_) => "Pairs",
        })
    }
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
            _ => Ok(()),
        }
    }
}

#[cfg(feature = "forms")]
impl Args {
    pub(crate) fn body(body: FormBody) -> Self {
        Args::Body(Arc::new(Mutex::new(Brought::Unread(body))))
    }

    /// What the body brought, read by `read` unless it was read before.
    pub(crate) async fn parts<F>(&self, read: impl FnOnce(FormBody) -> F) -> Result<Arc<Parts>>
    where
        F: Future<Output = Result<Parts>>,
    {
        let Args::Body(slot) = self else {
            return Ok(Arc::default());
        };
        let lock = || slot.lock().unwrap_or_else(PoisonError::into_inner);
        let brought = std::mem::replace(&mut *lock(), Brought::Reading);
        let body = match brought {
            Brought::Unread(body) => body,
            Brought::Reading => {
                return Err(Error::internal("the body was begun to be read before"));
            }
            Brought::Read(parts) => {
                *lock() = Brought::Read(Arc::clone(&parts));
                return Ok(parts);
            }
        };
        let parts = Arc::new(read(body).await?);
        *lock() = Brought::Read(Arc::clone(&parts));
        Ok(parts)
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
