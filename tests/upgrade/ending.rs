//! The server closes.

use std::time::{Duration, Instant};

use mizan::{MizanService, Sockets};
use serde_json::json;

use crate::serve;
use crate::site::{Form, builder, layer, registry};
use crate::socket::Handshake;

const GOING_AWAY: u16 = 1001;

#[tokio::test]
async fn everybody_is_told_and_nobody_comes() {
    for form in Form::STACKS {
        let layer = layer();
        let connections = layer.connections();
        let address = form.serve(layer).await;
        let (_, mut first) = Handshake::new().open(address).await;
        let (_, mut second) = Handshake::new().open(address).await;
        let closing = connections.close(Duration::from_secs(1));
        let clients = async {
            assert_eq!(first.closed().await, Some(GOING_AWAY));
            assert_eq!(second.closed().await, Some(GOING_AWAY));
            let answer = Handshake::new().refused(address, 503).await;
            answer.assert_error(503, "OVERLOADED");
            assert!(answer.header("retry-after").is_some());
            drop((first, second));
        };
        let started = Instant::now();
        tokio::join!(closing, clients);
        assert_eq!(connections.count(), 0);
        assert!(started.elapsed() < Duration::from_secs(1), "{form:?}");
        // Again, with nobody there.
        connections.close(Duration::MAX).await;
        Handshake::new().refused(address, 503).await;
    }
}

#[tokio::test]
async fn calls_in_flight_may_end() {
    let layer = layer();
    let connections = layer.connections();
    let address = Form::HyperLayer.serve(layer).await;
    let (_, mut socket) = Handshake::new().open(address).await;
    socket
        .send(json!({ "action": "rpc", "id": 1, "fn": "slow" }))
        .await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let client = async {
        assert_eq!(socket.receive().await["data"]["result"], "slow");
        assert_eq!(socket.closed().await, Some(GOING_AWAY));
        drop(socket);
    };
    tokio::join!(connections.close(Duration::from_secs(5)), client);
    assert_eq!(connections.count(), 0);
}

/// A client that neither reads nor answers cannot hold the server.
#[tokio::test]
async fn a_silent_client_is_cut() {
    let sockets = Sockets::new().close_timeout(Duration::from_millis(200));
    let layer = builder().sockets(sockets).build().unwrap();
    let connections = layer.connections();
    let address = Form::HyperLayer.serve(layer).await;
    let (_, mut silent) = Handshake::new().open(address).await;
    silent
        .send(json!({ "action": "rpc", "id": 1, "fn": "slow" }))
        .await;
    let started = Instant::now();
    connections.close(Duration::from_millis(100)).await;
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(connections.count(), 0);
    drop(silent);
}

/// Without a layer there is a handle too.
#[tokio::test]
async fn of_a_service_alone() {
    let service = MizanService::new(registry());
    let connections = service.connections();
    let address = serve::hyper(service).await;
    let (_, mut socket) = Handshake::at("/ws/").open(address).await;
    assert_eq!(connections.count(), 1);
    let closing = connections.close(Duration::from_secs(1));
    let client = async {
        assert_eq!(socket.closed().await, Some(GOING_AWAY));
        drop(socket);
    };
    tokio::join!(closing, client);
    assert_eq!(connections.count(), 0);
}
