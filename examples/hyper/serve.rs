//! hyper's own loop: accepts, serves HTTP/1 and HTTP/2, and at the end lets requests finish.

use std::pin::pin;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use mizan::{BoxError, Connections};
use tokio::net::TcpListener;
use tower::Service;

pub(crate) async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    sockets: Connections,
    shutdown: impl Future,
) where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let mut server = auto::Builder::new(TokioExecutor::new());
    // Without a timer hyper waits for ever for the rest of a request's head.
    server.http1().timer(TokioTimer::new());
    // Extended CONNECT is how WebSockets begin over HTTP/2 (RFC 8441).
    server
        .http2()
        .timer(TokioTimer::new())
        .enable_connect_protocol();
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut shutdown => break,
        };
        let Ok((stream, _)) = accepted else {
            // Most likely no file descriptor is left; others will be closed in a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = TowerToHyperService::new(service.clone());
        // With upgrades, for the WebSocket.
        let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended badly");
            }
        });
    }
    drop(listener);
    // To hyper, a WebSocket over HTTP/1.1 is over, and one over HTTP/2 a request that never ends.
    tokio::join!(graceful.shutdown(), sockets.close(crate::app::DRAIN));
}
