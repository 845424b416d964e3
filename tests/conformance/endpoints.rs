//! Paths, methods, content types and sizes: what is answered before a body is read
//! (protocol, opening and section 1).

use crate::on_every_stack;
use crate::support::raw;
use crate::support::request::Request;

const LIMIT: usize = 2 * 1024 * 1024;

fn echo(text: &str) -> Request {
    Request::call("echo", &serde_json::json!({ "text": text }))
}

#[tokio::test]
async fn paths_with_and_without_the_trailing_slash() {
    on_every_stack(async |client| {
        for path in ["/call/", "/call"] {
            let mut request = echo("hi");
            request.path = Request::get(path).path;
            client.send(request).await.assert_message("hi");
        }
        for path in ["/ctx/global/", "/ctx/global", "/ctx/global?x=1"] {
            client.get(path).await.assert_status(200);
        }
        for path in [
            "",
            "/",
            "/nope/",
            "/call/x/",
            "/callx/",
            "/ctx/",
            "/ctx",
            "/ctx/user/x/",
            "/CALL/",
            "//call/",
            "/call//",
        ] {
            for method in ["GET", "POST", "PUT"] {
                let request = Request::new(method, path);
                client.send(request).await.assert_error(404, "NOT_FOUND");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_hosts_own_paths_are_left_alone() {
    on_every_stack(async |client| {
        let page = client.send_unchecked(Request::outside("GET", "/")).await;
        assert!(page.status == 200 && !page.body.is_empty(), "{page}");
        for path in ["/", "/nope", "/api/mizanx/call/", "/api", "/call/"] {
            let answer = client.send_unchecked(Request::outside("GET", path)).await;
            answer.assert_header("x-mizan-contract", None);
            assert_eq!(answer.status == 200, path == "/", "{answer}");
        }
    })
    .await;
}

fn methods(allow: Option<&str>) -> Vec<&str> {
    let mut methods: Vec<_> = allow.unwrap().split(',').map(str::trim).collect();
    methods.sort_unstable();
    methods
}

#[tokio::test]
async fn options_and_other_methods_name_what_is_allowed() {
    on_every_stack(async |client| {
        let call = ["OPTIONS", "POST"].as_slice();
        let context = ["GET", "HEAD", "OPTIONS"].as_slice();
        for (path, allowed) in [
            ("/call/", call),
            ("/ctx/user/", context),
            ("/ctx/user", context),
        ] {
            let answer = client.send(Request::new("OPTIONS", path)).await;
            answer.assert_status(204);
            assert_eq!(methods(answer.header("allow")), allowed, "{answer}");
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PURGE"] {
                if allowed.contains(&method) {
                    continue;
                }
                let answer = client.send(Request::new(method, path)).await;
                answer.assert_status(405);
                assert_eq!(methods(answer.header("allow")), allowed, "{answer}");
                if method != "HEAD" {
                    answer.assert_error(405, "BAD_REQUEST");
                }
            }
        }
        let unknown = client.send(Request::new("OPTIONS", "/nope/")).await;
        unknown.assert_error(404, "NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    on_every_stack(async |client| {
        for path in [
            "/ctx/user/?user_id=42",
            "/ctx/global/",
            "/ctx/user/",
            "/ctx/nope/",
            "/ctx/admin/",
        ] {
            let get = client.get(path).await;
            let head = client.send(Request::new("HEAD", path)).await;
            head.assert_status(get.status);
            let length = get.body.len().to_string();
            head.assert_header("content-length", Some(&length));
            for name in ["x-mizan-instance", "content-type", "x-mizan-contract"] {
                head.assert_header(name, get.header(name));
            }
            // A server that sends a body after all would be out of step by the next answer.
            client.get("/ctx/notifications/").await.assert_status(200);
        }
    })
    .await;
}

#[tokio::test]
async fn content_types() {
    on_every_stack(async |client| {
        for content_type in [
            "application/json",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            "Application/JSON",
            "application/json ; charset=\"utf-8\"; x=y",
        ] {
            let request = echo("hi").without("content-type");
            let request = request.header("content-type", content_type);
            client.send(request).await.assert_message("hi");
        }
        let untyped = echo("hi").without("content-type");
        client.send(untyped).await.assert_message("hi");
        for content_type in [
            "text/plain",
            "text/plain; charset=utf-8",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "application/problem+json",
            "text/json",
            "json",
            "application/octet-stream",
        ] {
            let request = echo("hi").without("content-type");
            let request = request.header("content-type", content_type);
            client.send(request).await.assert_error(415, "BAD_REQUEST");
        }
    })
    .await;
}

fn head(addr: std::net::SocketAddr, more: &str) -> Vec<u8> {
    format!("POST /api/mizan/call/ HTTP/1.1\r\nhost: {addr}\r\n{more}\r\n").into_bytes()
}

#[tokio::test]
async fn a_declared_length_over_the_limit_is_answered_before_the_body() {
    on_every_stack(async |client| {
        // Nothing of the body is sent: whoever waits for it never answers.
        for more in [
            format!("content-length: {}\r\n", LIMIT + 1),
            format!(
                "content-length: {}\r\ncontent-type: application/json\r\n",
                LIMIT + 1
            ),
            // Size comes before content type and credential.
            format!(
                "content-length: {}\r\ncontent-type: text/plain\r\n",
                LIMIT + 1
            ),
            format!("content-length: {}\r\nx-mizan-token: bad\r\n", LIMIT + 1),
            // A client that waits to be asked for the body gets its answer instead.
            format!("expect: 100-continue\r\ncontent-length: {}\r\n", LIMIT + 1),
            "content-length: 9223372036854775807\r\n".to_owned(),
        ] {
            let answer = raw::exchange(client.addr, &head(client.addr, &more)).await;
            answer.check();
            answer.assert_error(413, "BAD_REQUEST");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_without_a_length_is_counted() {
    on_every_stack(async |client| {
        let mut request = head(
            client.addr,
            "transfer-encoding: chunked\r\ncontent-type: application/json\r\n",
        );
        let open = br#"{"fn":"echo","args":{"text":""#;
        request.extend(format!("{:x}\r\n", open.len()).bytes());
        request.extend(open);
        let text = vec![b'a'; LIMIT + 1 - open.len()];
        request.extend(format!("\r\n{:x}\r\n", text.len()).bytes());
        request.extend(text);
        let answer = raw::exchange(client.addr, &request).await;
        answer.check();
        answer.assert_error(413, "BAD_REQUEST");
    })
    .await;
}

#[tokio::test]
async fn a_chunked_body_within_the_limit_is_read() {
    on_every_stack(async |client| {
        let mut request = head(
            client.addr,
            "transfer-encoding: chunked\r\ncontent-type: application/json\r\n",
        );
        for piece in [r#"{"fn":"#, r#""echo","args":{"te"#, r#"xt":"hi"}}"#, ""] {
            request.extend(format!("{:x}\r\n{piece}\r\n", piece.len()).bytes());
        }
        let answer = raw::exchange(client.addr, &request).await;
        answer.check();
        answer.assert_message("hi");
    })
    .await;
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    on_every_stack(async |client| {
        let around = r#"{"fn":"echo","args":{"text":""}}"#.len();
        let text = "a".repeat(LIMIT - around);
        let answer = client.send(echo(&text)).await;
        answer.assert_status(200);
        assert_eq!(answer.json()["result"]["message"], text.as_str());
        let answer = client.send(echo(&(text + "a"))).await;
        answer.assert_error(413, "BAD_REQUEST");
    })
    .await;
}

/// Path, method, size, content type, credential, origin, body: each request breaks one rule and
/// all that come after it.
#[tokio::test]
async fn order_of_the_checks() {
    on_every_stack(async |client| {
        let all_wrong = |method, path| {
            Request::new(method, path)
                .header("content-type", "text/plain")
                .header("sec-fetch-site", "cross-site")
                .mwt("garbage")
                .body("{nope")
        };
        let post = || all_wrong("POST", "/call/").without("content-type");
        let answer = client.send(all_wrong("GET", "/nope/")).await;
        answer.assert_error(404, "NOT_FOUND");
        let answer = client.send(all_wrong("PUT", "/call/")).await;
        answer.assert_error(405, "BAD_REQUEST");
        let answer = client.send(all_wrong("POST", "/ctx/nope/")).await;
        answer.assert_error(405, "BAD_REQUEST");
        let answer = client.send(all_wrong("POST", "/call/")).await;
        answer.assert_error(415, "BAD_REQUEST");
        let answer = client.send(post()).await;
        answer.assert_error(401, "UNAUTHORIZED");
        assert_eq!(answer.json()["details"]["reason"], "credential", "{answer}");
        let answer = client.send(post().without("x-mizan-token")).await;
        answer.assert_error(403, "FORBIDDEN");
        assert_eq!(answer.json()["details"]["reason"], "origin", "{answer}");
        let request = post().without("x-mizan-token").without("sec-fetch-site");
        client.send(request).await.assert_error(400, "BAD_REQUEST");

        let unknown = Request::get("/ctx/nope/").mwt("garbage");
        client.send(unknown).await.assert_error(401, "UNAUTHORIZED");
    })
    .await;
}
