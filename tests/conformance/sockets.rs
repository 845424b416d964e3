//! The given WebSocket vectors, replayed in the order of their file, each on a connection of its
//! own.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::HeaderValue;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::support::json::same;
use crate::support::process::{Server, Stack};

const WS: &str = include_str!("../vectors/ws.jsonl");
const ALL: usize = 17;
const PATIENCE: Duration = Duration::from_secs(10);

/// How a received frame is compared with the one in a vector.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Exact,
    Code,
    Fields,
    Error,
}

impl Rule {
    /// The rule of a vector for one of its steps.
    fn of(name: &str, is_last: bool) -> Self {
        match name {
            "exact" => Rule::Exact,
            "code" => Rule::Code,
            "fields" => Rule::Fields,
            "error" => Rule::Error,
            "error-last" if is_last => Rule::Error,
            "error-last" => Rule::Exact,
            other => panic!("the rule {other}"),
        }
    }

    fn holds(self, wanted: &Value, found: &Value) -> bool {
        let failed = |code: &Value| {
            found["ok"] == false
                && same(&found["id"], &wanted["id"])
                && found["error"]["code"] == *code
                && found["error"]["message"].is_string()
        };
        match self {
            Rule::Exact => same(wanted, found),
            Rule::Code => failed(&wanted["error"]["code"]),
            Rule::Fields => {
                let paths = |frame: &Value| {
                    let fields = frame["error"]["details"]["fields"].as_object();
                    let mut paths: Vec<_> = fields.into_iter().flatten().collect::<Vec<_>>();
                    paths.retain(|(_, texts)| texts.as_array().is_some_and(|all| !all.is_empty()));
                    let paths = paths.into_iter().map(|(path, _)| path.clone());
                    paths.collect::<std::collections::BTreeSet<_>>()
                };
                failed(&"VALIDATION_ERROR".into()) && paths(found) == paths(wanted)
            }
            Rule::Error => {
                found["error"].is_string() && found.get("channel") == wanted.get("channel")
            }
        }
    }
}

struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn open(server: &Server, token: Option<&str>) -> Self {
        let stream = TcpStream::connect(server.addr).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let uri = format!("ws://{}/api/mizan/ws/", server.addr);
        let mut request = uri.into_client_request().unwrap();
        if let Some(token) = token {
            let bearer = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
            request.headers_mut().insert("authorization", bearer);
        }
        Self(client_async(request, stream).await.unwrap().0)
    }

    async fn receive(&mut self) -> Value {
        loop {
            let message = timeout(PATIENCE, self.0.next()).await.expect("no frame");
            match message.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// What came although nothing was to come.
    async fn rest(&mut self) -> Option<Message> {
        let nonsense = Message::text(r#"{"action":"rest"}"#);
        self.0.send(nonsense).await.unwrap();
        let answer = self.receive().await;
        let last = answer["error"] == "Unknown action: rest";
        (!last).then(|| Message::text(answer.to_string()))
    }
}

async fn replay(server: &Server, vector: &Value) -> Result<(), String> {
    let mut socket = Socket::open(server, vector["token"].as_str()).await;
    let steps = vector["steps"].as_array().unwrap();
    for (nth, step) in steps.iter().enumerate() {
        let rule = Rule::of(vector["match"].as_str().unwrap(), nth + 1 == steps.len());
        let frame = Message::text(step["send"].to_string());
        socket.0.send(frame).await.unwrap();
        for wanted in step["receive"].as_array().unwrap() {
            let found = socket.receive().await;
            if !rule.holds(wanted, &found) {
                return Err(format!("{found} instead of {wanted}"));
            }
        }
    }
    match socket.rest().await {
        Some(more) => Err(format!("{more} instead of nothing")),
        None => Ok(()),
    }
}

#[tokio::test]
async fn replayed_on_every_stack() {
    for stack in Stack::ALL {
        let server = Server::conformance(stack);
        let mut replayed = 0;
        for line in WS.lines() {
            let vector: Value = serde_json::from_str(line).unwrap();
            if let Err(difference) = replay(&server, &vector).await {
                panic!("[{}] {}: {difference}", stack.name(), vector["id"]);
            }
            replayed += 1;
        }
        assert_eq!(replayed, ALL);
    }
}

/// Rooms `boom` and `silent`, which no vector asks for.
#[tokio::test]
async fn the_rest_of_the_channels() {
    for stack in Stack::ALL {
        let server = Server::conformance(stack);
        let (mut first, mut second) = (
            Socket::open(&server, None).await,
            Socket::open(&server, None).await,
        );
        let frame = |text: &str| Message::text(text.to_owned());
        let boom = r#"{"action":"subscribe","channel":"chat","params":{"room":"boom"}}"#;
        first.0.send(frame(boom)).await.unwrap();
        assert_eq!(first.receive().await["error"], "Authorization failed");
        for socket in [&mut first, &mut second] {
            let here = r#"{"action":"subscribe","channel":"chat","params":{"room":"here"}}"#;
            socket.0.send(frame(here)).await.unwrap();
            assert_eq!(socket.receive().await["subscribed"], true);
        }
        for text in ["silent", "loud"] {
            let say = format!(
                r#"{{"action":"message","channel":"chat","params":{{"room":"here"}},"data":{{"text":"{text}"}}}}"#
            );
            first.0.send(frame(&say)).await.unwrap();
        }
        for socket in [&mut first, &mut second] {
            assert_eq!(socket.receive().await["data"]["text"], "loud");
        }
        let feed = r#"{"action":"subscribe","channel":"feed"}"#;
        first.0.send(frame(feed)).await.unwrap();
        assert_eq!(first.receive().await["subscribed"], true);
        let say = r#"{"action":"message","channel":"feed","params":{},"data":{"text":"x"}}"#;
        first.0.send(frame(say)).await.unwrap();
        let refused = first.receive().await;
        assert_eq!(refused["error"], "Channel feed does not accept messages");
    }
}

/// The rules can fail.
#[test]
fn rules() {
    use serde_json::json;

    let failed =
        |code: &str| json!({ "id": "1", "ok": false, "error": { "code": code, "message": "x" } });
    assert!(Rule::Code.holds(&failed("A"), &failed("A")));
    assert!(!Rule::Code.holds(&failed("A"), &failed("B")));
    assert!(!Rule::Code.holds(&failed("A"), &json!({ "id": "1", "ok": true })));
    assert!(Rule::Exact.holds(&json!({ "a": 2 }), &json!({ "a": 2.0 })));
    assert!(!Rule::Exact.holds(&json!({ "a": 2 }), &json!({ "a": 2, "b": 1 })));
    let error = json!({ "error": "x", "channel": "chat" });
    assert!(Rule::Error.holds(&error, &json!({ "error": "y", "channel": "chat" })));
    assert!(!Rule::Error.holds(&error, &json!({ "error": "y" })));
    assert!(!Rule::Error.holds(&error, &json!({ "channel": "chat" })));
    let fields = |path: &str| {
        json!({ "id": "1", "ok": false, "error": {
            "code": "VALIDATION_ERROR", "message": "x", "details": { "fields": { path: ["y"] } },
        } })
    };
    assert!(Rule::Fields.holds(&fields("a"), &fields("a")));
    assert!(!Rule::Fields.holds(&fields("a"), &fields("b")));
}
