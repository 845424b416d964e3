//! What a registry knows of forms.

use std::sync::Arc;

use garde::Validate;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::builder::RegistryBuilder;
use super::defect::Defect;
use super::graph::Registry;
use super::handler::Handler;
use crate::form::{Form, FormPage, Wording, renderer};
use crate::upload::Uploads;

impl Registry {
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
