//! What a form is, once it is declared.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join;
use serde_json::Value;

use super::field::set_choices;
use super::hooks::{FieldCheck, Hook, ask};
use super::page::Render;
use super::rules::Rules;
use super::schema::{Choice, FieldSchema, FormMeta, FormSchema};
use super::values::Values;
use crate::call::Call;
use crate::error::Result;
use crate::form::errors::FormErrors;
use crate::schema::InputSchema;
use crate::upload::Uploads;

/// The parts of a form that do not depend on its type.
pub(crate) struct Face {
    pub(crate) name: Cow<'static, str>,
    pub(crate) ts_name: Option<Cow<'static, str>>,
    pub(crate) title: Option<Cow<'static, str>>,
    pub(crate) subtitle: Option<Cow<'static, str>>,
    pub(crate) submit_label: Cow<'static, str>,
    pub(crate) meta: FormMeta,
    pub(crate) fields: Vec<FieldSchema>,
    /// What fields that are no enums are chosen from.
    pub(crate) chosen: BTreeMap<String, Vec<Choice>>,
    pub(crate) initial: Vec<(String, Hook<Values, Value>)>,
    pub(crate) choices: Vec<(String, Hook<Values, Vec<Choice>>)>,
    pub(crate) render: Option<Render>,
}

/// The rules of a type, all of them or those that look at one field alone.
pub(crate) struct RuleJudge<I> {
    pub(crate) whole: fn(&Rules, &I) -> FormErrors,
    pub(crate) apart: fn(&Rules, &I) -> FormErrors,
}

/// A form of the type `I`.
pub(crate) struct Core<I> {
    pub(crate) face: Face,
    /// The paths of the type's members, in the order in which errors stand.
    pub(crate) order: Vec<String>,
    /// The one of `submit`, which is compiled when the registry is built.
    pub(crate) schema: Arc<InputSchema>,
    pub(crate) checks: Vec<(String, FieldCheck)>,
    pub(crate) whole: Vec<Hook<I, ()>>,
    pub(crate) rules: Rules,
    pub(crate) judge: RuleJudge<I>,
    pub(crate) on_failure: Vec<Hook<FormErrors, ()>>,
    pub(crate) uploads: Option<Uploads>,
    pub(crate) max_values: usize,
}

impl Face {
    pub(crate) fn title(&self) -> Cow<'static, str> {
        self.title
            .clone()
            .unwrap_or_else(|| super::describe::humanise(&self.name).into())
    }

    /// The form as a page needs it, for this call and what is filled in so far.
    pub(crate) async fn schema(&self, call: &Call, values: &Values) -> Result<FormSchema> {
        let mut schema = self.plain_schema();
        let fields = &mut schema.fields;
        let initial = ask(self.initial.iter(), call, values);
        let choices = ask(self.choices.iter(), call, values);
        let (initial, choices) = join(initial, choices).await;
        for (name, found) in initial? {
            if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
                field.initial = found;
            }
        }
        for (name, found) in choices? {
            if let Some(field) = fields.iter_mut().find(|field| field.name == name) {
                set_choices(field, found);
            }
        }
        Ok(schema)
    }

    /// The form as a page needs it, without what hooks find.
    pub(crate) fn plain_schema(&self) -> FormSchema {
        FormSchema {
            name: self.name.clone(),
            title: self.title(),
            subtitle: self.subtitle.clone(),
            submit_label: self.submit_label.clone(),
            fields: self.fields.clone(),
            meta: self.meta,
        }
    }

    /// Whether hooks find initial values or choices.
    pub(crate) fn is_dynamic(&self) -> bool {
        !self.initial.is_empty() || !self.choices.is_empty()
    }

    /// The value that a field starts with.
    pub(crate) async fn initial(&self, call: &Call, field: &FieldSchema) -> Result<Value> {
        match self.initial.iter().find(|(name, _)| *name == field.name) {
            Some((_, find)) => find(call.clone(), Values::default()).await,
            None => Ok(field.initial.clone()),
        }
    }
}
