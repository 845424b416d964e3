//! What a form answers with (protocol section 5).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::errors::FormErrors;

/// What `submit` answers with: the success's data, or what is wrong.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Submitted<O> {
    Done {
        success: Literal<true>,
        data: O,
    },
    Refused {
        success: Literal<false>,
        errors: FormErrors,
    },
}

impl<O> Submitted<O> {
    pub(crate) fn done(data: O) -> Self {
        Self::Done {
            success: Literal,
            data,
        }
    }

    pub(crate) fn refused(errors: FormErrors) -> Self {
        Self::Refused {
            success: Literal,
            errors,
        }
    }
}

/// What `formset.submit` answers with.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum FormsetSubmitted {
    Done {
        success: Literal<true>,
    },
    Refused {
        success: Literal<false>,
        errors: FormsetErrors,
    },
}

impl FormsetSubmitted {
    pub(crate) fn done() -> Self {
        Self::Done { success: Literal }
    }

    pub(crate) fn refused(errors: FormsetErrors) -> Self {
        Self::Refused {
            success: Literal,
            errors,
        }
    }
}

/// Everything that is wrong with a formset.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct FormsetErrors {
    /// What is wrong with the formset as a whole.
    pub(crate) general: Vec<String>,
    /// What is wrong with each of its forms, in their order.
    pub(crate) per_form: Vec<FormErrors>,
}

impl FormsetErrors {
    pub(crate) fn is_empty(&self) -> bool {
        self.general.is_empty() && self.per_form.iter().all(FormErrors::is_empty)
    }
}

/// A boolean that its type knows, so that generated clients can tell the outcomes apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal<const VALUE: bool>;

impl<const VALUE: bool> Serialize for Literal<VALUE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(VALUE)
    }
}

impl<const VALUE: bool> JsonSchema for Literal<VALUE> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        if VALUE { "True" } else { "False" }.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "boolean", "const": VALUE})
    }
}
