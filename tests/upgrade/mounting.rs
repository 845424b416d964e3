//! Where the path stands.

use axum::Router;
use mizan::MizanLayer;
use poem::endpoint::TowerCompatExt;
use tower::{ServiceBuilder, service_fn};

use crate::serve;
use crate::site::{behind, builder, layer, registry};
use crate::socket::Handshake;
use crate::support::client::Client;
use crate::support::request::Request;

#[tokio::test]
async fn another_mount() {
    for (mount, path) in [("/rpc", "/rpc/ws/"), ("/", "/ws/")] {
        let layer = builder().mount(mount).build().unwrap();
        let service = ServiceBuilder::new()
            .layer(layer)
            .service(service_fn(behind));
        let address = serve::hyper(service).await;
        drop(Handshake::at(path).open(address).await);
    }
}

#[tokio::test]
async fn a_stripped_prefix() {
    let address = serve::hyper(layer().into_service()).await;
    drop(Handshake::at("/ws").open(address).await);
    let router = Router::new().nest_service("/v1/rpc", layer().into_service());
    let address = serve::axum(router).await;
    drop(Handshake::at("/v1/rpc/ws/").open(address).await);
    let router = poem::Route::new().nest("/v1/rpc", layer().into_service());
    let address = serve::poem(router).await;
    drop(Handshake::at("/v1/rpc/ws/").open(address).await);
}

/// poem's bridge to Tower drops the handle of the upgrade; nobody hangs for it.
#[tokio::test]
async fn through_the_bridge_of_poem() {
    let whole = layer().into_service().compat();
    let address = serve::poem(poem::Route::new().nest_no_strip("/api/mizan", whole)).await;
    let mut request = Request::get("/ws/");
    for (name, value) in [
        ("upgrade", "websocket"),
        ("connection", "upgrade"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ] {
        request = request.header(name, value);
    }
    // Its answers go out in chunks.
    let answer = Client::new(address, "bridge").send_unchecked(request).await;
    answer.assert_error(426, "BAD_REQUEST");
}

/// A layer that is no `into_service` goes by its mount alone.
#[tokio::test]
async fn an_endpoint_of_poem_outside_its_mount() {
    use tower::Layer;

    let service = MizanLayer::new(registry()).layer(mizan::NotFound);
    let address = serve::poem(poem::Route::new().nest_no_strip("/", service)).await;
    drop(Handshake::new().open(address).await);
    let answer = Handshake::at("/ws/").answer(address).await;
    assert_eq!(answer.status, 404, "{answer}");
}
