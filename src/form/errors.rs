//! What is wrong with what was filled in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Code, Error};
use crate::schema::{Fields, MORE, MOST_TOLD, WHOLE, within};

/// One thing that is wrong with a field, or with the form.
///
/// The codes that Mizan gives are those of protocol section 5: `required`, `invalid`,
/// `max_length`, `min_length`, `max_value`, `min_value`, `invalid_choice` and `pattern`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FieldError {
    /// What people read.
    pub message: String,
    /// What programs read.
    pub code: Cow<'static, str>,
    /// The limit that was passed, for the code of a limit: `20` for `max_length`.
    #[serde(skip)]
    pub limit: Option<Value>,
}

impl FieldError {
    /// An error of this code with a message for people.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: code.into(),
            limit: None,
        }
    }

    pub(crate) fn with_limit(mut self, limit: Option<Value>) -> Self {
        self.limit = limit;
        self
    }
}

/// The errors of one field.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FieldErrors {
    /// The dotted path of the field on the wire (`items.1`, `nested.label`), or `__all__`.
    pub field: String,
    /// At least one.
    pub errors: Vec<FieldError>,
}

/// Everything that is wrong with a form, field by field (protocol section 5).
///
/// A check or a handler that refuses what was filled in answers with one; the caller gets it as the
/// form's errors and not as a failed call.
///
/// ```
/// use mizan::{Error, form::FormErrors};
///
/// let mut errors = FormErrors::new();
/// errors.field("email", "taken", "This address is registered already");
/// errors.whole("closed", "Registration is closed");
/// assert_eq!(
///     serde_json::to_value(&errors).unwrap(),
///     serde_json::json!({"errors": [
///         {"field": "email", "errors": [{"message": "This address is registered already", "code": "taken"}]},
///         {"field": "__all__", "errors": [{"message": "Registration is closed", "code": "closed"}]},
///     ]}),
/// );
/// let error = Error::from(errors);   // what a handler returns
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct FormErrors {
    errors: Vec<FieldErrors>,
    /// Where each path stands among them: a body may hold as many mistakes as it has bytes.
    #[serde(skip)]
    places: BTreeMap<String, usize>,
}

impl FormErrors {
    /// No errors.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error of the field at this path.
    pub fn field(
        &mut self,
        path: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> &mut Self {
        self.push(path, FieldError::new(code, message));
        self
    }

    /// Adds an error of the form as a whole.
    pub fn whole(
        &mut self,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> &mut Self {
        self.field(WHOLE, code, message)
    }

    /// Adds an error. One that the field has already, by code and message, is not repeated. After
    /// 1,000 fields no other is told of, which an error of the whole form says.
    pub fn push(&mut self, path: impl Into<String>, error: FieldError) {
        let path = path.into();
        let place = self.places.get(&path).copied();
        let full = self.is_full();
        match place.and_then(|place| self.errors.get_mut(place)) {
            Some(known) if known.errors.len() >= MOST_TOLD || known.errors.contains(&error) => {}
            Some(known) => known.errors.push(error),
            None if full && path != WHOLE => {
                self.whole("invalid", MORE);
            }
            None => {
                self.places.insert(path.clone(), self.errors.len());
                self.errors.push(FieldErrors {
                    field: path,
                    errors: vec![error],
                });
            }
        }
    }

    /// Adds what is wrong at one path.
    pub(crate) fn push_all(&mut self, path: &str, errors: impl IntoIterator<Item = FieldError>) {
        errors.into_iter().for_each(|error| self.push(path, error));
    }

    /// Whether no further field is told of.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.len() >= MOST_TOLD
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The fields with errors: in the form's order where the form itself answers them.
    pub fn iter(&self) -> impl Iterator<Item = &FieldErrors> {
        self.errors.iter()
    }

    /// The errors of the field at exactly this path.
    #[must_use]
    pub fn get(&self, path: &str) -> &[FieldError] {
        let place = self.places.get(path);
        let found = place.and_then(|place| self.errors.get(*place));
        found.map_or(&[], |known| &known.errors)
    }

    /// Whether the field at this path, or something in it, has an error.
    pub(crate) fn touches(&self, path: &str) -> bool {
        let mut inner = self.places.range(format!("{path}.")..);
        self.places.contains_key(path) || inner.next().is_some_and(|(known, _)| within(known, path))
    }

    fn index(&mut self) {
        let paths = self.errors.iter().map(|known| known.field.clone());
        self.places = paths.zip(0..).collect();
    }

    /// Puts the fields in this order, in which inner ones stand behind those that hold them, and
    /// the whole form last.
    pub(crate) fn sort_by(&mut self, order: &[String]) {
        let rank = |path: &str| match path {
            WHOLE => usize::MAX,
            path => {
                let field = order.iter().rposition(|field| within(path, field));
                field.unwrap_or(order.len())
            }
        };
        self.errors.sort_by_cached_key(|known| rank(&known.field));
        self.index();
    }

    pub(crate) fn retain(&mut self, keep: impl FnMut(&FieldErrors) -> bool) {
        self.errors.retain(keep);
        self.index();
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut FieldErrors> {
        self.errors.iter_mut()
    }

    /// Adds the messages to others.
    pub(crate) fn tell(&self, fields: &mut Fields) {
        for known in &self.errors {
            for error in &known.errors {
                fields.insert(known.field.as_str(), error.message.as_str());
            }
        }
    }
}

impl IntoIterator for FormErrors {
    type Item = FieldErrors;
    type IntoIter = std::vec::IntoIter<FieldErrors>;

    fn into_iter(self) -> Self::IntoIter {
        self.errors.into_iter()
    }
}

/// `VALIDATION_ERROR` where no form takes them: the messages stand in `details.fields`.
impl From<FormErrors> for Error {
    fn from(errors: FormErrors) -> Self {
        let mut fields = Fields::new();
        errors.tell(&mut fields);
        Error::refused(fields, errors)
    }
}

/// What a check of one field answers about it: one error, at whatever field it is asked for.
///
/// ```
/// use mizan::{Call, Result, form::Invalid};
///
/// fn not_root(_: Call, name: String) -> Result<()> {
///     match name.as_str() {
///         "root" => Err(Invalid::new("reserved", "This name is reserved").into()),
///         _ => Ok(()),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Invalid(pub(crate) FieldError);

impl Invalid {
    /// An error of this code with a message for people.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self(FieldError::new(code, message))
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        let mut errors = FormErrors::new();
        errors.push(WHOLE, invalid.0);
        errors.into()
    }
}

impl Error {
    /// The errors of a form that this error carries, if that is what it is: of any other
    /// `VALIDATION_ERROR` its fields and messages, with the code `invalid`.
    pub(crate) fn into_form_errors(self) -> Result<FormErrors, Error> {
        if self.code() != Code::Validation {
            return Err(self);
        }
        match self.take_refusal() {
            Ok(errors) => Ok(errors),
            Err(error) => {
                let mut errors = FormErrors::new();
                let fields = error.details().and_then(|details| details.get("fields"));
                let fields = fields.and_then(Value::as_object);
                for (path, messages) in fields.into_iter().flatten() {
                    for message in messages.as_array().into_iter().flatten() {
                        let message = message.as_str().unwrap_or_default();
                        errors.field(path.as_str(), "invalid", message);
                    }
                }
                if errors.is_empty() {
                    errors.whole("invalid", error.message());
                }
                Ok(errors)
            }
        }
    }
}
