//! How many connections there may be.

use mizan::{LayerError, MizanLayer, Sockets};

use crate::site::{Form, builder, registry};
use crate::socket::{Handshake, eventually};
use crate::support::token::mwt;

fn bounded(sockets: Sockets) -> MizanLayer {
    builder().sockets(sockets).build().unwrap()
}

fn of(user: &str) -> Handshake {
    Handshake::new().with("X-Mizan-Token", mwt(user, false, false))
}

#[tokio::test]
async fn in_all() {
    for form in Form::STACKS {
        let layer = bounded(Sockets::new().connections(2));
        let connections = layer.connections();
        let address = form.serve(layer).await;
        let (_, first) = Handshake::new().open(address).await;
        let (_, mut second) = of("7").open(address).await;
        assert_eq!(connections.count(), 2);
        for refused in [Handshake::new(), of("8")] {
            let answer = refused.refused(address, 503).await;
            answer.assert_error(503, "OVERLOADED");
            let after = answer.header("retry-after").unwrap();
            assert!(after.parse::<u64>().unwrap() > 0, "{answer}");
        }
        // What else is wrong comes before.
        Handshake::new()
            .with("Origin", "http://evil.example")
            .refused(address, 403)
            .await;
        first.close().await;
        eventually("a place is free", || connections.count() == 1).await;
        drop(of("8").open(address).await);
        // Gone without a word.
        eventually("the place is free again", || connections.count() == 1).await;
        assert_eq!(second.user().await.as_deref(), Some("7"));
    }
}

#[tokio::test]
async fn of_one_user() {
    let layer = bounded(Sockets::new().connections_per_user(1));
    let connections = layer.connections();
    let address = Form::HyperLayer.serve(layer).await;
    let (_, first) = of("7").open(address).await;
    of("7").refused(address, 503).await;
    let (_, _other) = of("8").open(address).await;
    // Nobody in particular.
    let (_, _anonymous) = Handshake::new().open(address).await;
    let (_, _another) = Handshake::new().open(address).await;
    assert_eq!(connections.count(), 4);
    first.close().await;
    eventually("the place is free", || connections.count() == 3).await;
    drop(of("7").open(address).await);
}

/// One layer may be served in several places; its bounds hold for all of them together.
#[tokio::test]
async fn of_all_services_of_a_layer() {
    let layer = bounded(Sockets::new().connections(1));
    let here = Form::HyperLayer.serve(layer.clone()).await;
    let there = Form::AxumNested.serve(layer.clone()).await;
    let (_, _held) = Handshake::new().open(here).await;
    Handshake::new().refused(there, 503).await;
    assert_eq!(layer.connections().count(), 1);
}

#[test]
fn bounds_that_make_no_sense() {
    let bounds = Sockets::new().connections(0);
    let built = MizanLayer::builder(registry()).sockets(bounds).build();
    let error = built.unwrap_err();
    assert!(matches!(error, LayerError::Sockets { .. }), "{error:?}");
    assert!(error.to_string().contains("connections"), "{error}");
}

/// What is kept of each of them.
#[tokio::test]
async fn of_a_head() {
    for (form, max) in [
        (Form::HyperLayer, 16 * 1024),
        (Form::AxumLayer, 4096),
        (Form::PoemLayer, 8000),
    ] {
        let sockets = match max {
            16_384 => Sockets::new(),
            max => Sockets::new().max_head(max),
        };
        let address = form.serve(bounded(sockets)).await;
        let with = |length: usize| Handshake::new().with("Cookie", "c".repeat(length));
        let answer = with(max).refused(address, 431).await;
        answer.assert_error(431, "BAD_REQUEST");
        let (_, mut socket) = with(max - 1000).open(address).await;
        assert_eq!(socket.user().await, None);
    }
}
