//! Every way to fail.

use mizan::{Call, Code, Error, Fields, Function, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Message;

pub(super) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder.function(Function::new("fail", fail))
}

#[derive(Deserialize, JsonSchema)]
struct Failure {
    how: String,
}

#[derive(Serialize)]
struct BadValues {
    fields: Fields,
}

fn fail(_: Call, input: Failure) -> Result<Message> {
    Err(match &*input.how {
        "not_found" => Error::not_found("No such thing"),
        "bad_request" => Error::bad_request("That makes no sense"),
        "validation" => {
            let mut fields = Fields::new();
            fields.insert("how", "is bad");
            Error::new(Code::Validation, "Bad values").with_details(&BadValues { fields })
        }
        "unauthorized" => Error::unauthorized("Who are you"),
        "forbidden" => Error::forbidden("Not you"),
        "permission" => Error::forbidden("No entry"),
        "not_implemented" => Error::not_implemented("Not yet"),
        _ => Error::from(std::io::Error::other("database password is hunter2")),
    })
}
