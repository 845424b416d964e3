//! The application behind the tests, and every way to serve it.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use http::{Request, Response};
use hyper::body::Incoming;
use mizan::identity::{JwtKeys, MwtKeys};
use mizan::{Call, Function, MizanLayer, MizanLayerBuilder, Registry, Result, User};
use poem::EndpointExt;
use schemars::JsonSchema;
use serde::Serialize;
use tower::{ServiceBuilder, service_fn};

use crate::serve;
use crate::support::token::{JWT_SECRET, MWT_SECRET};

/// What a handler knows of the connection.
#[derive(Serialize, JsonSchema)]
struct Seen {
    user: Option<String>,
    uri: String,
    subprotocols: Vec<String>,
}

fn seen(call: Call) -> Result<Seen> {
    let subprotocols = call.headers().get_all("sec-websocket-protocol");
    let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
    Ok(Seen {
        user: call.identity().map(|user| user.id().to_owned()),
        uri: call.uri().to_string(),
        subprotocols: subprotocols.iter().map(text).collect(),
    })
}

async fn slow(_: Call) -> Result<&'static str> {
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    Ok("slow")
}

/// Tokens of both kinds, and a loader that knows everybody but `gone`.
pub(crate) fn builder() -> MizanLayerBuilder {
    MizanLayer::builder(registry())
        .mwt(MwtKeys::new().key("v1", MWT_SECRET))
        .jwt(JwtKeys::new().unnamed_key(JWT_SECRET))
        .load_user(|claims| async move {
            match claims.subject() {
                "gone" => Ok(None),
                "broken" => Err(mizan::Error::internal("the loader fails")),
                _ => Ok(Some(User::from(claims))),
            }
        })
}

pub(crate) fn registry() -> Registry {
    Registry::builder()
        .function(Function::new("seen", seen).websocket())
        .function(Function::new("slow", slow).websocket())
        .build()
        .unwrap()
}

pub(crate) fn layer() -> MizanLayer {
    builder().build().unwrap()
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    HyperLayer,
    HyperWhole,
    AxumLayer,
    AxumNested,
    PoemLayer,
    PoemWhole,
    PoemStripped,
}

impl Form {
    pub(crate) const ALL: [Form; 7] = [
        Form::HyperLayer,
        Form::HyperWhole,
        Form::AxumLayer,
        Form::AxumNested,
        Form::PoemLayer,
        Form::PoemWhole,
        Form::PoemStripped,
    ];
    /// One for each stack.
    pub(crate) const STACKS: [Form; 3] = [Form::HyperLayer, Form::AxumLayer, Form::PoemLayer];

    /// Serves a layer until the test's runtime ends.
    pub(crate) async fn serve(self, layer: MizanLayer) -> SocketAddr {
        const MOUNT: &str = "/api/mizan";
        let page = poem::endpoint::make_sync(|_| "a page");
        match self {
            Form::HyperLayer => {
                let service = ServiceBuilder::new().layer(layer);
                serve::hyper(service.service(service_fn(behind))).await
            }
            Form::HyperWhole => serve::hyper(layer.into_service()).await,
            Form::AxumLayer => {
                let page = axum::routing::get(|| async { "a page" });
                serve::axum(Router::new().route("/", page).layer(layer)).await
            }
            Form::AxumNested => {
                let whole = layer.into_service();
                serve::axum(Router::new().nest_service(MOUNT, whole)).await
            }
            Form::PoemLayer => serve::poem(poem::Route::new().at("/", page).with(layer)).await,
            Form::PoemWhole => {
                let whole = layer.into_service();
                serve::poem(poem::Route::new().nest_no_strip(MOUNT, whole)).await
            }
            Form::PoemStripped => {
                let whole = layer.into_service();
                serve::poem(poem::Route::new().nest(MOUNT, whole)).await
            }
        }
    }
}

pub(crate) async fn behind(_: Request<Incoming>) -> Result<Response<String>, Infallible> {
    Ok(Response::new("a page".to_owned()))
}
