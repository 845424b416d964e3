//! poem: a route, and the layer as a native middleware.

use std::io;

use mizan::MizanLayer;
use poem::endpoint::make_sync;
use poem::listener::TcpAcceptor;
use poem::{EndpointExt, Route, Server};
use tokio::net::TcpListener;

use super::PAGE;
use crate::shutdown::{GRACE, Shutdown};

pub(crate) async fn serve(
    listener: TcpListener,
    layer: MizanLayer,
    mut shutdown: Shutdown,
) -> io::Result<()> {
    let sockets = layer.connections();
    let app = Route::new().at("/", make_sync(|_| PAGE)).with(layer);
    let acceptor = TcpAcceptor::from_tokio(listener)?;
    let closing = sockets.clone();
    let requested = async move {
        shutdown.requested().await;
        tokio::spawn(async move { closing.close(GRACE).await });
    };
    let served = Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(app, requested, Some(GRACE))
        .await;
    // poem does not know of the WebSockets.
    sockets.close(GRACE).await;
    served
}
