//! What the log says of calls that fail, and what observers see of those that nobody waits for.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{IntoFuture, pending, ready};
use std::time::Duration;

use futures_util::FutureExt;
use metrics_util::debugging::DebuggingRecorder;
use mizan::{Call, Error, Function, MizanLayer, MizanService, Registry, Result, User};
use tower::ServiceExt;
use tower::limit::ConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;

use super::ear::Log;
use super::rig::{post, send};
use super::snapshot;

/// An error with others behind it.
#[derive(Debug)]
struct Because(&'static str, Option<Box<Because>>);

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Because {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&**self.1.as_ref()?)
    }
}

fn because() -> Because {
    let refused = Because("connection refused", None);
    let query = Because("the query failed", Some(Box::new(refused)));
    Because("the order was not saved", Some(Box::new(query)))
}

fn fine(_: Call) -> Result<()> {
    Ok(())
}

async fn hangs(_: Call) -> Result<()> {
    pending().await
}

fn registry() -> Registry {
    Registry::builder()
        .function(Function::new("fails", |_: Call| {
            Err::<(), _>(because().into())
        }))
        .function(
            Function::new("gate_fails", fine).gate(|_| ready(Err(Error::internal(because())))),
        )
        .function(Function::new("gate_hangs", fine).gate(|_| pending()))
        .function(Function::new("hangs", hangs).deadline(Duration::from_secs(1)))
        .function(
            Function::new("full", fine)
                .layer(ConcurrencyLimitLayer::new(0))
                .layer(LoadShedLayer::new()),
        )
        .function(Function::new("refuses", |_: Call| {
            Err::<(), _>(Error::not_found("nothing"))
        }))
        .build()
        .unwrap()
}

/// What is logged as an error while this function is called.
async fn errors(service: &MizanService, function: &str, status: u16) -> Vec<String> {
    let log = Log::listen();
    let answer = send(service, post(format!(r#"{{"fn":"{function}"}}"#))).await;
    assert_eq!(answer.status, status, "{function}");
    let mut lines = log.lines();
    lines.retain(|line| line.starts_with("ERROR"));
    lines
}

#[tokio::test(start_paused = true)]
async fn an_error_is_logged_once_with_what_is_behind_it() {
    const CHAIN: &str = "the order was not saved: the query failed: connection refused";
    let service = MizanService::new(registry());
    for (function, status, parts) in [
        (
            "fails",
            500,
            vec![r#"function="fails""#, "INTERNAL_ERROR", CHAIN],
        ),
        ("gate_fails", 500, vec!["INTERNAL_ERROR", CHAIN]),
        (
            "gate_hangs",
            504,
            vec!["TIMEOUT", "cause=\"a gate took too long\""],
        ),
        (
            "hangs",
            504,
            vec![
                r#"function="hangs""#,
                "TIMEOUT",
                "the handler took too long",
            ],
        ),
    ] {
        let lines = errors(&service, function, status).await;
        assert_eq!(lines.len(), 1, "{function}: {lines:?}");
        for part in parts {
            assert!(lines[0].contains(part), "{part}: {lines:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_hangs_is_logged() {
    let layer = MizanLayer::builder(registry()).host_user(|_| pending::<Result<Option<User>>>());
    let service = layer.build().unwrap().into_service();
    let lines = errors(&service, "fails", 504).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("finding the caller took too long"));
}

#[tokio::test]
async fn shed_load_and_refusals_are_no_errors_of_the_server() {
    let plain = MizanService::new(registry());
    let full = MizanLayer::builder(registry())
        .layer(ConcurrencyLimitLayer::new(0))
        .layer(LoadShedLayer::new());
    let full = full.build().unwrap().into_service();
    for (service, function, status) in [
        (&plain, "full", 503),
        (&full, "fails", 503),
        (&plain, "refuses", 404),
    ] {
        assert_eq!(errors(service, function, status).await, [""; 0]);
    }
}

/// Begins a call in each way there is, and goes away.
fn go_away() {
    let request = post(r#"{"fn":"hangs"}"#);
    let mut over_http = Box::pin(MizanService::new(registry()).oneshot(request));
    assert!((&mut over_http).now_or_never().is_none());
    let mut within = registry().call("hangs", &()).into_future();
    assert!((&mut within).now_or_never().is_none());
}

#[tokio::test]
async fn the_span_of_a_call_that_was_dropped() {
    let log = Log::listen();
    go_away();
    let lines = log.lines();
    let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!(count(r#"span mizan.call function="hangs""#), 2, "{lines:?}");
    assert_eq!(count(r#"record code="DROPPED""#), 2, "{lines:?}");
    assert_eq!(count("record duration_us="), 2, "{lines:?}");
    assert_eq!(count("ERROR"), 0, "{lines:?}");
}

#[test]
fn a_call_that_was_dropped_is_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async { go_away() });
    });
    let names = ["mizan_call_duration_seconds", "mizan_calls_total"];
    let expected = names.map(|name| (format!("{name} hangs DROPPED"), 2));
    assert_eq!(snapshot(&snapshotter), BTreeMap::from(expected));
}
