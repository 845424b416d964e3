use garde::Validate;
use mizan::form::{Form, Invalid};
use mizan::{Call, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder.form(
        Form::new("contact", submit)
            .title("Contact Us")
            .submit_label("Send")
            .check("name", not_root)
            .formset(submit_all),
    )
}

#[derive(Deserialize, JsonSchema, Validate)]
struct Contact {
    #[garde(length(chars, max = 20))]
    name: String,
    #[garde(email)]
    email: String,
    #[garde(range(min = 18))]
    age: Option<i64>,
    #[garde(skip)]
    #[expect(dead_code, reason = "checked, and not used")]
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
    sent: bool,
    to: String,
}

fn not_root(_: Call, name: String) -> Result<()> {
    match name.as_str() {
        "root" => Err(Invalid::new("reserved", "This name is reserved").into()),
        _ => Ok(()),
    }
}

fn submit(_: Call, contact: Contact) -> Result<Sent> {
    Ok(Sent {
        sent: true,
        to: contact.email,
    })
}

fn submit_all(_: Call, _: Vec<Contact>) -> Result<()> {
    Ok(())
}
