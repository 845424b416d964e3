//! axum: a router, and the layer around it.

use std::io;

use axum::Router;
use axum::routing::get;
use mizan::MizanLayer;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::PAGE;
use crate::shutdown::{GRACE, Shutdown};

pub(crate) async fn serve(
    listener: TcpListener,
    layer: MizanLayer,
    mut shutdown: Shutdown,
) -> io::Result<()> {
    let sockets = layer.connections();
    let app = Router::new()
        .route("/", get(|| async { PAGE }))
        .layer(layer);
    let (begun, begins) = oneshot::channel::<()>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        shutdown.requested().await;
        drop(begun);
    });
    // axum itself waits for as long as a client likes, and for no WebSocket.
    let grace_is_over = async {
        let _ = begins.await;
        tokio::join!(tokio::time::sleep(GRACE), sockets.close(GRACE));
    };
    tokio::select! {
        served = async { serving.await } => {
            sockets.close(GRACE).await;
            served
        }
        () = grace_is_over => Ok(()),
    }
}
