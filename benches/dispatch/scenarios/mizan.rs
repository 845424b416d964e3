//! Mizan, with what it does unless told otherwise: deadline, span, panic guard, all its layers.

use http::{HeaderName, HeaderValue};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mizan::identity::MwtKeys;
use mizan::{Auth, Call, Context, Function, MizanLayer, MizanService, Registry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tower::Layer;

use super::exchange::{Exchange, Prepared, exchange};
use super::floor::{PAGE, application, boxed};
use super::greeting::{Greet, Greeting, Payload, SMALL, greet};
use crate::Result;

const USER: Context = Context::new("user").key("user_id");
const SECRET: &[u8] = b"a secret that only this bench knows";

#[derive(Serialize, Deserialize, JsonSchema)]
struct UserKey {
    user_id: i64,
}

async fn later(_: Call, input: Greet) -> mizan::Result<Greeting> {
    Ok(greet(input))
}

fn at_once(_: Call, input: Greet) -> mizan::Result<Greeting> {
    Ok(greet(input))
}

async fn user_name(_: Call, key: UserKey) -> mizan::Result<String> {
    Ok(format!("user {}", key.user_id))
}

async fn user_orders(_: Call, key: UserKey) -> mizan::Result<Vec<i64>> {
    Ok(vec![key.user_id, 7])
}

// All names are of one length, so that bodies are.
fn registry() -> Result<Registry> {
    let registry = Registry::builder()
        .function(Function::new("greet", later))
        .function(Function::new("hello", at_once))
        .function(
            Function::new("write", later)
                .auth(Auth::Required)
                .affects(USER),
        )
        .function(
            Function::new("enter", at_once)
                .auth(Auth::Required)
                .affects(USER),
        )
        .function(Function::new("user_name", user_name).context(USER))
        .function(Function::new("user_orders", user_orders).context(USER))
        .build()?;
    Ok(registry)
}

fn post(function: &str, payload: Payload) -> Prepared {
    Prepared::post("/api/mizan/call/", payload.call(function))
}

pub(super) fn layer(function: &str, payload: Payload) -> Result<Exchange> {
    let service = MizanLayer::new(registry()?).layer(application());
    exchange(service, post(function, payload), payload.result())
}

pub(super) fn service(function: &str, payload: Payload) -> Result<Exchange> {
    let service = MizanService::new(registry()?);
    let prepared = Prepared::post("/call/", payload.call(function));
    exchange(service, prepared, payload.result())
}

pub(super) fn with_user(function: &str) -> Result<Exchange> {
    let service = MizanLayer::new(registry()?).layer(application());
    exchange(service, post(function, SMALL).user(), scoped_result())
}

pub(super) fn with_token(function: &str) -> Result<Exchange> {
    let service = MizanLayer::builder(registry()?)
        .mwt(MwtKeys::new().key("v1", SECRET))
        .build()?
        .layer(application());
    let header = Header {
        kid: Some("v1".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let claims = serde_json::json!({
        "sub": "42", "staff": false, "super": false, "aud": "mizan",
        "iat": 1_700_000_000, "nbf": 1_700_000_000, "exp": 4_100_000_000_u64,
    });
    let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(SECRET))?;
    let name = HeaderName::from_static("x-mizan-token");
    let prepared = post(function, SMALL).header(name, HeaderValue::try_from(token)?);
    exchange(service, prepared, scoped_result())
}

fn scoped_result() -> String {
    format!(
        r#"{{"result":{},"invalidate":[{{"context":"user","params":{{"user_id":42}}}}]}}"#,
        SMALL.output()
    )
}

pub(super) fn context() -> Result<Exchange> {
    let service = MizanLayer::new(registry()?).layer(application());
    exchange(
        service,
        Prepared::get("/api/mizan/ctx/user/?user_id=42"),
        r#"{"user_name":"user 42","user_orders":[42,7]}"#,
    )
}

pub(super) fn pass_through() -> Result<Exchange> {
    let service = MizanLayer::new(registry()?).layer(application());
    exchange(service, Prepared::get("/products/42"), PAGE)
}

pub(super) fn pass_boxed() -> Result<Exchange> {
    let service = MizanLayer::new(registry()?).layer(boxed());
    exchange(service, Prepared::get("/products/42"), PAGE)
}
