//! The forms: one that everybody may send, and one that brings a picture.

use garde::Validate;
use mizan::form::{Form, Invalid};
use mizan::upload::{FileRules, Upload, Uploads};
use mizan::{Auth, Call, Result, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::functions::{MESSAGES, USER, caller};
use super::store::Store;

/// In bytes.
const MAX_PICTURE: usize = 1024 * 1024;

/// What the contact form asks for.
#[derive(Debug, Serialize, Deserialize, JsonSchema, Validate)]
pub(crate) struct Contact {
    #[garde(length(chars, max = 20))]
    pub(crate) name: String,
    /// We answer to this address.
    #[garde(email)]
    pub(crate) email: String,
    /// You need not tell.
    #[garde(range(min = 18))]
    pub(crate) age: Option<i64>,
    #[garde(skip)]
    pub(crate) topic: Topic,
    #[garde(length(chars, max = 2000))]
    #[schemars(extend("x-widget" = "Textarea"))]
    pub(crate) message: String,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Topic {
    Sales,
    Help,
}

/// What the caller of a form gets once it is sent.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Sent {
    message_id: i64,
}

pub(super) fn contact() -> Form<Contact, Sent> {
    Form::new("contact", send)
        .title("Contact us")
        .submit_label("Send")
        .check("name", not_reserved)
        .affects(MESSAGES)
        .target("/")
}

fn not_reserved(_: Call, name: String) -> Result<()> {
    if name.eq_ignore_ascii_case("root") {
        return Err(Invalid::new("reserved", "This name is reserved").into());
    }
    Ok(())
}

async fn send(call: Call, contact: Contact) -> Result<Sent> {
    let message_id = call.state::<Store>()?.add_message(contact).await?;
    Ok(Sent { message_id })
}

/// What the avatar form asks for.
#[derive(Clone, Serialize, Deserialize, JsonSchema, Validate)]
pub(crate) struct Picture {
    /// PNG, JPEG or WebP, up to 1 MiB.
    #[garde(skip)]
    picture: Upload,
}

pub(super) fn avatar() -> Form<Picture, ()> {
    let rules = FileRules::new().max_size(MAX_PICTURE as u64).types([
        "image/png",
        "image/jpeg",
        "image/webp",
    ]);
    Form::new("avatar", set_picture)
        .title("Your picture")
        .submit_label("Upload")
        .auth(Auth::Required)
        .uploads(Uploads::new().max_files(1).field("picture", rules))
        .affects(USER)
        .affects_params(|call, _input, _output| Ok(params! { "user_id": caller(call)?.id }))
        .target("/")
}

async fn set_picture(call: Call, input: Picture) -> Result<()> {
    let content = input.picture.bytes(MAX_PICTURE).await?;
    // Its content was compared with this type.
    let content_type = input.picture.content_type().to_owned();
    let store = call.state::<Store>()?;
    let saved = store.set_picture(caller(&call)?.id, content_type, content);
    saved.await
}
