//! How a form is validated (protocol section 5).
//!
//! 1. Whatever was sent is typed by the form's schema: text is read as the type it stands for, and
//!    empty text counts as absent.
//! 2. The schema judges every field, whatever is wrong with the others.
//! 3. A field's own checks run where nothing is wrong with the field so far.
//! 4. The type's rules run where the type could be read, which is where every field parsed; where
//!    it could not, those that look at one field alone still do, over stand-ins for the others.
//! 5. The checks of the whole form run where every field parsed.
//! 6. Errors stand in the order of the fields, those of the whole form last.

use std::any::Any;
use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::coerce::coerce;
use super::core::Core;
use super::errors::{FieldError, FormErrors};
use super::hooks::ask;
use super::schema::Choice;
use super::source::Sent;
use super::stand_in;
use super::values::{Values, at, put};
use crate::call::{Call, Given};
use crate::error::Result;
use crate::schema::{Findings, Said, WHOLE, within};

/// What came of a validation.
pub(crate) enum Judged {
    Accepted {
        given: Given,
        /// The form's own type, read already.
        input: Box<dyn Any + Send>,
    },
    Refused {
        errors: FormErrors,
        /// What was filled in, typed as far as it can be.
        typed: Values,
    },
}

impl<I> Core<I>
where
    I: DeserializeOwned + Send + 'static,
{
    /// Validates what was sent, or only what it says of some of the fields.
    pub(crate) async fn judge(
        &self,
        call: &Call,
        sent: Sent,
        only: Option<&[String]>,
    ) -> Result<Judged> {
        let only = only.map(Only::new);
        let only = only.as_ref();
        let wanted = |field: &str| only.is_none_or(|only| only.covers(field));
        if sent.stopped {
            return Ok(self.refused(call, sent.refused, only, Values::default()));
        }
        let (mut data, mut notes, mut errors) = (sent.data, sent.notes, sent.refused);
        for field in self.face.fields.iter().filter(|field| field.disabled) {
            // A null stays, so that an alias of the field does not take its place.
            let initial = self.face.initial(call, field).await?;
            put(&mut data, &field.name, initial);
            notes.retain(|note| !within(&note.path, &field.name));
            errors.retain(|known| !within(&known.field, &field.name));
        }
        let (has_files, is_clear) = (errors.is_empty(), notes.is_empty());
        let given = Given::new(coerce(&self.schema, data, true), sent.files);
        let findings = self.schema.judge(given.value(), notes);
        let read = given.read::<I>();
        let (input, findings) = match read {
            Ok(input) => (Some(input), findings),
            Err(refusal) => (None, findings.finish(Some(refusal))),
        };
        add(&mut errors, findings);

        self.check_choices(call, &given, wanted, &mut errors)
            .await?;
        self.check_fields(call, &given, wanted, &mut errors).await?;
        let broken = match &input {
            Some(input) => (self.judge.whole)(&self.rules, input),
            None => self.judge_apart(&given, &errors),
        };
        for found in broken {
            if !errors.touches(&found.field) {
                errors.push_all(&found.field, found.errors);
            }
        }
        if input.is_some() && has_files && is_clear && wanted(WHOLE) {
            self.check_whole(call, &given, &mut errors).await?;
        }
        match input {
            Some(input) if errors.is_empty() => Ok(Judged::Accepted {
                given,
                input: Box::new(input),
            }),
            _ => Ok(self.refused(call, errors, only, Values::of(given.into_value()))),
        }
    }

    /// What is wrong with fields that parsed by the rules of their own, where others did not parse:
    /// a type's rules can only be asked about a whole value.
    fn judge_apart(&self, given: &Given, errors: &FormErrors) -> FormErrors {
        let complete = stand_in::complete(&self.schema, given.value(), errors);
        match complete.map(|complete| given.read_part::<I>(&complete)) {
            Some(Ok(input)) => (self.judge.apart)(&self.rules, &input),
            _ => FormErrors::new(),
        }
    }

    /// A value has to be one of those that it is chosen from, also where the type admits others.
    async fn check_choices(
        &self,
        call: &Call,
        given: &Given,
        wanted: impl Fn(&str) -> bool,
        errors: &mut FormErrors,
    ) -> Result<()> {
        let filled_in = |field: &str, errors: &FormErrors| {
            wanted(field) && !errors.touches(field) && at(given.value(), field).is_some()
        };
        if self.face.choices.is_empty() && self.face.chosen.is_empty() {
            return Ok(());
        }
        let values = Values::of(given.value().clone());
        let hooks = self.face.choices.iter();
        let hooks = hooks.filter(|(field, _)| filled_in(field, errors));
        for (field, choices) in ask(hooks, call, &values).await? {
            check_choice(field, given, &choices, errors);
        }
        for (field, choices) in &self.face.chosen {
            let depends = self.face.choices.iter().any(|(name, _)| name == field);
            if !depends && filled_in(field, errors) {
                check_choice(field, given, choices, errors);
            }
        }
        Ok(())
    }

    async fn check_fields(
        &self,
        call: &Call,
        given: &Given,
        wanted: impl Fn(&str) -> bool,
        errors: &mut FormErrors,
    ) -> Result<()> {
        let mut running = Vec::new();
        for (field, check) in &self.checks {
            if !wanted(field) || errors.touches(field) {
                continue;
            }
            let value = at(given.value(), field);
            match check(call.clone(), given, value.unwrap_or(&Value::Null)) {
                Ok(check) => running.push(async move { (field, check.await) }),
                // Nothing is filled in, and the check is about something that is.
                Err(_) if value.is_none_or(Value::is_null) => {}
                Err(refusal) => {
                    let findings = Findings::default().finish(Some(refusal));
                    for (_, said) in findings.into_found() {
                        errors.push(field.as_str(), said.into());
                    }
                }
            }
        }
        for (field, result) in join_all(running).await {
            if let Err(error) = result {
                for found in error.into_form_errors()? {
                    let path = match found.field.as_str() {
                        WHOLE => field,
                        path => path,
                    };
                    errors.push_all(path, found.errors);
                }
            }
        }
        Ok(())
    }

    async fn check_whole(&self, call: &Call, given: &Given, errors: &mut FormErrors) -> Result<()> {
        let mut running = Vec::new();
        for check in &self.whole {
            if let Ok(input) = given.read::<I>() {
                running.push(check(call.clone(), input));
            }
        }
        for result in join_all(running).await {
            if let Err(error) = result {
                for found in error.into_form_errors()? {
                    errors.push_all(&found.field, found.errors);
                }
            }
        }
        Ok(())
    }

    fn refused(
        &self,
        call: &Call,
        mut errors: FormErrors,
        only: Option<&Only<'_>>,
        typed: Values,
    ) -> Judged {
        if let Some(only) = only {
            errors.retain(|known| only.covers(&known.field));
        }
        errors.sort_by(&self.order);
        call.registry().word(call, &self.face.name, &mut errors);
        Judged::Refused { errors, typed }
    }
}

/// The fields that were asked for, of which a caller may name very many.
struct Only<'a>(BTreeSet<&'a str>);

impl<'a> Only<'a> {
    fn new(paths: &'a [String]) -> Self {
        Self(paths.iter().map(String::as_str).collect())
    }

    /// Whether a path is one of them, or lies in or around one.
    fn covers(&self, path: &str) -> bool {
        let ends = path.match_indices('.').map(|(at, _)| at);
        let mut outer = ends.filter_map(|at| path.get(..at));
        let inner = format!("{path}.");
        let mut inner = self.0.range(inner.as_str()..);
        self.0.contains(path)
            || outer.any(|outer| self.0.contains(outer))
            || inner.next().is_some_and(|asked| within(asked, path))
    }
}

fn check_choice(field: &str, given: &Given, choices: &[Choice], errors: &mut FormErrors) {
    let Some(value) = at(given.value(), field) else {
        return;
    };
    let known = |value: &Value| value.is_null() || choices.iter().any(|c| c.value == *value);
    let refused = || FieldError::new("invalid_choice", "Must be one of the choices");
    match value {
        Value::Array(items) => {
            for (index, _) in items.iter().enumerate().filter(|(_, item)| !known(item)) {
                if errors.is_full() {
                    return errors.push(field, refused());
                }
                errors.push(format!("{field}.{index}"), refused());
            }
        }
        value if !known(value) => errors.push(field, refused()),
        _ => {}
    }
}

/// What the schema found. Of a field that breaks a limit it is not said as well that it is not
/// valid, and of one whose file was refused not as well that it is missing.
fn add(errors: &mut FormErrors, findings: Findings) {
    let found = findings
        .into_found()
        .filter(|(path, _)| !errors.touches(path));
    let found: Vec<(String, Said)> = found.collect();
    let told: BTreeSet<&str> = found
        .iter()
        .filter(|(_, said)| said.code.as_str() != "invalid")
        .map(|(path, _)| path.as_str())
        .collect();
    for (path, said) in &found {
        let told = told.contains(path.as_str()) && said.code.as_str() == "invalid";
        if !told
            && !errors
                .get(path)
                .iter()
                .any(|e| e.code == said.code.as_str())
        {
            errors.push(path.as_str(), said.clone().into());
        }
    }
}

impl From<Said> for FieldError {
    fn from(said: Said) -> Self {
        FieldError::new(said.code.as_str(), said.message).with_limit(said.limit)
    }
}
