//! The functions that a form is served as, but for the two that submit.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::coerce::coerce;
use super::core::Core;
use super::errors::FormErrors;
use super::judge::Judged;
use super::nest::is_file;
use super::schema::FormSchema;
use super::source::Sent;
use super::values::Values;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::registry::Function;
use crate::schema::Fields;

/// What `schema` takes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct SchemaArgs {
    /// What is filled in so far, for what depends on it.
    #[schemars(with = "Option<Map<String, Value>>")]
    #[serde(default)]
    data: Option<Box<RawValue>>,
}

/// What `validate` takes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct ValidateArgs {
    /// What is filled in.
    #[schemars(with = "Map<String, Value>")]
    data: Box<RawValue>,
    /// The fields to tell about; all of them and the form as a whole where this is left out.
    #[serde(default)]
    fields: Option<Vec<String>>,
}

impl<I> Core<I>
where
    I: DeserializeOwned + Send + 'static,
{
    pub(crate) fn schema_function(self: &Arc<Self>) -> Function<SchemaArgs, FormSchema> {
        let core = Arc::clone(self);
        let name = format!("{}.schema", self.face.name);
        Function::new(name, move |call: Call, args: SchemaArgs| {
            let core = Arc::clone(&core);
            async move {
                let values = core.values(args.data.as_deref())?;
                core.face.schema(&call, &values).await
            }
        })
    }

    pub(crate) fn validate_function(self: &Arc<Self>) -> Function<ValidateArgs, FormErrors> {
        let core = Arc::clone(self);
        let name = format!("{}.validate", self.face.name);
        Function::new(name, move |call: Call, args: ValidateArgs| {
            let core = Arc::clone(&core);
            async move {
                let sent = Sent::json(&core.schema, object(&args.data, "data")?, core.max_values)?;
                match core.judge(&call, sent, args.fields.as_deref()).await? {
                    Judged::Accepted { .. } => Ok(FormErrors::new()),
                    Judged::Refused { mut errors, .. } => {
                        core.await_files(&mut errors);
                        Ok(errors)
                    }
                }
            }
        })
    }

    /// Files are sent when the form is submitted: none is missing before.
    pub(crate) fn await_files(&self, errors: &mut FormErrors) {
        errors.retain(|known| {
            let missing = known.errors.iter().all(|error| error.code == "required");
            !(missing && is_file(&self.schema, &known.field))
        });
    }

    /// What is filled in so far, typed as far as it can be.
    pub(crate) fn values(&self, data: Option<&RawValue>) -> Result<Values> {
        let Some(data) = data else {
            return Ok(Values::default());
        };
        let sent = Sent::json(&self.schema, object(data, "data")?, self.max_values)?;
        Ok(Values::of(coerce(&self.schema, sent.data, false)))
    }
}

/// The text of an argument that has to be an object.
pub(crate) fn object<'a>(raw: &'a RawValue, path: &str) -> Result<&'a str> {
    let text = raw.get();
    if text.starts_with('{') {
        return Ok(text);
    }
    let mut fields = Fields::new();
    fields.insert(path, "Must be an object");
    Err(Error::validation(fields))
}
