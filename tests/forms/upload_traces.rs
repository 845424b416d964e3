//! Nothing of an upload is left behind, however it ends: no name in the directory of temporary
//! files, and no descriptor.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::time::{Duration, Instant};

use garde::Validate;
use mizan::form::{Form, Invalid};
use mizan::upload::{Upload, Uploads};
use mizan::{Call, Error, Function, MizanLayer, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use tempfile::TempDir;

use crate::multipart::{Body, head, request, send, servers};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Input {
    how: String,
    photo: Upload,
    #[serde(default)]
    #[expect(dead_code, reason = "only that they are held counts")]
    papers: Vec<Upload>,
}

async fn end(_: Call, input: Input) -> Result<()> {
    assert_eq!(input.photo.bytes(1 << 20).await?.len(), LARGE.len());
    match input.how.as_str() {
        "panic" => panic!("as asked"),
        "refuse" => Err(Invalid::new("no", "No").into()),
        "fail" => Err(Error::internal("as asked")),
        "hang" => std::future::pending().await,
        _ => Ok(()),
    }
}

static LARGE: [u8; 600_000] = [7; 600_000];

fn registry(directory: &Path) -> Registry {
    let uploads = Uploads::new().directory(directory).max_files(2);
    let form = Form::new("album", end)
        .check("how", |_: Call, how: String| match how.as_str() {
            "bad" => Err(Invalid::new("bad", "Bad").into()),
            "check panics" => panic!("as asked"),
            _ => Ok(()),
        })
        .deadline(Duration::from_millis(200))
        .uploads(uploads);
    Registry::builder()
        .form(form)
        .function(Function::new("plain", end).deadline(Duration::from_millis(200)))
        .build()
        .unwrap()
}

/// A directory of its own, which tells its open files from those of other tests.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Names that stand in it, and descriptors of files that were made in it.
    fn traces(&self) -> (usize, usize) {
        let names = std::fs::read_dir(self.0.path()).unwrap().count();
        let open = std::fs::read_dir("/proc/self/fd").unwrap();
        let open = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        let open = open.filter(|target| target.starts_with(self.0.path()));
        (names, open.count())
    }

    /// Waits until there are as many descriptors.
    async fn wait_for(&self, open: impl Fn(usize) -> bool, about: &str) {
        let started = Instant::now();
        loop {
            let (names, found) = self.traces();
            assert_eq!(names, 0, "{about}: a file has a name");
            if open(found) {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "{about}: {found} files are open"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn assert_empty(&self, about: &str) {
        self.wait_for(|open| open == 0, about).await;
    }

    fn layer(&self) -> MizanLayer {
        let mount = Uploads::new().directory(self.0.path());
        let layer = MizanLayer::builder(registry(self.0.path())).uploads(mount);
        layer.build().unwrap()
    }
}

fn files(body: Body, how: &str) -> Body {
    body.text("how", how)
        .file("photo", "p", "a/b", &LARGE)
        .file("papers", "q", "a/b", &LARGE)
}

#[tokio::test]
async fn after_an_answer_of_any_kind() {
    let place = Place::new();
    for server in servers(|| place.layer()).await {
        for function in ["album.submit", "plain"] {
            for (how, status) in [
                ("ok", 200),
                ("panic", 500),
                ("fail", 500),
                ("hang", 504),
                ("refuse", if function == "plain" { 422 } else { 200 }),
            ] {
                let first = files(Body::of(function), how);
                let last = files(Body::default(), how).text("fn", function);
                for body in [first, last] {
                    let answer = send(&server, body).await;
                    assert_eq!(answer.status, status, "{function} {how}");
                    place.assert_empty(how).await;
                }
            }
        }
        for (how, status) in [("bad", 200), ("check panics", 500), ("", 200)] {
            let answer = send(&server, files(Body::of("album.submit"), how)).await;
            assert_eq!(answer.status, status, "{how}");
            place.assert_empty(how).await;
        }
        // Refused for what came behind it.
        let many = files(Body::of("album.submit"), "ok").file("papers", "q", "a/b", b"x");
        assert_eq!(send(&server, many).await.status, 200);
        place.assert_empty("too many files").await;
        let twice = files(Body::of("album.submit"), "ok").text("fn", "plain");
        assert_eq!(send(&server, twice).await.status, 400);
        place.assert_empty("a function named twice").await;
        let nobody = files(Body::default(), "ok");
        assert_eq!(send(&server, nobody).await.status, 400);
        place.assert_empty("no function").await;
        let unknown = files(Body::default(), "ok").text("fn", "nope");
        assert_eq!(send(&server, unknown).await.status, 404);
        place.assert_empty("an unknown function").await;
    }
}

/// Where the test can see that it looks at the right place.
#[tokio::test]
async fn files_are_there_while_they_are_needed() {
    let place = Place::new();
    for server in servers(|| place.layer()).await {
        for body in [
            files(Body::of("album.submit"), "ok"),
            files(Body::default(), "ok").text("fn", "album.submit"),
        ] {
            let bytes = request("/call/", body);
            let (begun, rest) = bytes.split_at(bytes.len() - 1000);
            let mut wire = server.connect().await;
            wire.write(begun).await;
            place.wait_for(|open| open >= 2, "in mid-upload").await;
            wire.write(rest).await;
            let answer = wire.answer().await.expect("an answer");
            assert_eq!(
                answer.json()["result"]["success"],
                true,
                "{}",
                answer.json()
            );
            place.assert_empty("after the answer").await;
        }
    }
}

#[tokio::test]
async fn after_a_client_that_vanished() {
    let place = Place::new();
    for server in servers(|| place.layer()).await {
        let mounted = files(Body::default(), "ok");
        for (about, body) in [
            ("of a known function", files(Body::of("album.submit"), "ok")),
            ("of a plain function", files(Body::of("plain"), "ok")),
            ("before it named the function", mounted),
        ] {
            let mut wire = server.connect().await;
            wire.write(head("/call/", 5_000_000, "")).await;
            wire.write(body.open()).await;
            place.wait_for(|open| open >= 1, about).await;
            drop(wire);
            place.assert_empty(about).await;
        }
        // One that only stops to send hears that the body broke off, if it hears anything.
        let mut wire = server.connect().await;
        wire.write(head("/call/", 5_000_000, "")).await;
        wire.write(files(Body::of("plain"), "ok").open()).await;
        place.wait_for(|open| open >= 1, "half").await;
        wire.close_half().await;
        if let Some(answer) = wire.answer().await {
            assert_eq!(answer.status, 400);
        }
        drop(wire);
        place.assert_empty("a half-closed connection").await;
    }
}

/// A client that vanishes while the handler runs takes its files along. poem's server goes on with
/// a handler that nobody waits for; there the deadline ends it.
#[tokio::test]
async fn after_a_client_that_did_not_wait() {
    let place = Place::new();
    let form = Form::new("album", async |_: Call, input: Input| -> Result<()> {
        let _held = input;
        std::future::pending().await
    });
    let uploads = Uploads::new().directory(place.0.path());
    let registry = crate::only(form.no_deadline().uploads(uploads));
    let [hyper, axum, _] = servers(|| MizanLayer::new(registry.clone())).await;
    for (name, server) in [("hyper", hyper), ("axum", axum)] {
        let mut wire = server.connect().await;
        wire.write(request("/call/", files(Body::of("album.submit"), "x")))
            .await;
        place.wait_for(|open| open == 2, "in the handler").await;
        drop(wire);
        place
            .assert_empty(&format!("nobody waits for {name}"))
            .await;
    }
}
