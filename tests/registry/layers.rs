//! Tower layers around one function, and around all.

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mizan::{Auth, Call, Error, Function, MizanLayer, Registry, Reply, Result, Route, User};
use tower::layer::layer_fn;
use tower::limit::ConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::{BoxError, ServiceExt, service_fn};

use super::rig::{get, post, send};

const ONE: &str = r#"{"fn":"one","args":{}}"#;

#[derive(Clone)]
struct Tenant(&'static str);

fn one(call: Call) -> Result<String> {
    let tenant = call
        .extensions()
        .get::<Tenant>()
        .map_or("none", |tenant| tenant.0);
    let user = call.identity().map_or("nobody", User::id);
    Ok(format!("{user} of {tenant}"))
}

async fn hangs(_: Call) -> Result<()> {
    std::future::pending().await
}

type Order = Arc<Mutex<Vec<String>>>;

macro_rules! noting {
    ($order:expr, $name:literal) => {{
        let order = Order::clone($order);
        layer_fn(move |route: Route| {
            let order = Order::clone(&order);
            route.map_request(move |call: Call| {
                order
                    .lock()
                    .unwrap()
                    .push(format!("{} {}", $name, call.name()));
                call
            })
        })
    }};
}

#[tokio::test]
async fn the_layer_that_was_added_last_stands_outermost() {
    let order = Order::default();
    let gate = Order::clone(&order);
    let function = Function::new("one", one)
        .gate(move |_| {
            gate.lock().unwrap().push("gate".to_owned());
            ready(Ok(true))
        })
        .layer(noting!(&order, "inner"))
        .layer(noting!(&order, "outer"));
    let registry = Registry::builder()
        .function(function)
        .function(Function::new("two", one).local())
        .build()
        .unwrap();
    let service = MizanLayer::builder(registry.clone())
        .layer(noting!(&order, "stack inner"))
        .layer(noting!(&order, "stack outer"))
        .build()
        .unwrap()
        .into_service();
    send(&service, post(ONE)).await;
    let expected = [
        "stack outer one",
        "stack inner one",
        "gate",
        "outer one",
        "inner one",
    ];
    assert_eq!(*order.lock().unwrap(), expected);

    order.lock().unwrap().clear();
    send(&service, get("/ctx/two/")).await;
    assert_eq!(
        *order.lock().unwrap(),
        ["stack outer two", "stack inner two"]
    );

    order.lock().unwrap().clear();
    registry.call("one", &()).await.unwrap();
    assert_eq!(*order.lock().unwrap(), ["gate", "outer one", "inner one"]);
}

#[tokio::test(start_paused = true)]
async fn towers_own_errors_have_their_codes() {
    let second = Duration::from_secs(1);
    let registry = Registry::builder()
        .function(Function::new("slow", hangs).layer(TimeoutLayer::new(second)))
        .function(
            Function::new("full", one)
                .layer(ConcurrencyLimitLayer::new(0))
                .layer(LoadShedLayer::new()),
        )
        .function(Function::new("broken", one).layer(layer_fn(|_: Route| {
            service_fn(|_: Call| ready(Err::<Reply, BoxError>("secret of a layer".into())))
        })))
        .function(Function::new("carried", one).layer(layer_fn(|_: Route| {
            service_fn(|_: Call| ready(Err::<Reply, BoxError>(Error::not_found("gone").into())))
        })))
        .function(Function::new("one", one))
        .function(Function::new("hangs", hangs))
        .build()
        .unwrap();
    let stack = MizanLayer::builder(registry.clone())
        .layer(ConcurrencyLimitLayer::new(0))
        .layer(LoadShedLayer::new())
        .build()
        .unwrap();
    let timed = MizanLayer::builder(registry.clone()).layer(TimeoutLayer::new(second));
    let plain = MizanLayer::new(registry).into_service();
    for (service, name, status, code) in [
        (&plain, "slow", 504, "TIMEOUT"),
        (&plain, "full", 503, "OVERLOADED"),
        (&plain, "broken", 500, "INTERNAL_ERROR"),
        (&plain, "carried", 404, "NOT_FOUND"),
        (&stack.into_service(), "one", 503, "OVERLOADED"),
        (
            &timed.build().unwrap().into_service(),
            "hangs",
            504,
            "TIMEOUT",
        ),
    ] {
        let answer = send(service, post(format!(r#"{{"fn":"{name}","args":{{}}}}"#))).await;
        assert_eq!((answer.status, &*answer.code()), (status, code), "{name}");
        assert_eq!(answer.header("retry-after"), (status == 503).then_some("1"));
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    }
}

#[tokio::test]
async fn a_layer_answers_by_itself() {
    let short = || layer_fn(|_: Route| service_fn(|_: Call| ready(Reply::of("from a layer"))));
    let registry = Registry::builder()
        .function(
            Function::new("one", one)
                .layer(short())
                .auth(Auth::Required),
        )
        .function(Function::new("two", one))
        .build()
        .unwrap();
    let plain = MizanLayer::new(registry.clone()).into_service();
    assert_eq!(send(&plain, post(ONE)).await.status, 401);
    let user = registry
        .call("one", &())
        .user(User::new("7"))
        .await
        .unwrap();
    assert_eq!(user.json::<String>().unwrap(), "from a layer");
    let stack = MizanLayer::builder(registry)
        .layer(short())
        .build()
        .unwrap();
    let service = stack.into_service();
    for name in ["one", "two"] {
        let answer = send(&service, post(format!(r#"{{"fn":"{name}","args":{{}}}}"#))).await;
        assert_eq!(answer.json(), serde_json::json!({"result": "from a layer"}));
    }
}

#[tokio::test]
async fn a_layer_leaves_something_for_those_behind_it() {
    let knows = || {
        layer_fn(|route: Route| {
            route.map_request(|call: Call| {
                call.with_extension(Tenant("acme"))
                    .with_user(Some(User::new("7")))
            })
        })
    };
    let behind = |call: Call| async move { Ok(call.extensions().get::<Tenant>().is_some()) };
    let registry = Registry::builder()
        .function(Function::new("one", one).layer(knows()))
        .function(
            Function::new("guarded", one)
                .auth(Auth::Required)
                .gate(behind),
        )
        .function(
            Function::new("read", one)
                .auth(Auth::Required)
                .gate(behind)
                .local(),
        )
        .build()
        .unwrap();
    let alone = registry.call("one", &()).await.unwrap();
    assert_eq!(alone.json::<String>().unwrap(), "7 of acme");

    let stack = MizanLayer::builder(registry)
        .layer(knows())
        .build()
        .unwrap();
    let service = stack.into_service();
    for name in ["one", "guarded"] {
        let answer = send(&service, post(format!(r#"{{"fn":"{name}","args":{{}}}}"#))).await;
        assert_eq!(answer.json()["result"], "7 of acme");
    }
    let answer = send(&service, get("/ctx/read/")).await;
    assert_eq!(answer.json()["read"], "7 of acme");
}
