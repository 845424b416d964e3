//! The given vectors, replayed in the order of their file.

use serde_json::{Map, Value};

use crate::matching::{Match, compare};
use crate::support::client::Client;
use crate::support::process::{Server, Stack};
use crate::support::request::Request;

const HTTP: &str = include_str!("../vectors/http.jsonl");
const ALL: usize = 87;

/// One line of `http.jsonl`.
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) request: Request,
    pub(crate) status: u16,
    pub(crate) headers: Map<String, Value>,
    pub(crate) body: Value,
    pub(crate) matching: Match,
}

impl Vector {
    pub(crate) fn read(line: &str) -> Self {
        let vector: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let (method, path) = (text("method"), text("path"));
        let expect = &vector["expect"];
        Self {
            id: text("id"),
            request: request(&vector, &method, &path),
            status: expect["status"].as_u64().unwrap().try_into().unwrap(),
            headers: expect["headers"].as_object().unwrap().clone(),
            body: expect["body"].clone(),
            matching: Match::named(&text("match")),
        }
    }
}

fn request(vector: &Value, method: &str, path: &str) -> Request {
    let mut request = Request::new(method, path);
    for (name, value) in vector["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    let json = vector.get("json").map(Value::to_string);
    let raw = vector
        .get("raw")
        .map(|raw| raw.as_str().unwrap().to_owned());
    if let Some(fields) = vector.get("multipart") {
        return multipart(request, fields.as_object().unwrap());
    }
    match json.or(raw) {
        Some(body) if method != "GET" => request
            .header("content-type", "application/json")
            .body(body),
        _ => request,
    }
}

/// `fn` goes first, as clients send it (protocol section 5).
fn multipart(request: Request, fields: &Map<String, Value>) -> Request {
    const BOUNDARY: &str = "----mizan-vectors";
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| *name != "fn");
    let mut body = String::new();
    for (name, value) in fields {
        let value = value.as_str().unwrap();
        body += &format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    request.header("content-type", content_type).body(body)
}

/// What has to be true before a replay says anything: no line is lost on the way.
fn vectors() -> Vec<Vector> {
    let vectors: Vec<_> = HTTP.lines().map(Vector::read).collect();
    assert_eq!(vectors.len(), ALL);
    vectors
}

async fn replay(client: &mut Client) {
    let mut replayed = 0;
    let mut failures = Vec::new();
    for vector in vectors() {
        let answer = client.send(vector.request.clone()).await;
        if let Err(difference) = compare(&vector, &answer) {
            failures.push(format!("{}: {difference}\n  {answer}", vector.id));
        }
        replayed += 1;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(replayed, ALL);
}

#[tokio::test]
async fn replayed_on_every_stack() {
    crate::on_every_stack(replay).await;
}

#[tokio::test]
async fn replayed_over_http2() {
    // poem's server speaks HTTP/2 only where a feature of poem's asks for it.
    for stack in [Stack::Hyper, Stack::Axum] {
        let server = Server::conformance(stack);
        let label = format!("{} over HTTP/2", stack.name());
        replay(&mut Client::http2(server.addr, &label)).await;
    }
}
