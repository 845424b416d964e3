//! Several forms of one kind, submitted as one (protocol section 5).

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::core::Core;
use super::errors::FormErrors;
use super::judge::Judged;
use super::outcome::FormsetErrors;
use super::page::FormValues;
use super::schema::FormsetSchema;
use super::source::{self, Sent};
use super::values::Values;
use crate::call::{Call, Given};
use crate::error::{Error, Result};
use crate::registry::Function;
use crate::schema::{Fields, MOST_TOLD, WHOLE};
use crate::upload::Files;

/// How many forms of a formset are validated or described at a time.
const AT_ONCE: usize = 16;

/// What `formset.submit` takes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Forms<I> {
    /// The forms, in their order.
    pub(crate) forms: Vec<I>,
}

/// What `formset.schema` takes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct FormsetSchemaArgs {
    /// What is filled in so far.
    #[schemars(with = "Option<Vec<Map<String, Value>>>")]
    #[serde(default)]
    forms: Option<Vec<Box<RawValue>>>,
}

/// What `formset.validate` takes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct FormsetValidateArgs {
    /// What is filled in.
    #[schemars(with = "Vec<Map<String, Value>>")]
    forms: Vec<Box<RawValue>>,
}

/// A formset's own part of a form.
pub(crate) struct Formset<I> {
    pub(crate) core: Arc<Core<I>>,
    pub(crate) min: usize,
    pub(crate) max: usize,
}

/// What came of the validation of a formset.
pub(crate) enum JudgedSet<I> {
    Accepted { given: Given, forms: Forms<I> },
    Refused(FormsetErrors),
}

impl<I> Formset<I>
where
    I: DeserializeOwned + Send + 'static,
{
    pub(crate) fn schema_function(self: &Arc<Self>) -> Function<FormsetSchemaArgs, FormsetSchema> {
        let formset = Arc::clone(self);
        let name = format!("{}.formset.schema", self.core.face.name);
        Function::new(name, move |call: Call, args: FormsetSchemaArgs| {
            let formset = Arc::clone(&formset);
            async move {
                let data = args.forms.unwrap_or_default();
                // One schema for each form is promised, and none is left out in silence.
                if data.len() > formset.max {
                    return Err(wrong(formset.limit("most", formset.max, "may be given")));
                }
                all_objects(data.iter().map(|data| data.get().starts_with('{')))?;
                let describing = data.into_iter().map(|data| {
                    let (formset, call) = (Arc::clone(&formset), call.clone());
                    async move {
                        let values: Values = formset.core.values(Some(&data))?;
                        formset.core.face.schema(&call, &values).await
                    }
                });
                let described = stream::iter(describing).buffered(AT_ONCE);
                Ok(FormsetSchema {
                    forms: described.try_collect().await?,
                    min_num: formset.min,
                    max_num: formset.max,
                    can_delete: false,
                    can_order: false,
                })
            }
        })
    }

    pub(crate) fn validate_function(
        self: &Arc<Self>,
    ) -> Function<FormsetValidateArgs, FormsetErrors> {
        let formset = Arc::clone(self);
        let name = format!("{}.formset.validate", self.core.face.name);
        Function::new(name, move |call: Call, args: FormsetValidateArgs| {
            let formset = Arc::clone(&formset);
            async move {
                let mut forms = args.forms;
                let count = forms.len();
                forms.truncate(formset.max);
                all_objects(forms.iter().map(|data| data.get().starts_with('{')))?;
                // All forms together have no more values than one may have.
                let mut left = formset.core.max_values;
                let forms = forms.iter().map(|data| {
                    let sent = Sent::json(&formset.core.schema, data.get(), left)?;
                    left = left.saturating_sub(source::count(data.get()));
                    Ok(sent)
                });
                let forms = forms.collect::<Result<Vec<_>>>()?;
                match formset.judge_forms(&call, forms, count).await? {
                    JudgedSet::Accepted { forms, .. } => Ok(FormsetErrors {
                        general: Vec::new(),
                        per_form: vec![FormErrors::new(); forms.forms.len()],
                    }),
                    JudgedSet::Refused(mut errors) => {
                        for form in &mut errors.per_form {
                            formset.core.await_files(form);
                        }
                        Ok(errors)
                    }
                }
            }
        })
    }

    /// Validates what was sent for the whole formset.
    pub(crate) async fn judge(&self, call: &Call, sent: Sent) -> Result<JudgedSet<I>> {
        if sent.stopped {
            let mut sorted = Sorted::new(sent.refused, self.max);
            let all = sorted.per_form.iter_mut().chain([&mut sorted.general]);
            for errors in all {
                self.word(call, errors);
            }
            return Ok(JudgedSet::Refused(sorted.into()));
        }
        let (forms, count) = split(sent, self.max)?;
        self.judge_forms(call, forms, count).await
    }

    /// Validates the first of so many forms, as many as may be sent.
    async fn judge_forms(
        &self,
        call: &Call,
        forms: Vec<Sent>,
        count: usize,
    ) -> Result<JudgedSet<I>> {
        let mut errors = FormsetErrors {
            general: self.count(call, count),
            per_form: Vec::new(),
        };
        let mut values = Vec::new();
        let mut inputs = Vec::new();
        let files = forms.first().map(|first| first.files.clone());
        let files = files.unwrap_or_else(|| Files::new(Vec::new()));
        let judging = forms.into_iter();
        let judging = judging.map(|sent| self.core.judge(call, sent, None));
        let mut judged = stream::iter(judging).buffered(AT_ONCE);
        while let Some(judged) = judged.next().await {
            errors.per_form.push(match judged? {
                Judged::Accepted { given, input } => {
                    values.push(given.into_value());
                    inputs.extend(input.downcast::<I>().ok().map(|input| *input));
                    FormErrors::new()
                }
                Judged::Refused { errors, .. } => errors,
            });
        }
        if !errors.is_empty() {
            return Ok(JudgedSet::Refused(errors));
        }
        Ok(JudgedSet::Accepted {
            given: Given::new(json!({ "forms": values }), files),
            forms: Forms { forms: inputs },
        })
    }

    fn count(&self, call: &Call, count: usize) -> Vec<String> {
        let (code, limit, few) = match count {
            count if count < self.min => ("min_forms", self.min, "least"),
            count if count > self.max => ("max_forms", self.max, "most"),
            _ => return Vec::new(),
        };
        let message = self.limit(few, limit, "must be submitted");
        let error = super::FieldError::new(code, message).with_limit(Some(limit.into()));
        let mut errors = FormErrors::new();
        errors.push(WHOLE, error);
        self.word(call, &mut errors);
        messages(errors)
    }

    fn limit(&self, few: &str, limit: usize, done: &str) -> String {
        let forms = if limit == 1 { "form" } else { "forms" };
        format!("At {few} {limit} {forms} {done}")
    }

    fn word(&self, call: &Call, errors: &mut FormErrors) {
        call.registry().word(call, &self.core.face.name, errors);
    }
}

/// Refuses what has to be a list of forms and holds something else.
fn all_objects(are_objects: impl Iterator<Item = bool>) -> Result<()> {
    let mut fields = Fields::new();
    let wrong = are_objects.enumerate().filter(|(_, is_object)| !is_object);
    for (index, _) in wrong.take(MOST_TOLD) {
        fields.insert(format!("forms.{index}"), "Must be an object");
    }
    match fields.is_empty() {
        true => Ok(()),
        false => Err(Error::validation(fields)),
    }
}

fn wrong(message: impl Into<String>) -> Error {
    let mut fields = Fields::new();
    fields.insert("forms", message);
    Error::validation(fields)
}

/// One form after another of what was sent for all of them, as many as may be, and how many there
/// were.
fn split(sent: Sent, max: usize) -> Result<(Vec<Sent>, usize)> {
    let Sent {
        mut data,
        notes,
        files,
        refused,
        ..
    } = sent;
    let mut forms = match data.get_mut("forms").map(Value::take) {
        None | Some(Value::Null) => return Err(wrong("Field required")),
        Some(Value::Array(forms)) => forms,
        Some(_) => return Err(wrong("Must be a list")),
    };
    let count = forms.len();
    forms.truncate(max);
    all_objects(forms.iter().map(Value::is_object))?;
    let mut split: Vec<Sent> = forms
        .into_iter()
        .map(|data| Sent {
            data,
            notes: Vec::new(),
            files: files.clone(),
            refused: FormErrors::new(),
            stopped: false,
            values: FormValues::default(),
        })
        .collect();
    for mut note in notes {
        let Some((index, path)) = of_form(&note.path) else {
            continue;
        };
        let path = path.to_owned();
        if let Some(form) = split.get_mut(index) {
            note.path = path;
            form.notes.push(note);
        }
    }
    for found in refused {
        if let Some((index, path)) = of_form(&found.field)
            && let Some(form) = split.get_mut(index)
        {
            form.refused.push_all(path, found.errors);
        }
    }
    Ok((split, count))
}

/// Which form a path of the formset's arguments is about, and its path there.
fn of_form(path: &str) -> Option<(usize, &str)> {
    let rest = path.strip_prefix("forms.")?;
    let (index, path) = rest.split_once('.').unwrap_or((rest, ""));
    Some((index.parse().ok()?, path))
}

/// Errors whose paths begin with the number of a form (`0.email`), form by form; the others are
/// about the formset.
pub(crate) fn by_form(errors: FormErrors, max: usize) -> FormsetErrors {
    Sorted::new(errors, max).into()
}

/// Errors of a formset, those of its own still with their codes.
#[derive(Default)]
struct Sorted {
    general: FormErrors,
    per_form: Vec<FormErrors>,
}

impl Sorted {
    fn new(errors: FormErrors, max: usize) -> Self {
        let mut sorted = Self::default();
        for found in errors {
            let path = found.field.strip_prefix("forms.").unwrap_or(&found.field);
            let (index, path) = path.split_once('.').unwrap_or((path, WHOLE));
            let form = index.parse::<usize>().ok().filter(|index| *index < max);
            if let Some(index) = form
                && sorted.per_form.len() <= index
            {
                sorted.per_form.resize(index + 1, FormErrors::new());
            }
            let (place, path) = match form.and_then(|index| sorted.per_form.get_mut(index)) {
                Some(form) => (form, path),
                None => (&mut sorted.general, &*found.field),
            };
            place.push_all(path, found.errors);
        }
        sorted
    }
}

impl From<Sorted> for FormsetErrors {
    fn from(sorted: Sorted) -> Self {
        Self {
            general: messages(sorted.general),
            per_form: sorted.per_form,
        }
    }
}

fn messages(errors: FormErrors) -> Vec<String> {
    let errors = errors.into_iter().flat_map(|found| found.errors);
    errors.map(|error| error.message).collect()
}
