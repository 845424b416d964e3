//! Whoever takes for ever: clients, handlers, gates. Deadlines are short here, and no test looks
//! at the clock.

use std::future::pending;
use std::time::Duration;

use mizan::{Call, Function, MizanLayer, Result, User};

use super::rig::{Server, wire_call};
use super::{answers, lives, registry, serve};

const SHORT: Duration = Duration::from_millis(10);

async fn hangs(_: Call) -> Result<()> {
    pending().await
}

fn fine(_: Call) -> Result<()> {
    Ok(())
}

#[tokio::test]
async fn a_body_that_does_not_arrive() {
    let registry = registry().build().unwrap();
    let layer = MizanLayer::builder(registry).body_timeout(Some(SHORT));
    let server = Server::start(layer.build().unwrap()).await;
    let head = "POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n";
    for sent in ["", "{", r#"{"fn":"echo","args":"#] {
        let answer = server.exchange(format!("{head}{sent}")).await;
        assert_eq!((answer.status, &*answer.code()), (408, "BAD_REQUEST"));
        answers(&server).await;
    }
}

#[tokio::test]
async fn a_body_that_trickles_has_one_deadline_for_all_of_it() {
    let registry = registry().build().unwrap();
    let layer = MizanLayer::builder(registry).body_timeout(Some(SHORT));
    let server = Server::start(layer.build().unwrap()).await;
    let mut wire = server.connect().await;
    wire.write("POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n")
        .await;
    let trickle = async {
        loop {
            wire.write(" ").await;
            tokio::time::sleep(Duration::from_millis(2)).await;
            if let Some(Some(answer)) =
                futures_util::FutureExt::now_or_never(Box::pin(wire.answer()))
            {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(Duration::from_secs(30), trickle)
        .await
        .expect("an answer while bytes still come");
    assert_eq!(answer.status, 408);
    answers(&server).await;
}

#[tokio::test]
async fn handlers_and_gates_that_never_end() {
    let builder = registry()
        .default_deadline(Some(SHORT))
        .function(Function::new("by_default", hangs))
        .function(Function::new("its_own", hangs).deadline(Duration::from_millis(1)))
        .function(Function::new("gate", fine).gate(|_| pending()))
        .function(Function::new("reader", hangs).local())
        .function(
            Function::new("gated_reader", fine)
                .local()
                .gate(|_| pending()),
        );
    let server = serve(builder).await;
    let mut wire = server.connect().await;
    for function in ["by_default", "its_own", "gate"] {
        wire.write(wire_call(format!(r#"{{"fn":"{function}","args":{{}}}}"#)))
            .await;
        let answer = wire.answer().await.expect(function);
        assert_eq!(
            (answer.status, &*answer.code()),
            (504, "TIMEOUT"),
            "{function}"
        );
        lives(&mut wire).await;
    }
    for context in ["reader", "gated_reader"] {
        wire.write(format!(
            "GET /api/mizan/ctx/{context}/ HTTP/1.1\r\nhost: x\r\n\r\n"
        ))
        .await;
        let answer = wire.answer().await.expect(context);
        assert_eq!(
            (answer.status, &*answer.code()),
            (504, "TIMEOUT"),
            "{context}"
        );
        lives(&mut wire).await;
    }
}

#[tokio::test]
async fn a_host_that_never_says_who_is_calling() {
    let registry = registry().build().unwrap();
    let layer = MizanLayer::builder(registry)
        .identity_timeout(Some(SHORT))
        .host_user(|_| pending::<Result<Option<User>>>());
    let server = Server::start(layer.build().unwrap()).await;
    let mut wire = server.connect().await;
    for _ in 0..2 {
        wire.write(wire_call(super::ECHO)).await;
        let answer = wire.answer().await.expect("an answer");
        assert_eq!((answer.status, &*answer.code()), (504, "TIMEOUT"));
        // A body that was not read ends the connection or is skipped; either will do.
        wire = server.connect().await;
    }
}
