//! What a registry knows of forms.

use std::sync::Arc;

use garde::Validate;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::builder::RegistryBuilder;
use super::defect::Defect;
use super::graph::Registry;
use super::handler::Handler;
use crate::form::{Form, FormPage, FormSchema, Wording, renderer};
use crate::upload::Uploads;

/// A registered form, for tools.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FormInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// The word that it has in generated code in place of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts_name: Option<&'a str>,
    /// What it looks like where nothing is filled in, without what its hooks find.
    pub schema: FormSchema,
    /// Whether hooks find initial values or choices for each call.
    pub dynamic: bool,
    /// How several are taken at once, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formset: Option<FormsetInfo>,
}

impl FormInfo<'_> {
    /// Whether the form is served as the function of this name.
    #[must_use]
    pub fn serves(&self, function: &str) -> bool {
        let own = function.strip_prefix(self.name);
        let own = own.and_then(|own| own.strip_prefix('.'));
        own.is_some_and(|own| {
            let part = own
                .strip_prefix("formset.")
                .filter(|_| self.formset.is_some());
            matches!(part.unwrap_or(own), "schema" | "validate" | "submit")
        })
    }
}

/// How a form is taken several times at once, for tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FormsetInfo {
    /// How many forms it takes at least.
    pub min_num: usize,
    /// How many forms it takes at most.
    pub max_num: usize,
    /// Whether forms can be taken out.
    pub can_delete: bool,
    /// Whether forms can be put in another order.
    pub can_order: bool,
}

impl Registry {
    /// The forms in the order of registration.
    ///
    /// ```
    /// # use mizan::{Call, Registry, Result, form::Form};
    /// # #[derive(serde::Deserialize, schemars::JsonSchema, garde::Validate)]
    /// # struct Contact { #[garde(email)] email: String }
    /// # fn submit(_: Call, _: Contact) -> Result<()> { Ok(()) }
    /// let registry = Registry::builder().form(Form::new("contact", submit)).build()?;
    /// let form = registry.forms().next().unwrap();
    /// assert_eq!((form.name, &*form.schema.fields[0].label), ("contact", "Email"));
    /// # Ok::<(), mizan::RegistryError>(())
    /// ```
    pub fn forms(&self) -> impl Iterator<Item = FormInfo<'_>> {
        let submissions = || {
            let functions = self.graph().functions.iter();
            functions.filter_map(|function| function.form())
        };
        submissions()
            .filter(|form| form.has_page())
            .map(move |form| {
                let face = form.face();
                let mut sets = submissions().filter(|other| other.face().name == face.name);
                FormInfo {
                    name: &face.name,
                    ts_name: face.ts_name.as_deref(),
                    schema: face.plain_schema(),
                    dynamic: face.is_dynamic(),
                    formset: sets
                        .find_map(|set| set.forms())
                        .map(|(min, max)| FormsetInfo {
                            min_num: min,
                            max_num: max,
                            can_delete: false,
                            can_order: false,
                        }),
                }
            })
    }

    /// How long the longest body is that some function or form takes with files, in bytes.
    pub(crate) fn max_multipart(&self, mount: &Uploads) -> u64 {
        let forms = self.graph().functions.iter().filter_map(|function| {
            let form = function.form()?;
            form.uploads()
        });
        let bounds = forms.chain([mount]).map(Uploads::max_body);
        bounds.max().unwrap_or_default()
    }
}

impl RegistryBuilder {
    /// Registers a form: the functions `….schema`, `….validate` and `….submit`, those of its
    /// formset, and `form/…/`.
    pub fn form<I, O>(mut self, form: Form<I, O>) -> Self
    where
        I: DeserializeOwned + JsonSchema + Validate<Context: Default> + Send + 'static,
        O: Send + 'static,
    {
        let name = form.name().to_owned();
        let (functions, problems) = form.into_functions();
        self.functions.extend(functions);
        self.form_defects
            .extend(problems.into_iter().map(|problem| Defect::Form {
                form: name.clone(),
                problem,
            }));
        self
    }

    /// Says the messages of forms in the application's words, in the caller's language say;
    /// `None` leaves a message as it is.
    pub fn form_messages<F>(mut self, word: F) -> Self
    where
        F: Fn(&Wording<'_>) -> Option<String> + Send + Sync + 'static,
    {
        self.messages = Some(Arc::new(word));
        self
    }

    /// Shows forms with their errors to pages without JavaScript: a handler, async or not, that
    /// gives a whole page. Without one they are shown plainly.
    ///
    /// ```
    /// # use mizan::{Call, Registry, Result, form::FormPage};
    /// fn page(_: Call, page: FormPage) -> Result<String> {
    ///     Ok(format!("<!doctype html><title>Shop</title>{}", page.form_html()))
    /// }
    /// let registry = Registry::builder().form_renderer(page);
    /// ```
    pub fn form_renderer<H, K>(mut self, render: H) -> Self
    where
        H: Handler<K, Input = FormPage, Output = String>,
        H::Future: Send + 'static,
    {
        self.form_renderer = Some(renderer(render));
        self
    }
}
