//! The three demo applications as they are built, each with the same visit.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http::{Method, Request};
use mizan::{Entries, params};
use serde_json::{Value, json};

use crate::client::{Answer, Client};

struct Demo {
    process: Child,
    address: SocketAddr,
}

impl Demo {
    /// Starts an example that `cargo test` has built beside the tests.
    fn start(stack: &str) -> Self {
        let tests = std::env::current_exe().unwrap();
        let built = tests.parent().unwrap().parent().unwrap();
        let example = built.join("examples").join(stack);
        let mut process = Command::new(&example)
            .env("PORT", "0")
            .env("RUST_LOG", "warn")
            .env_remove("DATABASE")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "{error}: build `{}` first: cargo build --examples",
                    example.display()
                )
            });
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("it said {line:?}"));
        Self {
            address: address.parse().unwrap(),
            process,
        }
    }

    /// What ctrl-c does. The clients go on meanwhile, for a server waits for their connections.
    #[cfg(unix)]
    async fn interrupt(&mut self) -> std::process::ExitStatus {
        let sent = Command::new("kill")
            .args(["-INT", &self.process.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        for _ in 0..300 {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it did not end");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether a reader that holds this context answer has to let it go.
fn hits(answer: &Answer, context: &str, held: &mizan::Params) -> bool {
    let entries: Entries = answer
        .header("x-mizan-invalidate")
        .unwrap()
        .parse()
        .unwrap();
    entries.iter().any(|entry| entry.hits(context, held))
}

async fn login(client: &mut Client, user: &str) -> Answer {
    let request = Request::post("/login").header("content-type", "application/json");
    let credentials = json!({"user": user, "password": "demo"}).to_string();
    client.send(request, &credentials).await
}

async fn visit(stack: &str) {
    let mut demo = Demo::start(stack);
    let mut ada = Client::new(demo.address);
    let mut grace = Client::new(demo.address);

    // With the page that `make demo` builds or without it.
    assert_eq!(ada.get("/").await.status, 200);
    let page = ada.get("/plain").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains(&format!("Mizan on {stack}")));

    // Nobody is logged in.
    let global = ada.get("/api/mizan/ctx/global/").await;
    assert_eq!(global.json(), json!({"current_user": null}));
    assert_eq!(
        ada.get("/api/mizan/ctx/orders/?user_id=1").await.status,
        401
    );
    let profile = ada.call("user_profile", json!({"user_id": 1})).await;
    assert_eq!(profile.json()["result"]["name"], "Ada");

    let form = || Request::post("/login");
    let refused = ada.send(form(), "user=ada&password=nope").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.header("x-mizan-invalidate"), None);
    assert_eq!(refused.header("set-cookie"), None);

    // A plain route takes part in invalidation.
    let logged_in = ada.send(form(), "user=ada&password=de%6Do").await;
    assert_eq!(logged_in.status, 200);
    assert_eq!(
        logged_in.header("x-mizan-invalidate"),
        Some("global, notifications")
    );
    let cookie = logged_in.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let global = ada.get("/api/mizan/ctx/global/").await;
    assert_eq!(
        global.json()["current_user"],
        json!({"id": 1, "name": "Ada", "staff": false})
    );
    assert!(ada.get("/plain").await.text().contains("You are Ada."));

    // A session is its client's own, and a login ends the session before it.
    assert_eq!(login(&mut grace, "grace").await.status, 200);
    let global = grace.get("/api/mizan/ctx/global/").await;
    assert_eq!(global.json()["current_user"]["name"], "Grace");
    let before = cookie.to_owned();
    let again = login(&mut ada, "ada").await;
    assert_ne!(again.header("set-cookie").unwrap(), before);
    let old = Request::get("/api/mizan/ctx/notifications/")
        .header("cookie", before.split(';').next().unwrap());
    assert_eq!(Client::new(demo.address).send(old, "").await.status, 401);

    changes(&mut ada, &mut grace).await;
    origins(&mut ada, demo.address).await;

    let request = Request::get("/api/mizan/ctx/user/?user_id=1").header("accept-encoding", "gzip");
    let compressed = ada.send(request, "").await;
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert_eq!(compressed.gunzipped()["user_profile"]["avatar"], "🦊");

    let logged_out = ada
        .send(Request::post("/logout").header("accept", "text/html"), "")
        .await;
    assert_eq!(logged_out.status, 303);
    assert_eq!(
        logged_out.header("x-mizan-invalidate"),
        Some("global, notifications")
    );
    assert_eq!(ada.get("/api/mizan/ctx/notifications/").await.status, 401);

    let mut http2 = Client::http2(demo.address);
    let profile = http2.call("user_profile", json!({"user_id": 3})).await;
    assert_eq!(profile.json()["result"]["name"], "Linus");

    #[cfg(unix)]
    assert!(demo.interrupt().await.success());
}

/// What each mutation says that it changed, and what a context says after it.
async fn changes(ada: &mut Client, grace: &mut Client) {
    let orders = ada.get("/api/mizan/ctx/orders/?user_id=1").await;
    assert_eq!(
        orders.header("x-mizan-instance"),
        Some("orders;page=1;user_id=1")
    );
    let held = ada.get("/api/mizan/ctx/user/?user_id=1").await;
    assert_eq!(held.header("x-mizan-instance"), Some("user;user_id=1"));
    assert_eq!(held.json()["user_profile"]["avatar"], "🦉");

    let updated = ada.call("update_avatar", json!({"avatar": "🦊"})).await;
    assert_eq!(updated.header("x-mizan-invalidate"), Some("user;user_id=1"));
    assert_eq!(
        updated.json()["invalidate"],
        json!([{"context": "user", "params": {"user_id": 1}}])
    );
    assert!(hits(&updated, "user", &params! { "user_id": 1 }));
    assert!(!hits(&updated, "user", &params! { "user_id": 2 }));
    let read = ada.get("/api/mizan/ctx/user/?user_id=1").await;
    assert_eq!(read.json()["user_profile"]["avatar"], "🦊");

    let renaming = json!({"user_id": 1, "name": "<Ada>"});
    let renamed = grace.call("rename_user", renaming).await.json();
    assert_eq!(renamed["merge"][0]["slot"], "user_profile");
    assert_eq!(renamed["merge"][0]["value"]["name"], "<Ada>");
    assert_eq!(renamed["invalidate"], json!(["global"]));
    assert!(
        ada.get("/plain")
            .await
            .text()
            .contains("You are &lt;Ada&gt;.")
    );
    let foreign = ada.call("rename_user", json!({"user_id": 2, "name": "x"}));
    assert_eq!(foreign.await.status, 403);

    let ordered = ada.call("place_order", json!({"item": "Tea", "quantity": 2}));
    assert_eq!(
        ordered.await.header("x-mizan-invalidate"),
        Some("user;user_id=1, orders;user_id=1, notifications")
    );
    let unread = ada.get("/api/mizan/ctx/notifications/").await.json();
    assert_eq!(unread["unread"][0]["text"], "Ordered: 2 × Tea");
    let id = &unread["unread"][0]["id"];
    let marking = json!({"notification_id": id});
    assert_eq!(grace.call("mark_read", marking.clone()).await.status, 404);
    let marked = ada.call("mark_read", marking).await;
    assert_eq!(marked.header("x-mizan-invalidate"), Some("notifications"));
    let left = ada.get("/api/mizan/ctx/notifications/").await.json();
    let all: Vec<&Value> = left["unread"].as_array().unwrap().iter().collect();
    assert!(all.iter().all(|notification| notification["id"] != *id));
}

/// The demo's own pages and those of one other origin may use it.
async fn origins(ada: &mut Client, own: SocketAddr) {
    const OTHER: &str = "http://localhost:5173";
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/mizan/call/")
        .header("origin", OTHER)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let preflight = ada.send(preflight, "").await;
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-origin"), Some(OTHER));
    for (origin, status) in [
        (OTHER.to_owned(), 200),
        (format!("http://{own}"), 200),
        ("http://evil.example".to_owned(), 403),
    ] {
        let request = Request::post("/api/mizan/call/").header("origin", &origin);
        let answer = ada.send(request, r#"{"fn":"current_user"}"#).await;
        // poem's own CORS middleware says 401 to an origin that it does not know.
        let refused = status == 403 && answer.status == 401;
        assert!(answer.status == status || refused, "{origin}");
        if origin == OTHER {
            let exposed = answer.header("access-control-expose-headers").unwrap();
            for name in ["x-mizan-invalidate", "x-mizan-instance", "x-mizan-contract"] {
                assert!(exposed.contains(name));
            }
        }
    }
}

#[tokio::test]
async fn on_hyper() {
    visit("hyper").await;
}

#[tokio::test]
async fn on_axum() {
    visit("axum").await;
}

#[cfg(feature = "poem")]
#[tokio::test]
async fn on_poem() {
    visit("poem").await;
}
