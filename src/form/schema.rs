//! A form as a page needs it (protocol section 5).

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A form, described.
///
/// It is what `….schema` answers. An application that shows the form in a page of its own gets it
/// from the registry:
///
/// ```
/// # use mizan::{Call, Registry, Result, form::Form};
/// use mizan::form::{FormPage, FormSchema};
/// # #[derive(serde::Deserialize, schemars::JsonSchema, garde::Validate)]
/// # struct Contact { #[garde(email)] email: String }
/// # fn submit(_: Call, _: Contact) -> Result<()> { Ok(()) }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let registry = Registry::builder().form(Form::new("contact", submit)).build()?;
/// let schema: FormSchema = registry.call("contact.schema", &()).await.unwrap().json().unwrap();
/// let html = FormPage::new(schema, "/api/mizan/form/contact/").form_html();
/// assert!(html.contains(r#"type="email""#));
/// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FormSchema {
    /// The name it is registered under.
    pub name: Cow<'static, str>,
    /// Its heading.
    pub title: Cow<'static, str>,
    /// What stands below the heading.
    pub subtitle: Option<Cow<'static, str>>,
    /// What its button says.
    pub submit_label: Cow<'static, str>,
    /// Its fields, in the order of their declaration.
    pub fields: Vec<FieldSchema>,
    /// How it behaves.
    pub meta: FormMeta,
}

/// How a form behaves in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FormMeta {
    /// Fields are validated while they are filled in. True unless set.
    pub live_validation: bool,
    /// Errors of the whole form show while it is filled in. False unless set.
    pub live_form_errors: bool,
    /// The schema is fetched anew with each validation, since it depends on what was filled in.
    /// False unless set.
    pub refetch_schema_on_validate: bool,
}

impl Default for FormMeta {
    fn default() -> Self {
        Self {
            live_validation: true,
            live_form_errors: false,
            refetch_schema_on_validate: false,
        }
    }
}

/// A field, described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FieldSchema {
    /// Its name on the wire.
    pub name: String,
    /// What stands beside it.
    pub label: String,
    /// The HTML input type: `text`, `email`, `number`, `select`, `checkbox`, `date`, `file`…
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The control that shows it.
    pub widget: Widget,
    /// Whether it has to be filled in.
    pub required: bool,
    /// Whether it only shows its initial value.
    pub disabled: bool,
    /// What helps to fill it in; empty where nothing does.
    pub help_text: String,
    /// The value it starts with; null for none.
    pub initial: Value,
    /// The most that it takes, in Unicode code points of a text and in items of a list.
    pub max_length: Option<u64>,
    /// The least that it takes.
    pub min_length: Option<u64>,
    /// What it is chosen from, where it is.
    pub choices: Option<Vec<Choice>>,
    /// Whether it takes several values. The wire does not tell.
    #[serde(skip)]
    pub(crate) list: bool,
    /// Whether its type is a secret, whichever control it has. The wire does not tell.
    #[serde(skip)]
    pub(crate) secret: bool,
}

/// One value that a field can have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// As it is sent.
    pub value: Value,
    /// As it is shown.
    pub label: String,
}

impl Choice {
    /// A choice of this value, shown as this label.
    ///
    /// ```
    /// let choice = mizan::form::Choice::new("at", "Austria");
    /// assert_eq!(choice.value, "at");
    /// ```
    pub fn new(value: impl Into<Value>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// The control that shows a field (protocol section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the names are the HTML controls'")]
pub enum Widget {
    TextInput,
    EmailInput,
    NumberInput,
    Select,
    SelectMultiple,
    CheckboxInput,
    Textarea,
    DateInput,
    DateTimeInput,
    FileInput,
    PasswordInput,
    HiddenInput,
    #[serde(rename = "URLInput")]
    UrlInput,
}

impl Widget {
    /// The HTML input type that goes with it.
    #[must_use]
    pub fn input_type(self) -> &'static str {
        match self {
            Widget::TextInput => "text",
            Widget::EmailInput => "email",
            Widget::NumberInput => "number",
            Widget::Select | Widget::SelectMultiple => "select",
            Widget::CheckboxInput => "checkbox",
            Widget::Textarea => "textarea",
            Widget::DateInput => "date",
            Widget::DateTimeInput => "datetime-local",
            Widget::FileInput => "file",
            Widget::PasswordInput => "password",
            Widget::HiddenInput => "hidden",
            Widget::UrlInput => "url",
        }
    }
}

/// A formset, described.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FormsetSchema {
    /// One for each form that was given.
    pub forms: Vec<FormSchema>,
    /// How many forms it takes at least.
    pub min_num: usize,
    /// And at most.
    pub max_num: usize,
    /// Whether forms can be taken out.
    pub can_delete: bool,
    /// Whether forms can be put in another order.
    pub can_order: bool,
}
