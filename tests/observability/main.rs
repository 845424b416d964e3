//! What an observer sees of calls, and what it never sees.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod failures;

#[path = "../support/ear.rs"]
mod ear;
#[path = "../support/rig.rs"]
mod rig;

use std::collections::BTreeMap;
use std::future::pending;
use std::time::Duration;

use ear::Log;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use mizan::identity::{JwtKeys, MwtKeys};
use mizan::{
    Call, Context, Error, Function, MizanLayer, MizanService, Registry, Result, User, params,
};
use rig::{body, get, post, send};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const ROOM: Context = Context::new("room").key("id");

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Say {
    id: String,
    text: String,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Key {
    id: String,
}

async fn say(call: Call, input: Say) -> Result<String> {
    call.invalidate(ROOM.at(params! { "id": input.id, "nowhere": "secret-param" }));
    match input.text.as_str() {
        "secret-panic" => panic!("a panic"),
        "secret-fail" => Err(Error::internal("a cause")),
        "secret-hang" => pending().await,
        "secret-none" => Err(Error::not_found("none")),
        text => Ok(text.to_owned()),
    }
}

fn read(_: Call, key: Key) -> Result<String> {
    Ok(key.id)
}

fn one(_: Call) -> Result<i64> {
    Ok(1)
}

fn service() -> MizanService {
    let registry = Registry::builder()
        .function(Function::new("read", read).context(ROOM))
        .function(Function::new("read_too", one).local())
        .function(
            Function::new("say", say)
                .affects(ROOM)
                .affects_params(|_, _, _| Err::<mizan::Params, _>(Error::not_found("none")))
                .deadline(Duration::from_millis(50)),
        )
        .build()
        .unwrap();
    let secret = "secret-key-of-at-least-32-bytes-0";
    MizanLayer::builder(registry)
        .mwt(MwtKeys::new().key("v1", secret))
        .jwt(JwtKeys::new().unnamed_key(secret))
        .build()
        .unwrap()
        .into_service()
}

fn of(text: &str) -> String {
    body("say", &json!({"id": "secret-id", "text": text}))
}

#[tokio::test(start_paused = true)]
async fn a_span_a_call_with_its_function_code_and_duration() {
    for (text, code) in [
        ("secret-text", "OK"),
        ("secret-none", "NOT_FOUND"),
        ("secret-fail", "INTERNAL_ERROR"),
        ("secret-panic", "INTERNAL_ERROR"),
        ("secret-hang", "TIMEOUT"),
    ] {
        let log = Log::listen();
        send(&service(), post(of(text))).await;
        let lines = log.lines();
        let spans: Vec<_> = lines
            .iter()
            .filter(|line| line.starts_with("span"))
            .collect();
        assert_eq!(spans, [r#"span mizan.call function="say""#], "{text}");
        assert!(
            lines.contains(&format!("record code={code:?}")),
            "{text}: {lines:?}"
        );
        let timed = lines
            .iter()
            .filter(|line| line.starts_with("record duration_us="));
        assert_eq!(timed.count(), 1, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_argument_and_no_token_is_ever_seen() {
    let log = Log::listen();
    let listening = async {
        let service = service();
        for text in [
            "secret-text",
            "secret-none",
            "secret-fail",
            "secret-panic",
            "secret-hang",
        ] {
            send(&service, post(of(text))).await;
        }
        for body in [
            r#"{"fn":"say","args":{"id":["secret-list"],"secret-member":1}}"#,
            r#"{"fn":"secret-function","args":{}}"#,
            r#"{"fn":"say","args":{"secret"#,
            "secret",
        ] {
            send(&service, post(body)).await;
        }
        send(&service, get("/ctx/room/?id=secret-id")).await;
        send(&service, get("/ctx/room/?secret-name=1")).await;
        send(&service, get("/ctx/secret-context/?a=b")).await;
        for (name, value) in [
            ("x-mizan-token", "secret.token.mwt"),
            ("authorization", "Bearer secret.token.jwt"),
            ("cookie", "session=secret-cookie"),
        ] {
            let mut request = post(of("secret-text"));
            request.headers_mut().insert(name, value.parse().unwrap());
            request.extensions_mut().insert(User::new("secret-user"));
            send(&service, request).await;
        }
    };
    listening.await;
    assert!(log.lines().len() > 20);
    let told: Vec<_> = log
        .lines()
        .into_iter()
        .filter(|line| line.contains("secret"))
        .collect();
    assert_eq!(told, [""; 0]);
}

#[tokio::test]
async fn a_context_has_a_span_a_member() {
    let log = Log::listen();
    let service = service();
    let reading = send(&service, get("/ctx/room/?id=secret-id"));
    assert_eq!(reading.await.status, 200);
    let spans = log
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("span"));
    assert_eq!(
        spans.collect::<Vec<_>>(),
        [r#"span mizan.call function="read""#]
    );
}

#[tokio::test]
async fn where_nobody_listens_there_is_no_span() {
    // Its ears are deaf here, and would say so if they were told of something.
    ear::install();
    for text in ["secret-text", "secret-fail"] {
        let answer = send(&service(), post(of(text))).await;
        assert!(answer.status == 200 || answer.status == 500);
    }
    let inside = Registry::builder()
        .function(Function::new("span", |_: Call| {
            Ok(tracing::Span::current().is_none())
        }))
        .build()
        .unwrap();
    let reply = inside.call("span", &()).await.unwrap();
    assert!(reply.json::<bool>().unwrap());
}

/// Counts, and how often a duration was recorded, by `name function code`.
fn snapshot(snapshotter: &Snapshotter) -> BTreeMap<String, u64> {
    let metrics = snapshotter.snapshot().into_vec();
    let told = metrics.into_iter().map(|(key, _, _, value)| {
        let key = key.key();
        let labels: BTreeMap<_, _> = key.labels().map(|l| (l.key(), l.value())).collect();
        assert_eq!(
            labels.keys().copied().collect::<Vec<_>>(),
            ["code", "function"]
        );
        let name = format!("{} {} {}", key.name(), labels["function"], labels["code"]);
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Histogram(taken) => {
                assert!(taken.iter().all(|seconds| seconds.is_sign_positive()));
                taken.len() as u64
            }
            DebugValue::Gauge(_) => panic!("no gauges"),
        };
        (name, count)
    });
    told.collect()
}

#[test]
fn calls_are_counted_and_timed_by_function_and_code() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let service = service();
            for text in [
                "a",
                "b",
                "secret-none",
                "secret-fail",
                "secret-panic",
                "secret-hang",
            ] {
                send(&service, post(of(text))).await;
            }
            send(&service, post(r#"{"fn":"say","args":{}}"#)).await;
            send(&service, post(r#"{"fn":"none","args":{}}"#)).await;
            send(&service, get("/ctx/room/?id=a")).await;
        });
    });
    let expected = [
        ("read OK", 1),
        ("say INTERNAL_ERROR", 2),
        ("say NOT_FOUND", 1),
        ("say OK", 2),
        ("say TIMEOUT", 1),
        ("say VALIDATION_ERROR", 1),
    ];
    let names = ["mizan_call_duration_seconds", "mizan_calls_total"];
    let expected: BTreeMap<String, u64> = names
        .iter()
        .flat_map(|name| expected.map(|(of, count)| (format!("{name} {of}"), count)))
        .collect();
    assert_eq!(snapshot(&snapshotter), expected);
}
