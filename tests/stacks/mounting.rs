//! Every way to mount: as a layer and whole, with the prefix and without it.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use mizan::{
    Call, Context, Function, Invalidation, MizanLayer, MizanService, Registry, Result, params,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower::{ServiceBuilder, service_fn};

use crate::client::Client;
use crate::serve;

const USER: Context = Context::new("user").key("user_id");

#[derive(Serialize, Deserialize, JsonSchema)]
struct UserKey {
    user_id: i64,
}

fn registry() -> Registry {
    Registry::builder()
        .function(
            Function::new("double", |_: Call, user: UserKey| Ok(user.user_id * 2)).context(USER),
        )
        .function(
            Function::new("forget", |_: Call, _: UserKey| -> Result<()> { Ok(()) }).affects(USER),
        )
        .build()
        .unwrap()
}

/// Something behind the layer, whose every answer invalidates.
async fn behind(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let mut response = Response::new(format!("behind {}", request.uri().path()));
    response
        .extensions_mut()
        .insert(Invalidation::from(USER.at(params! { "user_id": 7 })));
    Ok(response)
}

/// What is under the mount answers, in both spellings of a path and in both versions of HTTP.
async fn answers(address: SocketAddr, mount: &str) {
    for mut client in [Client::new(address), Client::http2(address)] {
        for slash in ["/", ""] {
            let path = format!("{mount}/call{slash}");
            let called = client
                .call_at(&path, "forget", json!({"user_id": 21}))
                .await;
            assert_eq!(called.status, 200, "{path}");
            assert_eq!(called.header("x-mizan-invalidate"), Some("user;user_id=21"));
            let path = format!("{mount}/ctx/user{slash}?user_id=21");
            let read = client.get(&path).await;
            assert_eq!(read.text(), r#"{"double":42}"#, "{path}");
            let head = client.send(Request::head(&path), "").await;
            assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        }
    }
}

/// An unknown path under the mount is Mizan's to refuse.
async fn refuses_the_rest(address: SocketAddr, mount: &str) {
    let answer = Client::new(address).get(&format!("{mount}/nope")).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["code"], "NOT_FOUND");
}

/// What is not under the mount is the host's, and takes part in invalidation.
async fn leaves_the_host(address: SocketAddr) {
    for path in ["/", "/api/mizanx/call/", "/call/"] {
        let answer = Client::new(address).get(path).await;
        assert_eq!(answer.text(), format!("behind {path}"));
        assert_eq!(answer.header("x-mizan-invalidate"), Some("user;user_id=7"));
    }
}

#[tokio::test]
async fn hyper_as_a_layer() {
    let service = ServiceBuilder::new()
        .layer(MizanLayer::new(registry()))
        .service(service_fn(behind));
    let address = serve::hyper(service).await;
    answers(address, "/api/mizan").await;
    refuses_the_rest(address, "/api/mizan").await;
    leaves_the_host(address).await;
}

#[tokio::test]
async fn hyper_at_another_mount() {
    for mount in ["/rpc", "/"] {
        let layer = MizanLayer::builder(registry())
            .mount(mount)
            .build()
            .unwrap();
        let address = serve::hyper(ServiceBuilder::new().layer(layer).service_fn(behind)).await;
        answers(address, mount.trim_end_matches('/')).await;
    }
}

#[tokio::test]
async fn hyper_whole() {
    let address = serve::hyper(MizanService::new(registry())).await;
    answers(address, "/api/mizan").await;
    answers(address, "").await;
    refuses_the_rest(address, "").await;
}

async fn axum_behind(uri: http::Uri) -> (axum::Extension<Invalidation>, String) {
    let entry = USER.at(params! { "user_id": 7 });
    (
        axum::Extension(Invalidation::from(entry)),
        format!("behind {}", uri.path()),
    )
}

#[tokio::test]
async fn axum_as_a_layer() {
    let router = Router::new()
        .route("/", get(axum_behind))
        .fallback(axum_behind)
        .layer(MizanLayer::new(registry()));
    let address = serve::axum(router).await;
    answers(address, "/api/mizan").await;
    refuses_the_rest(address, "/api/mizan").await;
    leaves_the_host(address).await;
}

/// A nested router without a fallback of its own hands what it does not know to the outer one's,
/// past the layer. With one, the layer sees the path without what `nest` took off.
#[tokio::test]
async fn axum_as_a_layer_of_a_nested_router() {
    let inner = Router::new().route("/", get(axum_behind));
    let layer = || MizanLayer::new(registry());
    let without = Router::new().nest("/v1", inner.clone().layer(layer()));
    let mut client = Client::new(serve::axum(without).await);
    let missed = client.get("/v1/api/mizan/ctx/user/?user_id=21").await;
    assert_eq!((missed.status, missed.text()), (404, ""));

    let with = Router::new().nest("/v1", inner.fallback(axum_behind).layer(layer()));
    answers(serve::axum(with).await, "/v1/api/mizan").await;
}

#[tokio::test]
async fn axum_whole_and_stripped() {
    for prefix in ["/api/mizan", "/rpc"] {
        let router = Router::new().nest_service(prefix, MizanService::new(registry()));
        let address = serve::axum(router).await;
        answers(address, prefix).await;
        refuses_the_rest(address, prefix).await;
    }
}

#[tokio::test]
async fn axum_whole_and_unstripped() {
    let whole = MizanService::new(registry());
    let router = Router::new().route_service("/api/mizan/{*rest}", whole.clone());
    answers(serve::axum(router).await, "/api/mizan").await;
    let router = Router::new().fallback_service(whole);
    answers(serve::axum(router).await, "/api/mizan").await;
}

/// Where the layer stands in an axum router decides whether it is asked at all.
#[tokio::test]
async fn axum_ways_around_the_layer() {
    let layer = || MizanLayer::new(registry());
    let fallback_after = Router::new()
        .route("/", get(axum_behind))
        .layer(layer())
        .fallback(axum_behind);
    let address = serve::axum(fallback_after).await;
    let answer = Client::new(address).get("/api/mizan/ctx/user/").await;
    assert_eq!(answer.text(), "behind /api/mizan/ctx/user/");

    let route_layer = Router::new()
        .route("/", get(axum_behind))
        .route_layer(layer());
    let address = serve::axum(route_layer).await;
    let answer = Client::new(address).get("/api/mizan/ctx/user/").await;
    assert_eq!((answer.status, answer.text()), (404, ""));

    let route_after = Router::new()
        .route("/", get(axum_behind))
        .layer(layer())
        .route("/late", get(axum_behind));
    let address = serve::axum(route_after).await;
    answers(address, "/api/mizan").await;
    let late = Client::new(address).get("/late").await;
    assert_eq!(late.text(), "behind /late");
    assert_eq!(late.header("x-mizan-invalidate"), None);
}

#[cfg(feature = "poem")]
mod on_poem {
    use poem::endpoint::TowerCompatExt;
    use poem::{EndpointExt, IntoResponse, Response, Route, endpoint::make_sync};

    use super::*;

    fn behind(request: poem::Request) -> Response {
        let entry = USER.at(params! { "user_id": 7 });
        let mut response = format!("behind {}", request.uri().path()).into_response();
        let extensions = response.extensions_mut();
        extensions.insert(Invalidation::from(entry));
        response
    }

    #[tokio::test]
    async fn as_a_layer() {
        let endpoint = Route::new()
            .at("*", make_sync(behind))
            .with(MizanLayer::new(registry()));
        let address = serve::poem(endpoint).await;
        answers(address, "/api/mizan").await;
        refuses_the_rest(address, "/api/mizan").await;
        leaves_the_host(address).await;
    }

    /// `Route` says that nothing matched by an error, which the middleware must not be lost in.
    #[tokio::test]
    async fn as_a_layer_of_what_does_not_match() {
        let endpoint = Route::new()
            .at("/only", make_sync(behind))
            .with(MizanLayer::new(registry()));
        let address = serve::poem(endpoint).await;
        answers(address, "/api/mizan").await;
        assert_eq!(Client::new(address).get("/nope").await.status, 404);
    }

    #[tokio::test]
    async fn whole_and_unstripped() {
        let whole = MizanService::new(registry());
        let endpoint = Route::new().nest_no_strip("/api/mizan", whole.compat());
        let address = serve::poem(endpoint).await;
        answers(address, "/api/mizan").await;
        refuses_the_rest(address, "/api/mizan").await;
    }

    #[tokio::test]
    async fn whole_and_stripped() {
        for prefix in ["/api/mizan", "/rpc"] {
            let whole = MizanService::new(registry());
            let address = serve::poem(Route::new().nest(prefix, whole.compat())).await;
            answers(address, prefix).await;
            refuses_the_rest(address, prefix).await;
        }
    }
}

/// The host's own refusals stay its own.
#[tokio::test]
async fn the_status_of_what_is_behind_stays() {
    let gone = service_fn(|_: Request<Incoming>| async {
        let mut response = Response::new(String::from("gone"));
        *response.status_mut() = StatusCode::GONE;
        response
            .extensions_mut()
            .insert(Invalidation::from(USER.everywhere()));
        Ok::<_, Infallible>(response)
    });
    let layered = ServiceBuilder::new()
        .layer(MizanLayer::new(registry()))
        .service(gone);
    let answer = Client::new(serve::hyper(layered).await).get("/").await;
    assert_eq!((answer.status, answer.text()), (410, "gone"));
    // A 4xx promises that nothing changed.
    assert_eq!(answer.header("x-mizan-invalidate"), None);
}
