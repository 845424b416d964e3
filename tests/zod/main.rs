//! The schemas of `zod.ts` held against the server: inputs of every kind, valid and nearly so, are
//! sent to it over HTTP and judged in the page's terms by Node, and the verdicts have to be equal.
//!
//! What is sent is made from the registry's representation by `client/test/zod`, which needs
//! `client/node_modules`. `MIZAN_ZOD_SEED` and `MIZAN_ZOD_CASES` make it something else, or more.

// The whole crate is test code, helpers included.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../examples/conformance/contexts.rs"]
mod contexts;
#[path = "../../examples/conformance/forms.rs"]
mod forms;
#[path = "../../examples/conformance/functions/mod.rs"]
mod functions;
#[path = "../../examples/conformance/identity.rs"]
#[expect(dead_code, reason = "nobody is asked who they are")]
mod identity;
#[path = "../../examples/conformance/mutations.rs"]
mod mutations;
#[path = "../../examples/conformance/names.rs"]
mod names;
#[path = "../support/process.rs"]
#[expect(dead_code, reason = "one stack will do")]
mod process;
mod zoo;
mod zoo_forms;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use mizan::export::Typescript;
use mizan::{MizanLayer, Registry};
use tokio::net::TcpListener;

use self::process::{Server, Stack};

/// Serves a registry for as long as the test's runtime lives.
async fn serve(registry: Registry) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let layer = MizanLayer::builder(registry).build().unwrap();
    let service = layer.into_service();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

/// Writes what is judged, for Node to take along.
fn export(registry: &Registry, folder: &Path) {
    let client = Typescript::plain().out(folder.join("api"));
    registry.export(client).unwrap();
    let representation = serde_json::to_string(&registry.representation()).unwrap();
    fs::write(folder.join("representation.json"), representation).unwrap();
}

fn mount(address: SocketAddr) -> String {
    format!("http://{address}/api/mizan")
}

/// Runs a program of `client/test/zod`.
async fn run(program: &str, folder: &Path, mount: &str) {
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("client");
    assert!(
        client.join("node_modules/zod").is_dir(),
        "client/node_modules is missing: run `npm ci` in {} first",
        client.display(),
    );
    let mut command = Command::new("node");
    command
        .current_dir(&client)
        .arg("test/zod/run.mjs")
        .arg(program)
        .arg(folder)
        .arg(mount);
    let running = tokio::task::spawn_blocking(move || command.output());
    let done = running.await.unwrap();
    let done = done.unwrap_or_else(|error| panic!("`node` cannot be run ({error}): install it"));
    let said = String::from_utf8_lossy(&done.stdout);
    println!("{said}");
    let wrong = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}\n{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_input() {
    let folder = tempfile::tempdir().unwrap();
    export(&zoo::registry(), folder.path());
    let address = serve(zoo::registry()).await;
    run("verdicts.ts", folder.path(), &mount(address)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_conformance_server() {
    let builder = Registry::builder().state(names::Names::default());
    let builder = forms::register(mutations::register(builder));
    let builder = contexts::register(functions::register(builder));
    let folder = tempfile::tempdir().unwrap();
    export(&builder.build().unwrap(), folder.path());
    let server = Server::conformance(Stack::Hyper);
    run("verdicts.ts", folder.path(), &mount(server.addr)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_has_what_it_uses() {
    let folder = tempfile::tempdir().unwrap();
    export(&zoo::large(3_000), folder.path());
    run("bundles.ts", folder.path(), "").await;
}
