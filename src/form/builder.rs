mod assemble;
mod effects;
mod hooks;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use garde::Validate;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::assemble::Shared;
use super::core::RuleJudge;
use super::describe::{Described, describe};
use super::errors::FormErrors;
use super::field::Field;
use super::formset::Forms;
use super::handlers::{Submit, SubmitAll, Target};
use super::hooks::{FieldCheck, Hook};
use super::outcome::{FormsetSubmitted, Submitted};
use super::page::{FormPage, Render, renderer};
use super::rules::Rules;
use super::schema::{Choice, FormMeta};
use super::values::Values;
use crate::registry::{Function, Handler};
use crate::schema::InputSchema;
use crate::upload::Uploads;

const SUBMIT_LABEL: &str = "Submit";
const MAX_FORMS: usize = 1000;
const MAX_VALUES: usize = 100_000;

/// A form to register: a name, a type, a handler for what was filled in and found to be valid, and
/// what is declared about it (protocol section 5).
///
/// The type derives `Deserialize`, `JsonSchema` and [`garde::Validate`]. Its fields are the form's;
/// labels, help and limits come from them:
///
/// - the label is `#[schemars(title = "…")]`, else the name; the help is the doc comment;
/// - lengths, ranges, e-mail addresses and patterns are garde's own attributes;
/// - choices are the variants of an enum, each with its `title` or name;
/// - the control follows from the type, or is `#[schemars(extend("x-widget" = "Textarea"))]`;
/// - what [`Field`] says comes before all of these.
///
/// ```
/// use mizan::{Call, Registry, Result, form::{Form, Invalid}};
/// use garde::Validate;
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize, Serialize, JsonSchema, Validate)]
/// struct Contact {
///     #[garde(length(chars, max = 20))]
///     name: String,
///     /// We answer to this address.
///     #[garde(email)]
///     email: String,
///     #[garde(range(min = 18))]
///     age: Option<i64>,
///     #[garde(skip)]
///     topic: Topic,
/// }
///
/// #[derive(Deserialize, Serialize, JsonSchema)]
/// #[serde(rename_all = "lowercase")]
/// enum Topic { Sales, Help }
///
/// #[derive(Serialize, JsonSchema)]
/// struct Sent { to: String }
///
/// async fn submit(_: Call, contact: Contact) -> Result<Sent> {
///     Ok(Sent { to: contact.email })
/// }
///
/// fn not_root(_: Call, name: String) -> Result<()> {
///     match name.as_str() {
///         "root" => Err(Invalid::new("reserved", "This name is reserved").into()),
///         _ => Ok(()),
///     }
/// }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let registry = Registry::builder()
///     .form(Form::new("contact", submit).title("Contact Us").check("name", not_root))
///     .build()?;
///
/// let filled_in = serde_json::json!({"name": "root", "email": "ada", "topic": "help"});
/// let reply = registry.call("contact.submit", &filled_in).await.unwrap();
/// let answer: serde_json::Value = reply.json().unwrap();
/// assert_eq!(answer["success"], false);
/// assert_eq!(answer["errors"]["errors"][0]["errors"][0]["code"], "reserved");
/// assert_eq!(answer["errors"]["errors"][1]["field"], "email");
/// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
/// ```
///
/// It is served as the functions `contact.schema`, `contact.validate` and `contact.submit`, and to
/// pages without JavaScript under `form/contact/`.
#[must_use = "a form does nothing until it is registered"]
pub struct Form<I, O> {
    name: Cow<'static, str>,
    ts_name: Option<Cow<'static, str>>,
    title: Option<Cow<'static, str>>,
    subtitle: Option<Cow<'static, str>>,
    submit_label: Cow<'static, str>,
    meta: FormMeta,
    fields: Vec<(Cow<'static, str>, Field)>,
    initial: Vec<(String, Hook<Values, Value>)>,
    choices: Vec<(String, Hook<Values, Vec<Choice>>)>,
    checks: Vec<(String, FieldCheck)>,
    whole: Vec<Hook<I, ()>>,
    judge: RuleJudge<I>,
    on_failure: Vec<Hook<FormErrors, ()>>,
    uploads: Option<Uploads>,
    max_values: usize,
    render: Option<Render>,
    target: Option<Target<O>>,
    /// Where the handler looks for the target.
    handed: Arc<OnceLock<Target<O>>>,
    submit: Function<I, Submitted<O>>,
    describe: fn(&InputSchema) -> std::result::Result<Described, String>,
    formset: Option<Function<Forms<I>, FormsetSubmitted>>,
    min_forms: usize,
    max_forms: usize,
    contexts: Vec<crate::Context>,
    shared: Shared,
}

impl<I, O> Form<I, O>
where
    I: Send + 'static,
    O: Send + 'static,
{
    /// A form of this name. The handler gets what was filled in once it is valid; what it gives is
    /// the `data` of the answer, and an error of the code `VALIDATION_ERROR` is the form's errors
    /// ([`FormErrors`], [`Invalid`](super::Invalid)).
    pub fn new<H, K>(name: impl Into<Cow<'static, str>>, submit: H) -> Self
    where
        H: Handler<K, Input = I, Output = O>,
        H::Future: Send + 'static,
        I: DeserializeOwned + JsonSchema + Validate<Context: Default>,
        O: Serialize + JsonSchema,
        K: 'static,
    {
        let name = name.into();
        let handed = Arc::default();
        let handler = Submit {
            handler: submit,
            target: Arc::clone(&handed),
        };
        Self {
            submit: Function::new(format!("{name}.submit"), handler),
            name,
            ts_name: None,
            title: None,
            subtitle: None,
            submit_label: SUBMIT_LABEL.into(),
            meta: FormMeta::default(),
            fields: Vec::new(),
            initial: Vec::new(),
            choices: Vec::new(),
            checks: Vec::new(),
            whole: Vec::new(),
            judge: RuleJudge {
                whole: Rules::judge,
                apart: Rules::judge_apart,
            },
            on_failure: Vec::new(),
            uploads: None,
            max_values: MAX_VALUES,
            render: None,
            target: None,
            handed,
            describe: describe::<I>,
            formset: None,
            min_forms: 0,
            max_forms: MAX_FORMS,
            contexts: Vec::new(),
            shared: Shared::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The word that the form has in generated code, in place of its name.
    pub fn ts_name(mut self, word: impl Into<Cow<'static, str>>) -> Self {
        self.ts_name = Some(word.into());
        self
    }

    /// Its heading; the name, written for people, unless set.
    pub fn title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What stands below the heading; nothing unless set.
    pub fn subtitle(mut self, subtitle: impl Into<Cow<'static, str>>) -> Self {
        self.subtitle = Some(subtitle.into());
        self
    }

    /// What its button says; "Submit" unless set.
    pub fn submit_label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.submit_label = label.into();
        self
    }

    /// Whether pages validate fields while they are filled in; true unless set.
    pub fn live_validation(mut self, live: bool) -> Self {
        self.meta.live_validation = live;
        self
    }

    /// Whether pages show errors of the whole form while it is filled in; false unless set.
    pub fn live_form_errors(mut self, live: bool) -> Self {
        self.meta.live_form_errors = live;
        self
    }

    /// Whether pages fetch the schema anew with each validation, because choices or initial values
    /// depend on what is filled in; false unless set.
    pub fn refetch_schema_on_validate(mut self, refetch: bool) -> Self {
        self.meta.refetch_schema_on_validate = refetch;
        self
    }

    /// Says how a field looks, by its name on the wire (`address.city` within another).
    /// [`build`](crate::RegistryBuilder::build) refuses a name that the type does not have.
    pub fn field(mut self, name: impl Into<Cow<'static, str>>, field: Field) -> Self {
        self.fields.push((name.into(), field));
        self
    }

    /// How many values its JSON may have, those of all forms of a formset together; 100,000 unless
    /// set. A value of two bytes takes a hundred times as many once it is read. More is an error of
    /// the form as a whole.
    pub fn max_values(mut self, max: usize) -> Self {
        self.max_values = max;
        self
    }

    /// The bounds of its uploads, in place of the mount's.
    pub fn uploads(mut self, uploads: Uploads) -> Self {
        self.uploads = Some(uploads);
        self
    }

    /// Where a page without JavaScript goes on after a success: a path of the same origin, which
    /// [`build`](crate::RegistryBuilder::build) checks. Without it the page that the form was sent
    /// from, or `/`.
    pub fn target(mut self, path: impl Into<String>) -> Self {
        self.target = Some(Target::Always(path.into()));
        self
    }

    /// Like [`target`](Self::target), found from what the handler gave. What is no path of the same
    /// origin is passed over for `/`, with an error in the log.
    pub fn target_with(mut self, find: impl Fn(&O) -> String + Send + Sync + 'static) -> Self {
        self.target = Some(Target::Found(Box::new(find)));
        self
    }

    /// Shows the form with its errors to a page without JavaScript, in place of the registry's
    /// renderer.
    pub fn renderer<H, K>(mut self, render: H) -> Self
    where
        H: Handler<K, Input = FormPage, Output = String>,
        H::Future: Send + 'static,
    {
        self.render = Some(renderer(render));
        self
    }

    /// Takes several of these forms at once, all or nothing: a handler over the call and the list of
    /// them, which are valid. It is served as `….formset.schema`, `….formset.validate` and
    /// `….formset.submit`. A refusal of the handler names a form by its number: `1.email`.
    pub fn formset<H, K>(mut self, submit_all: H) -> Self
    where
        H: Handler<K, Input = Vec<I>, Output = ()>,
        H::Future: Send + 'static,
        I: DeserializeOwned + JsonSchema,
        K: 'static,
    {
        let handler = SubmitAll {
            handler: submit_all,
        };
        let name = format!("{}.formset.submit", self.name);
        self.formset = Some(Function::new(name, handler));
        self
    }

    /// How many forms a formset takes at least; none unless set.
    pub fn min_forms(mut self, min: usize) -> Self {
        self.min_forms = min;
        self
    }

    /// How many forms a formset takes at most; 1,000 unless set.
    pub fn max_forms(mut self, max: usize) -> Self {
        self.max_forms = max;
        self
    }
}

impl<I, O> fmt::Debug for Form<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
