#![doc = include_str!("../../docs/forms.md")]

mod builder;
mod coerce;
mod core;
mod describe;
mod errors;
mod field;
mod formset;
mod functions;
mod handlers;
mod hooks;
mod judge;
mod nest;
mod order;
mod outcome;
mod page;
mod rules;
mod schema;
mod source;
mod stand_in;
mod submission;
mod values;
mod wording;

pub use self::builder::Form;
pub use self::errors::{FieldError, FieldErrors, FormErrors, Invalid};
pub use self::field::Field;
pub use self::page::{FormPage, FormValues};
pub use self::schema::{Choice, FieldSchema, FormMeta, FormSchema, FormsetSchema, Widget};
pub use self::values::Values;
pub use self::wording::Wording;

pub(crate) use self::coerce::coerce;
pub(crate) use self::page::{Render, WantsPage, back, error_page, renderer, target, wants_html};
pub(crate) use self::rules::Rules;
pub(crate) use self::source::Sent;
pub(crate) use self::submission::{AnySubmission, Refused, Verdict};
pub(crate) use self::wording::Word;
