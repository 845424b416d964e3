//! Four servers on loopback that answer the same call.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use mizan::{Call, Function, MizanService, Registry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tower::service_fn;

use crate::Result;
use crate::listen::listen;

pub(crate) const CALL: &str = r#"{"fn":"add","args":{"a":2,"b":3}}"#;
pub(crate) const ANSWER: &str = r#"{"result":5}"#;

pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) path: &'static str,
}

#[derive(Deserialize, JsonSchema)]
struct Add {
    a: i64,
    b: i64,
}

#[derive(Deserialize)]
struct AxumCall {
    #[serde(rename = "fn")]
    _function: String,
    args: Add,
}

#[derive(Serialize)]
struct AxumAnswer {
    result: i64,
}

/// Starts them on the current runtime, the one that the others are compared with first.
pub(crate) async fn serve() -> Result<Vec<Server>> {
    let add = async |_: Call, Add { a, b }: Add| Ok(a.saturating_add(b));
    let registry = Registry::builder()
        .function(Function::new("add", add))
        .build()?;
    let json = async |Json(call): Json<AxumCall>| {
        let Add { a, b } = call.args;
        Json(AxumAnswer {
            result: a.saturating_add(b),
        })
    };
    let axum = Router::new().route("/add", post(json));
    let mizan = MizanService::new(registry);
    Ok(vec![
        Server {
            name: "hyper, constant",
            address: listen(service_fn(constant)).await?,
            path: "/",
        },
        Server {
            name: "hyper, same bytes",
            address: listen(service_fn(same_bytes)).await?,
            path: "/",
        },
        Server {
            name: "mizan",
            address: listen(mizan).await?,
            path: "/api/mizan/call/",
        },
        Server {
            name: "axum, Json",
            address: listen(axum).await?,
            path: "/add",
        },
    ])
}

async fn constant(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::from(ANSWER));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// What answering costs hyper alone: it takes the body in, and sends what Mizan sends.
async fn same_bytes(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    request.into_body().collect().await?;
    let mut response = Response::new(Full::from(ANSWER));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let contract = HeaderName::from_static("x-mizan-contract");
    headers.insert(contract, HeaderValue::from_static("0123456789abcdef"));
    Ok(response)
}
