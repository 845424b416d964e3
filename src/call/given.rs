use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::schema::{InputSchema, Refusal, read_value};
use crate::upload::Files;

/// Arguments that were read and typed by the schema of their function, with the files that came
/// along.
#[derive(Debug)]
pub(crate) struct Given {
    value: Value,
    files: Files,
}

impl Given {
    pub(crate) fn new(value: Value, files: Files) -> Self {
        Self { value, files }
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    pub(crate) fn into_value(self) -> Value {
        self.value
    }

    pub(crate) fn read<I: DeserializeOwned>(&self) -> Result<I, Refusal> {
        self.read_part(&self.value)
    }

    /// Reads a part of the value, which may name files.
    pub(crate) fn read_part<T: DeserializeOwned>(&self, part: &Value) -> Result<T, Refusal> {
        self.files.scope(|| read_value(part))
    }

    /// Reads the whole, or says what is wrong with it.
    pub(crate) fn read_or_explain<I: DeserializeOwned>(
        &self,
        schema: &InputSchema,
    ) -> crate::Result<I> {
        let findings = schema.judge(&self.value, Vec::new());
        let findings = match self.read() {
            Ok(input) if findings.is_empty() => return Ok(input),
            read => findings.finish(read.err()),
        };
        Err(crate::Error::validation(findings.into_fields()))
    }
}
