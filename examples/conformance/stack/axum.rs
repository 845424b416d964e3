//! axum: a router, and the layer around it.

use std::io;

use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt;
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
    let app = Router::new()
        .route("/", get(|| async { PAGE }))
        .layer(layer);
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was not set");
        }
    });
    let (begun, begins) = oneshot::channel::<()>();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        shutdown.requested().await;
        drop(begun);
    });
    // axum itself waits for as long as a client likes.
    let grace_is_over = async {
        let _ = begins.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = async { serving.await } => served,
        () = grace_is_over => Ok(()),
    }
}
