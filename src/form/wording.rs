use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::errors::FormErrors;
use crate::call::Call;
use crate::registry::Registry;

/// What a form's message is about, for an application that says it in its own words.
///
/// ```
/// use mizan::{Registry, form::Wording};
///
/// fn german(wording: &Wording<'_>) -> Option<String> {
///     match wording.code {
///         "required" => Some("Dieses Feld wird gebraucht".to_owned()),
///         "max_length" => Some(format!("Höchstens {} Zeichen", wording.limit?)),
///         _ => None,
///     }
/// }
/// let registry = Registry::builder().form_messages(german);
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Wording<'a> {
    /// The form's name.
    pub form: &'a str,
    /// The dotted path of the field, or `__all__`.
    pub field: &'a str,
    /// The error's code.
    pub code: &'a str,
    /// The limit that was passed, where the code is about one.
    pub limit: Option<&'a Value>,
    /// What would be said.
    pub message: &'a str,
    /// The call: its headers tell the caller's language.
    pub call: &'a Call,
}

impl fmt::Debug for Wording<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wording")
            .field("form", &self.form)
            .field("field", &self.field)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

pub(crate) type Word = Arc<dyn Fn(&Wording<'_>) -> Option<String> + Send + Sync>;

impl Registry {
    /// Says the errors of a form in the application's words.
    pub(crate) fn word(&self, call: &Call, form: &str, errors: &mut FormErrors) {
        let Some(word) = self.messages() else {
            return;
        };
        for known in errors.iter_mut() {
            for error in &mut known.errors {
                let wording = Wording {
                    form,
                    field: &known.field,
                    code: &error.code,
                    limit: error.limit.as_ref(),
                    message: &error.message,
                    call,
                };
                if let Some(message) = word(&wording) {
                    error.message = message;
                }
            }
        }
    }
}
