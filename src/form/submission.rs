//! The two functions of a form that submit: what is asked before their handlers run, and what is
//! answered where they do not.

use std::any::Any;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::core::{Core, Face};
use super::errors::FormErrors;
use super::formset::{Formset, JudgedSet, by_form};
use super::judge::Judged;
use super::outcome::{FormsetErrors, FormsetSubmitted, Submitted};
use super::source::Sent;
use super::values::Values;
use crate::call::{Args, Call, Given};
use crate::error::{Error, Result};
use crate::reply::Reply;
use crate::upload::Uploads;

/// A form's function as the layer sees it that validates in front of it.
pub(crate) trait Submission: Send + Sync {
    fn face(&self) -> &Face;

    fn uploads(&self) -> Option<&Uploads>;

    /// How many values of JSON it takes.
    fn max_values(&self) -> usize;

    /// Whether plain HTML forms are sent for it.
    fn has_page(&self) -> bool;

    /// How many forms it takes at least and at most, if it is a formset.
    fn forms(&self) -> Option<(usize, usize)>;

    fn judge<'a>(&'a self, call: &'a Call, sent: Sent) -> BoxFuture<'a, Result<Verdict>>;

    /// What a handler's refusal says; any other error comes back.
    fn recast(&self, call: &Call, error: Error) -> Result<Refused>;

    /// Runs once a submission was refused.
    fn failed<'a>(&'a self, call: &'a Call, refused: &'a Refused) -> BoxFuture<'a, Result<()>>;
}

pub(crate) enum Verdict {
    Accepted {
        given: Given,
        input: Box<dyn Any + Send>,
    },
    Refused {
        errors: Refused,
        /// What was filled in, typed as far as it can be.
        typed: Values,
    },
}

#[derive(Clone)]
pub(crate) enum Refused {
    Form(FormErrors),
    Formset(FormsetErrors),
}

impl Refused {
    pub(crate) fn reply(self) -> Result<Reply> {
        match self {
            Refused::Form(errors) => Reply::of(&Submitted::<()>::refused(errors)),
            Refused::Formset(errors) => Reply::of(&FormsetSubmitted::refused(errors)),
        }
    }
}

impl<I> Submission for Core<I>
where
    I: DeserializeOwned + Send + 'static,
{
    fn face(&self) -> &Face {
        &self.face
    }

    fn uploads(&self) -> Option<&Uploads> {
        self.uploads.as_ref()
    }

    fn max_values(&self) -> usize {
        self.max_values
    }

    fn has_page(&self) -> bool {
        true
    }

    fn forms(&self) -> Option<(usize, usize)> {
        None
    }

    fn judge<'a>(&'a self, call: &'a Call, sent: Sent) -> BoxFuture<'a, Result<Verdict>> {
        async move {
            Ok(match self.judge(call, sent, None).await? {
                Judged::Accepted { given, input } => Verdict::Accepted { given, input },
                Judged::Refused { errors, typed } => Verdict::Refused {
                    errors: Refused::Form(errors),
                    typed,
                },
            })
        }
        .boxed()
    }

    fn recast(&self, call: &Call, error: Error) -> Result<Refused> {
        let mut errors = error.into_form_errors()?;
        errors.sort_by(&self.order);
        call.registry().word(call, &self.face.name, &mut errors);
        Ok(Refused::Form(errors))
    }

    fn failed<'a>(&'a self, call: &'a Call, refused: &'a Refused) -> BoxFuture<'a, Result<()>> {
        async move {
            if let Refused::Form(errors) = refused {
                for hook in &self.on_failure {
                    hook(call.clone(), errors.clone()).await?;
                }
            }
            Ok(())
        }
        .boxed()
    }
}

impl<I> Submission for Formset<I>
where
    I: DeserializeOwned + Send + 'static,
{
    fn face(&self) -> &Face {
        &self.core.face
    }

    fn uploads(&self) -> Option<&Uploads> {
        self.core.uploads.as_ref()
    }

    fn max_values(&self) -> usize {
        self.core.max_values
    }

    fn has_page(&self) -> bool {
        false
    }

    fn forms(&self) -> Option<(usize, usize)> {
        Some((self.min, self.max))
    }

    fn judge<'a>(&'a self, call: &'a Call, sent: Sent) -> BoxFuture<'a, Result<Verdict>> {
        async move {
            Ok(match self.judge(call, sent).await? {
                JudgedSet::Accepted { given, forms } => Verdict::Accepted {
                    given,
                    input: Box::new(forms),
                },
                JudgedSet::Refused(errors) => Verdict::Refused {
                    errors: Refused::Formset(errors),
                    typed: Values::default(),
                },
            })
        }
        .boxed()
    }

    fn recast(&self, call: &Call, error: Error) -> Result<Refused> {
        let mut errors = error.into_form_errors()?;
        call.registry()
            .word(call, &self.core.face.name, &mut errors);
        let count = match call.args() {
            Args::Given(given) => given.value().get("forms").and_then(Value::as_array),
            _ => None,
        };
        let count = count.map_or(0, Vec::len);
        let mut errors = by_form(errors, count);
        errors.per_form.resize(count, FormErrors::new());
        Ok(Refused::Formset(errors))
    }

    fn failed<'a>(&'a self, call: &'a Call, refused: &'a Refused) -> BoxFuture<'a, Result<()>> {
        async move {
            let Refused::Formset(errors) = refused else {
                return Ok(());
            };
            let mut all = FormErrors::new();
            for (index, form) in errors.per_form.iter().enumerate() {
                for found in form.iter() {
                    let path = format!("{index}.{}", found.field);
                    all.push_all(&path, found.errors.iter().cloned());
                }
            }
            for message in &errors.general {
                all.whole("invalid", message);
            }
            for hook in &self.core.on_failure {
                hook(call.clone(), all.clone()).await?;
            }
            Ok(())
        }
        .boxed()
    }
}

/// Shared by the functions of one form.
pub(crate) type AnySubmission = Arc<dyn Submission>;
