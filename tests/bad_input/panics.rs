//! Code of the application that panics, wherever Mizan calls it: the answer is a 500 that says
//! nothing, or is unharmed, and the connection lives.

use std::borrow::Cow;
use std::panic::panic_any;

use mizan::{Call, Context, Function, MizanLayer, Params, Result, User, params};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;

use super::rig::{Server, wire_call};
use super::{Text, lives, registry};

const ROOM: Context = Context::new("room").key("text");

struct Bomb;

impl<'de> Deserialize<'de> for Bomb {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("secret of the input")
    }
}

impl Serialize for Bomb {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("secret of the output")
    }
}

impl JsonSchema for Bomb {
    fn schema_name() -> Cow<'static, str> {
        "Bomb".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "object"})
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Armed {
    #[serde(default)]
    bomb: Option<Bomb>,
}

/// Explodes when it is let go of before it was disarmed, as a handler's state may.
struct OnDrop;

impl Drop for OnDrop {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("secret of a destructor");
        }
    }
}

fn sync(_: Call) -> Result<()> {
    panic!("secret of a sync handler")
}

fn odd(_: Call) -> Result<()> {
    panic_any(7_u8)
}

async fn early(_: Call) -> Result<()> {
    panic!("secret before an await")
}

async fn late(_: Call) -> Result<()> {
    tokio::task::yield_now().await;
    panic!("secret after an await")
}

fn before_the_future(_: Call) -> impl Future<Output = Result<()>> + Send {
    if true {
        panic!("secret before the future");
    }
    std::future::ready(Ok(()))
}

async fn at_the_deadline(_: Call) -> Result<()> {
    let _bomb = OnDrop;
    std::future::pending().await
}

fn takes_bomb(_: Call, _: Armed) -> Result<()> {
    Ok(())
}

fn gives_bomb(_: Call) -> Result<Armed> {
    Ok(Armed { bomb: Some(Bomb) })
}

async fn gives_bomb_late(_: Call) -> Result<Armed> {
    tokio::task::yield_now().await;
    Ok(Armed { bomb: Some(Bomb) })
}

fn fine(_: Call) -> Result<()> {
    Ok(())
}

fn say(_: Call, _: Text) -> Result<()> {
    Ok(())
}

fn read(_: Call, input: Text) -> Result<String> {
    Ok(input.text)
}

async fn server() -> Server {
    let registry = registry()
        .function(Function::new("sync", sync))
        .function(Function::new("odd", odd))
        .function(Function::new("early", early))
        .function(Function::new("late", late))
        .function(Function::new("before_the_future", before_the_future))
        .function(
            Function::new("at_the_deadline", at_the_deadline)
                .deadline(std::time::Duration::from_millis(5)),
        )
        .function(Function::new("takes_bomb", takes_bomb))
        .function(Function::new("gives_bomb", gives_bomb))
        .function(Function::new("gives_bomb_late", gives_bomb_late))
        .function(Function::new("gate", fine).gate(|_| async { panic!("secret of a gate") }))
        .function(
            Function::new("gate_at_once", fine)
                .gate(|_| -> std::future::Ready<Result<bool>> { panic!("secret of a gate") }),
        )
        .function(Function::new("read", read).context(ROOM))
        .function(Function::new("bomb_reader", takes_bomb).context(Context::new("armed")))
        .function(Function::new("say", say).affects(ROOM))
        .function(
            Function::new("scopes", say)
                .affects(ROOM)
                .affects_params(|_, _, _| -> Result<Params> { panic!("secret of the scopes") }),
        )
        .function(
            Function::new("scopes_late", say)
                .affects(ROOM)
                .affects_params_async(|_, _, _| {
                    Box::pin(async {
                        tokio::task::yield_now().await;
                        if true {
                            panic!("secret of the scopes");
                        }
                        Ok(params! { "text": "a" })
                    })
                }),
        )
        .function(
            Function::new("scopes_at_once", say)
                .affects(ROOM)
                .affects_params_async(
                    |_, _, _| -> futures_util::future::BoxFuture<'_, Result<Params>> {
                        panic!("secret of the scopes")
                    },
                ),
        )
        .on_invalidate(|_| async { panic!("secret of a listener") })
        .on_invalidate(|_| -> std::future::Ready<()> { panic_any(3_i32) });
    Server::start(MizanLayer::new(registry.build().unwrap())).await
}

#[tokio::test]
async fn a_panic_answers_500_and_says_nothing() {
    let server = server().await;
    let mut wire = server.connect().await;
    for function in [
        "sync",
        "odd",
        "early",
        "late",
        "before_the_future",
        "at_the_deadline",
        "gives_bomb",
        "gives_bomb_late",
        "gate",
        "gate_at_once",
    ] {
        wire.write(wire_call(format!(r#"{{"fn":"{function}","args":{{}}}}"#)))
            .await;
        let answer = wire.answer().await.expect(function);
        assert_eq!(
            answer.json(),
            json!({"error": true, "code": "INTERNAL_ERROR", "message": "An internal error occurred"}),
            "{function}"
        );
        assert_eq!(answer.status, 500, "{function}");
        lives(&mut wire).await;
    }
}

#[tokio::test]
async fn an_input_that_panics_while_it_is_read() {
    let server = server().await;
    let mut wire = server.connect().await;
    wire.write(wire_call(r#"{"fn":"takes_bomb","args":{"bomb":1}}"#))
        .await;
    let answer = wire.answer().await.unwrap();
    assert_eq!((answer.status, &*answer.code()), (500, "INTERNAL_ERROR"));
    lives(&mut wire).await;
    wire.write("GET /api/mizan/ctx/armed/?bomb=1 HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    let answer = wire.answer().await.unwrap();
    assert_eq!((answer.status, &*answer.code()), (500, "INTERNAL_ERROR"));
    lives(&mut wire).await;
}

#[tokio::test]
async fn scopes_and_listeners_that_panic_leave_the_answer_unharmed() {
    let server = server().await;
    let mut wire = server.connect().await;
    for (function, entries) in [
        ("say", "room;text=a"),
        ("scopes", "room"),
        ("scopes_late", "room"),
        ("scopes_at_once", "room"),
    ] {
        let body = format!(r#"{{"fn":"{function}","args":{{"text":"a"}}}}"#);
        wire.write(wire_call(body)).await;
        let answer = wire.answer().await.expect(function);
        assert_eq!(answer.status, 200, "{function}");
        assert_eq!(answer.json()["result"], json!(null));
        assert_eq!(
            answer.header("x-mizan-invalidate"),
            Some(entries),
            "{function}"
        );
        lives(&mut wire).await;
    }
}

#[tokio::test]
async fn finding_the_caller_may_panic_where_it_begins_and_where_it_goes_on() {
    for late in [false, true] {
        let registry = registry().build().unwrap();
        let layer = MizanLayer::builder(registry)
            .host_user(move |head| {
                let panics = head.headers.contains_key("x-panic");
                assert!(late || !panics, "secret of the host");
                async move {
                    assert!(!panics, "secret of the host");
                    Ok(None::<User>)
                }
            })
            .build()
            .unwrap();
        let server = Server::start(layer).await;
        let mut wire = server.connect().await;
        let head = "GET /api/mizan/ctx/none/ HTTP/1.1\r\nhost: x\r\nx-panic: 1\r\n\r\n";
        wire.write(head).await;
        let answer = wire.answer().await.expect("an answer");
        assert_eq!((answer.status, &*answer.code()), (500, "INTERNAL_ERROR"));
        lives(&mut wire).await;
    }
}
