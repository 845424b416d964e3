//! The functions that neither belong to a context nor change one.

mod access;
mod data;
mod fail;

use mizan::RegistryBuilder;
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Serialize, JsonSchema)]
pub(crate) struct Message {
    pub(crate) message: String,
}

impl Message {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            message: text.into(),
        }
    }
}

pub(crate) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    let builder = data::register(builder);
    let builder = access::register(builder);
    fail::register(builder)
}
