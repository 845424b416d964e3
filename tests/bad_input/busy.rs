//! Code of the application that is never short of work: it gives way to others as Tokio makes it,
//! and does not end. It has a deadline all the same. No test looks at the clock.

use std::time::Duration;

use mizan::{Call, Function, MizanLayer, Result, User};
use tokio::sync::mpsc;

use super::rig::{Server, wire_call};
use super::{lives, registry};

const SHORT: Duration = Duration::from_millis(10);

/// Takes what is always there, and with it all that Tokio lets a task do at one go.
async fn toil<T>() -> T {
    let (give, mut take) = mpsc::unbounded_channel();
    loop {
        let _ = give.send(());
        take.recv().await;
    }
}

async fn handler(_: Call) -> Result<()> {
    toil().await
}

fn fine(_: Call) -> Result<()> {
    Ok(())
}

#[tokio::test]
async fn a_busy_handler_meets_its_deadline_and_so_does_a_busy_gate() {
    let registry = registry()
        .default_deadline(Some(SHORT))
        .function(Function::new("handler", handler))
        .function(Function::new("gate", fine).gate(|_| toil()))
        .build()
        .unwrap();
    let server = Server::start(MizanLayer::new(registry)).await;
    let mut wire = server.connect().await;
    for function in ["handler", "gate"] {
        wire.write(wire_call(format!(r#"{{"fn":"{function}"}}"#)))
            .await;
        let answer = wire.answer().await.expect(function);
        assert_eq!(answer.code(), "TIMEOUT", "{function}");
        assert_eq!(answer.status, 504);
        lives(&mut wire).await;
    }
}

#[tokio::test]
async fn a_busy_host_and_a_busy_listener_hold_no_answer() {
    let registry = registry()
        .listener_timeout(Some(SHORT))
        .on_invalidate(|_| toil())
        .function(Function::new("change", fine).affects(super::ROOM))
        .function(Function::new("room", fine).context(super::ROOM))
        .build()
        .unwrap();
    let host = MizanLayer::builder(registry.clone())
        .identity_timeout(Some(SHORT))
        .host_user(|_| toil::<Result<Option<User>>>());
    let server = Server::start(host.build().unwrap()).await;
    let call = wire_call(r#"{"fn":"change"}"#);
    assert_eq!(server.exchange(&call).await.code(), "TIMEOUT");

    let server = Server::start(MizanLayer::new(registry)).await;
    let answer = server.exchange(&call).await;
    assert_eq!(answer.header("x-mizan-invalidate"), Some("room"));
    assert_eq!(answer.status, 200);
}
