//! Forms, beside the same work by hand.

use bytes::Bytes;
use garde::Validate;
use http::Request;
use http_body_util::{BodyExt, Full};
use mizan::{MizanLayer, Registry};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tower::{BoxError, Layer, service_fn};

use super::contact::{self, Contact};
use super::exchange::{Exchange, Prepared, exchange};
use super::floor::{application, json};
use super::hundred::{self, Hundred};
use crate::Result;

const NOTHING: &str = r#"{"result":{"errors":[]}}"#;

/// A validation as it is on the wire.
#[derive(Deserialize)]
struct Validation<I> {
    #[serde(rename = "fn")]
    function: String,
    args: Data<I>,
}

#[derive(Deserialize)]
struct Data<I> {
    data: I,
}

fn call(function: &str, args: &str) -> String {
    format!(r#"{{"fn":"{function}","args":{args}}}"#)
}

fn validation(form: &str, data: &str) -> String {
    call(
        &format!("{form}.validate"),
        &format!(r#"{{"data":{data}}}"#),
    )
}

fn post(body: String) -> Prepared {
    Prepared::post("/api/mizan/call/", body)
}

/// Reads what was filled in, asks garde, and knows what to say where nothing is wrong.
fn by_hand<I>(form: &'static str, data: &str, check: fn(&I) -> bool) -> Result<Exchange>
where
    I: DeserializeOwned + Validate<Context: Default> + 'static,
{
    let function = format!("{form}.validate");
    let service = service_fn(move |request: Request<Full<Bytes>>| {
        let function = function.clone();
        async move {
            let body = request.into_body().collect().await?.to_bytes();
            let call: Validation<I> = serde_json::from_slice(&body)?;
            let input = call.args.data;
            if call.function != function || !check(&input) {
                return Err(BoxError::from("not what is asked for here"));
            }
            input.validate()?;
            let body = serde_json::to_vec(&serde_json::json!({"result": {"errors": []}}))?;
            Ok(json(Bytes::from(body)))
        }
    });
    exchange(service, post(validation(form, data)), NOTHING)
}

fn mizan(registry: Registry, body: String, expected: impl Into<Bytes>) -> Result<Exchange> {
    let service = MizanLayer::new(registry).layer(application());
    exchange(service, post(body), expected)
}

pub(super) fn floor() -> Result<Exchange> {
    by_hand::<Contact>("contact", contact::GOOD, |contact| contact.name != "root")
}

pub(super) fn plain() -> Result<Exchange> {
    let body = call("contact.plainly", contact::GOOD);
    let expected = r#"{"result":{"to":"ada@example.org"}}"#;
    mizan(contact::registry()?, body, expected)
}

pub(super) fn valid() -> Result<Exchange> {
    let body = validation("contact", contact::GOOD);
    mizan(contact::registry()?, body, NOTHING)
}

pub(super) fn bad() -> Result<Exchange> {
    let body = validation("contact", contact::BAD);
    mizan(contact::registry()?, body, contact::TOLD)
}

pub(super) fn submit() -> Result<Exchange> {
    let body = call("contact.submit", contact::GOOD);
    let expected = r#"{"result":{"success":true,"data":{"to":"ada@example.org"}}}"#;
    mizan(contact::registry()?, body, expected)
}

pub(super) fn floor_100() -> Result<Exchange> {
    by_hand::<Hundred>("hundred", &hundred::filled_in(true), |_| true)
}

pub(super) fn valid_100() -> Result<Exchange> {
    let body = validation("hundred", &hundred::filled_in(true));
    mizan(hundred::registry()?, body, NOTHING)
}

pub(super) fn bad_100() -> Result<Exchange> {
    let body = validation("hundred", &hundred::filled_in(false));
    mizan(hundred::registry()?, body, hundred::told())
}
