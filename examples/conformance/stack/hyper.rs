//! hyper by itself: an accept loop, and a Tower service for each connection.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use mizan::MizanLayer;
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

use super::PAGE;
use crate::shutdown::{GRACE, Shutdown};

/// What `accept` says when the process is out of file descriptors passes by and by.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

pub(crate) async fn serve(listener: TcpListener, layer: MizanLayer, mut shutdown: Shutdown) {
    let sockets = layer.connections();
    let service = layer.layer(service_fn(page));
    let connections = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new());
    // Extended CONNECT is how WebSockets begin over HTTP/2 (RFC 8441).
    builder
        .http2()
        .timer(TokioTimer::new())
        .enable_connect_protocol();

    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.requested() => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let connection = builder
            .serve_connection_with_upgrades(
                TokioIo::new(stream),
                TowerToHyperService::new(service.clone()),
            )
            .into_owned();
        let watched = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(error, "a connection ended");
            }
        });
    }

    drop(listener);
    // To hyper, a WebSocket over HTTP/1.1 is over, and one over HTTP/2 a request that never ends.
    let requests = tokio::time::timeout(GRACE, connections.shutdown());
    let (requests, ()) = tokio::join!(requests, sockets.close(GRACE));
    if requests.is_err() {
        tracing::info!("connections that were still open are dropped");
    }
}

async fn page(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = match request.uri().path() {
        "/" => (StatusCode::OK, PAGE),
        _ => (StatusCode::NOT_FOUND, "Not found\n"),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    Ok(response)
}
