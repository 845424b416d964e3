//! How the server starts and ends.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::client::Client;
use crate::support::process::{Server, Stack, conformance};

const LONGEST_END: Duration = Duration::from_secs(5);

async fn open(server: &Server, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn ends_in_time_whatever_is_connected() {
    for stack in Stack::ALL {
        for signal in ["TERM", "INT"] {
            let mut server = Server::conformance(stack);
            let mut idle = Client::new(server.addr, stack.name());
            idle.call("echo", json!({ "text": "x" }))
                .await
                .assert_message("x");
            let silent = open(&server, "").await;
            let half_a_head = open(&server, "POST /api/mizan/call/ HTTP/1.1\r\nhos").await;
            let half_a_body = open(
                &server,
                "POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{\"fn\"",
            )
            .await;
            let half_a_preface = open(&server, "PRI * HTTP/2.0\r\n\r\nSM").await;
            let socket = open(
                &server,
                "GET /api/mizan/ws/ HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n\
                 connection: upgrade\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            )
            .await;
            // All of them have been seen once a later connection is served.
            let mut last = Client::new(server.addr, stack.name());
            last.call("echo", json!({ "text": "x" }))
                .await
                .assert_message("x");

            server.signal(signal);
            let ended = server.ended_within(LONGEST_END);
            let ended = ended.unwrap_or_else(|| panic!("{stack:?} outlives SIG{signal}"));
            assert!(
                ended.success(),
                "{stack:?} ended with {ended} on SIG{signal}"
            );
            drop((
                idle,
                silent,
                half_a_head,
                half_a_body,
                half_a_preface,
                socket,
            ));
        }
    }
}

#[tokio::test]
async fn an_idle_server_ends_at_once() {
    for stack in Stack::ALL {
        let mut server = Server::conformance(stack);
        server.signal("TERM");
        let ended = server.ended_within(Duration::from_secs(1));
        assert!(ended.is_some_and(|status| status.success()), "{stack:?}");
    }
}

#[tokio::test]
async fn starts_with_a_fresh_state() {
    for _ in 0..2 {
        let server = Server::conformance(Stack::Hyper);
        let mut client = Client::new(server.addr, "hyper");
        let answer = client.get("/ctx/user/?user_id=1").await;
        assert_eq!(answer.json()["user_profile"]["name"], "user_1");
        let args = json!({ "user_id": 1, "name": "Ada" });
        client.call("rename", args).await.assert_status(200);
    }
}

#[tokio::test]
async fn the_contract_is_one_for_all_stacks() {
    let mut contracts = Vec::new();
    for stack in Stack::ALL {
        let server = Server::conformance(stack);
        let mut client = Client::new(server.addr, stack.name());
        for path in ["/ctx/global/", "/nope/"] {
            let answer = client.get(path).await;
            contracts.push(answer.header("x-mizan-contract").unwrap().to_owned());
        }
    }
    contracts.dedup();
    assert_eq!(contracts.len(), 1, "{contracts:?}");
}

fn assert_refuses(mut command: Command, reason: &str) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains(reason), "{said}");
    assert!(output.stdout.is_empty(), "it claims to listen");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    assert_refuses(conformance("rocket"), "rocket");
    for (name, value) in [
        ("CACHE", "memory"),
        ("CACHE", "redis://127.0.0.1"),
        ("REDIS_URL", "no url"),
        ("PORT", "none"),
        ("PORT", "65536"),
    ] {
        let mut command = conformance("hyper");
        command.env(name, value);
        assert_refuses(command, name);
    }
}
