//! Four servers on loopback that answer the same call.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};

use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use mizan::{Call, Function, MizanService, Registry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tower::{Service, service_fn};

use crate::{BoxError, Result};

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
    Ok(vec![
        listen("hyper, constant", "/", service_fn(constant)).await?,
        listen("hyper, same bytes", "/", service_fn(same_bytes)).await?,
        listen("mizan", "/api/mizan/call/", MizanService::new(registry)).await?,
        listen(
            "axum, Json",
            "/add",
            Router::new().route("/add", post(json)),
        )
        .await?,
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

async fn listen<S, B>(name: &'static str, path: &'static str, service: S) -> Result<Server>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                stream.set_nodelay(true)?;
                auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await
            });
        }
    });
    Ok(Server {
        name,
        address,
        path,
    })
}
