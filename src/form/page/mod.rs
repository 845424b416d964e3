//! The page of a form for browsers without JavaScript (protocol section 5).
//!
//! 1. **One renderer, two uses.** [`FormPage::html`] is a whole document; [`FormPage::form_html`]
//!    is its `<form>` alone, for an application that brings its own page.
//! 2. **The server judges.** The form is `novalidate` and has no `maxlength`: a browser's own rules
//!    are stricter in places (UTF-16 units where the protocol counts code points, its own idea of
//!    an address), and a form must not refuse there what the server takes. Everybody gets the same
//!    messages, too. `required` stays, since assistive technology tells it.
//! 3. **Nothing secret comes back.** What was sent for passwords, files and disabled fields is
//!    dropped before any renderer sees it.
//! 4. **Nothing breaks out.** Dynamic text passes one escape on its way into the markup, and there
//!    is neither script nor style in it, so that a strict content security policy holds.

mod accept;
mod control;
mod document;
mod markup;
mod place;
mod target;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use serde::Serialize;
use serde_json::Value;

pub(crate) use self::accept::wants_html;
pub(crate) use self::document::error_page;
pub(crate) use self::target::{back, target};
pub use self::values::FormValues;
use super::errors::FormErrors;
use super::schema::{FieldSchema, FormSchema, Widget};
use crate::call::Call;
use crate::error::Result;
use crate::registry::{Handler, Started};

const MOST_VALUES: usize = 1_000;

/// A form as a page without JavaScript shows it: fresh, or with what was sent and its errors.
///
/// What was sent for passwords, files and disabled fields is not in it, and neither are initial
/// values of passwords and files, so that no renderer can show them. Names that are no fields of
/// the form are dropped as well.
///
/// An application that brings its own page gets one of these and answers with HTML:
///
/// ```
/// use mizan::{Call, Result, form::FormPage};
///
/// async fn contact_page(_: Call, page: FormPage) -> Result<String> {
///     Ok(format!(
///         "<!doctype html><html lang=\"en\"><title>Contact</title><h1>Contact</h1>{}</html>",
///         page.form_html(),
///     ))
/// }
/// ```
///
/// It serialises for template engines as `schema`, `action`, `values` (`null` on a fresh page,
/// otherwise a list of texts for each name), `errors` and `lang`.
#[derive(Clone, Debug, Serialize)]
pub struct FormPage {
    schema: FormSchema,
    action: String,
    values: Option<FormValues>,
    errors: FormErrors,
    lang: Cow<'static, str>,
}

impl FormPage {
    /// A fresh page of this form, which is sent to `action`.
    #[must_use]
    pub fn new(mut schema: FormSchema, action: impl Into<String>) -> Self {
        for field in &mut schema.fields {
            if is_secret(field) {
                field.initial = Value::Null;
            }
        }
        Self {
            schema,
            action: action.into(),
            values: None,
            errors: FormErrors::new(),
            lang: "en".into(),
        }
    }

    /// The page after these values were sent.
    ///
    /// They take the place of the initial values altogether: a checkbox that was not sent is one
    /// that was not checked. The first 1,000 are kept, so that a small body makes no huge page.
    #[must_use]
    pub fn with_values(mut self, mut values: FormValues) -> Self {
        let fields = &self.schema.fields;
        values.retain(|name| {
            let mut named = fields.iter().filter(|field| field.name == name).peekable();
            named.peek().is_some() && !named.any(|field| field.disabled || is_secret(field))
        });
        values.truncate(MOST_VALUES);
        self.values = Some(values);
        self
    }

    /// The page with these errors.
    #[must_use]
    pub fn with_errors(mut self, errors: FormErrors) -> Self {
        self.errors = errors;
        self
    }

    /// The language of the page, a BCP 47 tag as `de-AT`; `en` unless set.
    ///
    /// Labels and messages are the application's. The renderer's only word of its own, the heading
    /// of the list of errors, is marked as English.
    #[must_use]
    pub fn with_lang(mut self, lang: impl Into<Cow<'static, str>>) -> Self {
        self.lang = lang.into();
        self
    }

    /// The form, described.
    #[must_use]
    pub fn schema(&self) -> &FormSchema {
        &self.schema
    }

    /// Where the form is sent to.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// What was sent, without what must not be shown; none on a fresh page.
    #[must_use]
    pub fn values(&self) -> Option<&FormValues> {
        self.values.as_ref()
    }

    /// What is wrong with it.
    #[must_use]
    pub fn errors(&self) -> &FormErrors {
        &self.errors
    }

    /// The language of the page.
    #[must_use]
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// What the control of this field shows: what was sent, or on a fresh page and in a disabled
    /// field the initial value; several for a list.
    #[must_use]
    pub fn texts<'p>(&'p self, field: &'p FieldSchema) -> Vec<Cow<'p, str>> {
        match &self.values {
            _ if is_secret(field) => Vec::new(),
            Some(values) if !field.disabled => values.all(&field.name).map(Cow::from).collect(),
            _ => values::texts(&field.initial),
        }
    }
}

/// The control that shows the field. A type that hides what is typed outranks the widget.
fn widget(field: &FieldSchema) -> Widget {
    match &*field.kind {
        "password" => Widget::PasswordInput,
        "file" => Widget::FileInput,
        _ => field.widget,
    }
}

/// Whether what the field holds must never be shown.
fn is_secret(field: &FieldSchema) -> bool {
    field.secret || matches!(widget(field), Widget::PasswordInput | Widget::FileInput)
}

/// Marks a call whose answer is for a page without JavaScript.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WantsPage;

/// How an application answers with its own page.
pub(crate) type Render =
    Arc<dyn Fn(Call, FormPage) -> BoxFuture<'static, Result<String>> + Send + Sync>;

/// Takes any function of a [`Call`] and a [`FormPage`] that gives HTML, async or not.
pub(crate) fn renderer<H, K>(handler: H) -> Render
where
    H: Handler<K, Input = FormPage, Output = String>,
    H::Future: Send + 'static,
{
    Arc::new(move |call, page| match handler.start(call, page) {
        Started::Done(html) => ready(html).boxed(),
        Started::Running(html) => html.boxed(),
    })
}
