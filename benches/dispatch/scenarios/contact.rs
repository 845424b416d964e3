//! The form of the protocol's examples: four fields, their rules, a check of its own.

use garde::Validate;
use mizan::form::{Form, Invalid};
use mizan::{Call, Function, Registry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;

#[derive(Deserialize, JsonSchema, Validate)]
pub(super) struct Contact {
    #[garde(length(chars, max = 20))]
    pub(super) name: String,
    #[garde(email)]
    email: String,
    #[garde(range(min = 18))]
    age: Option<i64>,
    #[garde(skip)]
    #[expect(dead_code, reason = "read, and not used")]
    topic: Topic,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Topic {
    Sales,
    Help,
}

#[derive(Serialize, JsonSchema)]
struct Sent {
    to: String,
}

fn submit(_: Call, contact: Contact) -> mizan::Result<Sent> {
    Ok(Sent { to: contact.email })
}

fn not_root(_: Call, name: String) -> mizan::Result<()> {
    match name.as_str() {
        "root" => Err(Invalid::new("reserved", "This name is reserved").into()),
        _ => Ok(()),
    }
}

pub(super) fn registry() -> Result<Registry> {
    let registry = Registry::builder()
        .form(Form::new("contact", submit).check("name", not_root))
        .function(Function::new("contact.plainly", submit))
        .build()?;
    Ok(registry)
}

pub(super) const GOOD: &str =
    r#"{"name":"Ada Lovelace","email":"ada@example.org","age":36,"topic":"help"}"#;

/// The name is too long, the address is none, and the age is too low.
pub(super) const BAD: &str =
    r#"{"name":"Augusta Ada King, Countess","email":"ada","age":12,"topic":"help"}"#;

pub(super) const TOLD: &str = concat!(
    r#"{"result":{"errors":["#,
    r#"{"field":"name","errors":[{"message":"Must have at most 20 characters","code":"max_length"}]},"#,
    r#"{"field":"email","errors":[{"message":"Must be a valid e-mail address","code":"invalid"}]},"#,
    r#"{"field":"age","errors":[{"message":"Must be at least 18","code":"min_value"}]}"#,
    "]}}"
);
