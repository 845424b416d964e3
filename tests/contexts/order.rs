//! What runs when, and whose failure wins.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mizan::{Call, Code, Context, Error, Function, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use tokio::sync::Barrier;

use super::rig::{get, send};
use super::{builder, serve};

const PAGE: Context = Context::new("page");

#[tokio::test(start_paused = true)]
async fn members_run_at_the_same_time() {
    let barrier = Arc::new(Barrier::new(3));
    let meets = || {
        let barrier = Arc::clone(&barrier);
        move |_: Call| {
            let barrier = Arc::clone(&barrier);
            async move {
                barrier.wait().await;
                Ok(1)
            }
        }
    };
    let registry = builder()
        .function(Function::new("a", meets()).context(PAGE))
        .function(Function::new("b", meets()).context(PAGE))
        .function(Function::new("c", meets()).context(PAGE))
        .build()
        .unwrap();
    let read = tokio::time::timeout(Duration::from_secs(1), registry.read("page", &()));
    assert_eq!(
        read.await.unwrap().unwrap().value(),
        br#"{"a":1,"b":1,"c":1}"#
    );
}

/// A fixed sequence that looks like none.
fn shuffled(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_in_the_order_of_registration_wins_whatever_its_time() {
    for run in 0..1_000 {
        let mut next = shuffled(run);
        let members: Vec<(u64, bool)> = (0..6)
            .map(|_| (next() % 50, next().is_multiple_of(3)))
            .collect();
        let mut registry = builder();
        for (index, (delay, fails)) in members.iter().copied().enumerate() {
            // Names are not in the order of registration.
            let name = format!("m{}", (index * 5 + run as usize) % 6);
            registry = registry.function(
                Function::new(name, move |_: Call| async move {
                    if delay > 0 {
                        tokio::time::sleep(Duration::from_millis(delay)).await;
                    }
                    match fails {
                        true => Err(Error::not_found(format!("member {index}"))),
                        false => Ok(index),
                    }
                })
                .context(PAGE),
            );
        }
        let began = tokio::time::Instant::now();
        let read = registry.build().unwrap().read("page", &()).await;
        let expected = members.iter().position(|(_, fails)| *fails);
        match (read, expected) {
            (Ok(_), None) => {}
            (Err(error), Some(first)) => {
                assert_eq!(error.message(), format!("member {first}"), "run {run}");
                // As soon as it is known: when all before it have succeeded.
                let known = members[..=first].iter().map(|(delay, _)| *delay).max();
                assert_eq!(Some(began.elapsed().as_millis() as u64), known, "run {run}");
            }
            (read, expected) => panic!("run {run}: {read:?}, not {expected:?}"),
        }
    }
}

struct Flag(Arc<AtomicUsize>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn the_others_are_dropped_once_the_answer_is_known() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let hangs = || {
        let dropped = Arc::clone(&dropped);
        move |_: Call| {
            let flag = Flag(Arc::clone(&dropped));
            async move {
                let _flag = flag;
                std::future::pending::<Result<()>>().await
            }
        }
    };
    let fails = |_: Call| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Err::<(), _>(Error::not_found("first"))
    };
    let registry = builder()
        .function(Function::new("fails", fails).context(PAGE))
        .function(Function::new("hangs", hangs()).context(PAGE))
        .function(Function::new("hangs_too", hangs()).context(PAGE))
        .build()
        .unwrap();
    let error = registry.read("page", &()).await.unwrap_err();
    assert_eq!(error.message(), "first");
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
}

type Log = Arc<Mutex<Vec<String>>>;

/// An input that notes when it is read: what it notes is in its text.
#[derive(Serialize, JsonSchema)]
struct Noted {
    #[serde(default)]
    q: Option<String>,
}

static READ: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl<'de> Deserialize<'de> for Noted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Plain {
            #[serde(default)]
            q: Option<String>,
        }
        let Plain { q } = Plain::deserialize(deserializer)?;
        READ.lock().unwrap().push("input".to_owned());
        Ok(Self { q })
    }
}

#[tokio::test]
async fn all_gates_then_all_inputs_then_all_handlers() {
    let log: Log = Log::default();
    let mut registry = builder();
    for name in ["b", "a"] {
        let (gate, handler) = (Arc::clone(&log), Arc::clone(&log));
        let function = Function::new(name, move |_: Call, input: Noted| {
            // Every input was read by now, and none is read again.
            let read = READ.lock().unwrap().len();
            handler
                .lock()
                .unwrap()
                .push(format!("handler {name} after {read}"));
            async move { Ok(input.q) }
        })
        .gate(move |call| {
            let read = READ.lock().unwrap().len();
            gate.lock()
                .unwrap()
                .push(format!("gate {name} after {read}"));
            let refused = call.uri().query() == Some(&format!("refuse={name}"));
            async move { Ok(!refused) }
        })
        .context(PAGE);
        registry = registry.function(function);
    }
    let service = serve(registry);
    READ.lock().unwrap().clear();
    assert_eq!(send(&service, get("/ctx/page/?q=x")).await.status, 200);
    let expected = [
        "gate b after 0",
        "gate a after 0",
        "handler b after 2",
        "handler a after 2",
    ];
    assert_eq!(*log.lock().unwrap(), expected);
    assert_eq!(READ.lock().unwrap().len(), 2);

    // A gate of the last member comes before the input of the first.
    READ.lock().unwrap().clear();
    assert_eq!(send(&service, get("/ctx/page/?refuse=a")).await.status, 403);
    assert_eq!(READ.lock().unwrap().len(), 0);
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct First {
    one: i64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Second {
    two: i64,
}

#[tokio::test]
async fn an_input_that_is_wrong_comes_before_a_handler_that_fails() {
    static RAN: AtomicUsize = AtomicUsize::new(0);
    fn fails(_: Call) -> Result<()> {
        RAN.fetch_add(1, Ordering::SeqCst);
        Err(Error::internal("never"))
    }
    let registry = builder()
        .function(Function::new("z", fails).context(PAGE))
        .function(Function::new("y", |_: Call, input: First| Ok(input.one)).context(PAGE))
        .function(Function::new("x", |_: Call, input: Second| Ok(input.two)).context(PAGE));
    let service = serve(registry);
    for (query, field) in [("", "one"), ("one=x&two=x", "one"), ("one=1&two=01", "two")] {
        let answer = send(&service, get(&format!("/ctx/page/?{query}"))).await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (422, Code::Validation.as_str())
        );
        let fields = &answer.json()["details"]["fields"];
        // With that member's fields alone.
        assert_eq!(
            fields.as_object().unwrap().keys().collect::<Vec<_>>(),
            [field],
            "{query}"
        );
        assert_eq!(answer.header("x-mizan-instance"), None);
    }
    assert_eq!(RAN.load(Ordering::SeqCst), 0);
}
