//! The same work by other means.

use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use jsonrpsee::RpcModule;
use jsonrpsee::types::ErrorObjectOwned;
use tower::{BoxError, service_fn};

use super::exchange::{Exchange, Prepared, exchange};
use super::floor::{Answer, CallBody};
use super::greeting::{Greet, Payload, greet};
use crate::Result;

pub(super) fn axum(payload: Payload) -> Result<Exchange> {
    let handler = async |Json(call): Json<CallBody<String>>| {
        let result = greet(call.args);
        Json(Answer { result })
    };
    let service: Router = Router::new().route("/api/mizan/call/", post(handler));
    exchange(
        service,
        Prepared::post("/api/mizan/call/", payload.call("greet")),
        payload.result(),
    )
}

/// The module as it is called in process; around it what the floor has around its own.
pub(super) fn jsonrpsee(payload: Payload) -> Result<Exchange> {
    let mut module = RpcModule::new(());
    module.register_method("greet", |params, _, _| {
        let input: Greet = params.parse()?;
        Ok::<_, ErrorObjectOwned>(greet(input))
    })?;
    let service = service_fn(move |request: Request<Full<Bytes>>| {
        let module = module.clone();
        async move {
            let body = request.into_body().collect().await?.to_bytes();
            let (answer, _) = module
                .raw_json_request(std::str::from_utf8(&body)?, 1)
                .await?;
            let response = Response::builder()
                .header(CONTENT_TYPE, "application/json")
                .header(CACHE_CONTROL, "no-store")
                .body(Full::new(Bytes::from(String::from(Box::<str>::from(
                    answer,
                )))))?;
            Ok::<_, BoxError>(response)
        }
    });
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"greet","params":{}}}"#,
        payload.input()
    );
    let expected = format!(
        r#"{{"jsonrpc":"2.0","id":1,"result":{}}}"#,
        payload.output()
    );
    exchange(service, Prepared::post("/", body), expected)
}
