//! The host's own user, and hosts that keep the connection for themselves.

use std::time::Duration;

use http::{Response, StatusCode};
use mizan::User;
use serde_json::Value;
use tower::{Layer, Service, ServiceBuilder, ServiceExt as _};

use crate::serve;
use crate::site::{Form, behind, builder, layer};
use crate::socket::{Handshake, eventually};

#[tokio::test]
async fn a_user_in_the_extensions() {
    let service = ServiceBuilder::new()
        .map_request(|mut request: http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(User::new("guest"));
            request
        })
        .layer(layer())
        .service_fn(behind);
    let address = serve::hyper(service).await;
    let (_, mut socket) = Handshake::new().open(address).await;
    assert_eq!(socket.user().await.as_deref(), Some("guest"));
}

#[tokio::test]
async fn a_hook_that_fails_panics_or_hangs() {
    for form in Form::STACKS {
        let layer = builder()
            .identity_timeout(Some(Duration::from_millis(50)))
            .host_user(|head| {
                let how = head.headers.get("x-how").cloned();
                if how.as_ref().is_some_and(|how| how == "panic at once") {
                    panic!("a hook");
                }
                async move {
                    match how.as_ref().map(|how| how.to_str().unwrap()) {
                        Some("fail") => Err(mizan::Error::forbidden("No seat")),
                        Some("panic") => panic!("a hook"),
                        Some("hang") => std::future::pending().await,
                        _ => Ok(None),
                    }
                }
            })
            .build()
            .unwrap();
        let connections = layer.connections();
        let address = form.serve(layer).await;
        for (how, status) in [
            ("fail", 403),
            ("panic", 500),
            ("panic at once", 500),
            ("hang", 504),
        ] {
            let handshake = Handshake::new().with("x-how", how);
            handshake.refused(address, status).await;
        }
        assert_eq!(connections.count(), 0);
        let (_, mut socket) = Handshake::new().open(address).await;
        assert_eq!(socket.user().await, None);
    }
}

/// A layer outside that answers something else: the connection is never handed over, and its
/// place is free again.
#[tokio::test]
async fn an_answer_that_is_kept() {
    let layer = layer();
    let connections = layer.connections();
    let keeps = tower::layer::layer_fn(|inner: mizan::MizanService<_>| {
        inner.map_response(|_| {
            let mut response = Response::new(String::from("kept"));
            *response.status_mut() = StatusCode::OK;
            response
        })
    });
    let service = keeps.layer(layer.layer(tower::service_fn(behind)));
    let address = serve::hyper(service).await;
    let answer = Handshake::new().answer(address).await;
    assert_eq!(answer.status, 200, "{answer}");
    eventually("the place is free", || connections.count() == 0).await;
}

/// A client that goes away in the middle of the handshake, at whatever moment.
#[tokio::test]
async fn clients_that_go_away_leave_nothing() {
    for form in Form::STACKS {
        let layer = layer();
        let connections = layer.connections();
        let address = form.serve(layer).await;
        for nth in 0..60 {
            let handshake = Handshake::new();
            let opening = handshake.open(address);
            let patience = Duration::from_micros(20 * nth);
            drop(tokio::time::timeout(patience, opening).await);
        }
        eventually("nobody is left", || connections.count() == 0).await;
        let (_, mut socket) = Handshake::new().open(address).await;
        assert_ne!(socket.call("seen").await, Value::Null);
    }
}

/// In process there is no connection to take.
#[tokio::test]
async fn without_a_connection() {
    let mut service = layer().into_service();
    let request = http::Request::get("/ws/")
        .header("upgrade", "websocket")
        .header("connection", "upgrade")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .body(String::new())
        .unwrap();
    let response = service.call(request).await.unwrap();
    assert_eq!(response.status(), 426);
}
