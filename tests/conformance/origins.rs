//! Where an unsafe request without a token may come from (protocol section 6).

use serde_json::json;

use crate::on_every_stack;
use crate::support::client::Client;
use crate::support::process::{Server, Stack};
use crate::support::request::Request;
use crate::support::token;

/// `Sec-Fetch-Site`, `Origin`, and whether both together pass.
fn table(addr: std::net::SocketAddr) -> Vec<(Option<&'static str>, Option<String>, bool)> {
    let own = || Some(format!("http://{addr}"));
    let foreign = || Some("http://evil.example".to_owned());
    vec![
        (None, None, true),
        (Some("same-origin"), None, true),
        (Some("none"), None, true),
        (Some("same-site"), None, false),
        (Some("cross-site"), None, false),
        (Some("Same-Origin"), None, false),
        (Some("nonsense"), None, false),
        (Some("same-origin"), foreign(), true),
        (Some("none"), foreign(), true),
        (Some("cross-site"), own(), false),
        (Some("same-site"), own(), false),
        (None, own(), true),
        // The scheme is not compared, host and port are.
        (None, Some(format!("https://{addr}")), true),
        (None, foreign(), false),
        (None, Some("null".to_owned()), false),
        (None, Some(format!("http://{}", addr.ip())), false),
        (None, Some(format!("http://{}:1", addr.ip())), false),
        (
            None,
            Some(format!("http://localhost:{}", addr.port())),
            false,
        ),
        (None, Some(format!("http://{addr}.evil.example")), false),
        (None, Some(format!("http://evil.example#{addr}")), false),
        (None, Some(addr.to_string()), false),
    ]
}

async fn check(client: &mut Client) {
    for (site, origin, passes) in table(client.addr) {
        let dress = |mut request: Request| {
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            if let Some(origin) = &origin {
                request = request.header("origin", origin);
            }
            request
        };
        let echo = || dress(Request::call("echo", &json!({ "text": "x" })));
        let answer = client.send(echo()).await;
        if passes {
            answer.assert_message("x");
        } else {
            answer.assert_error(403, "FORBIDDEN");
            let reason = &answer.json()["details"]["reason"];
            assert_eq!(reason, "origin", "{answer} for {site:?}, {origin:?}");
        }
        // A token is no ambient credential, and a read changes nothing.
        let token = echo().mwt(token::mwt("7", false, false));
        client.send(token).await.assert_message("x");
        let token = token::sign_access(&token::access_claims("9"));
        client.send(echo().bearer(&token)).await.assert_message("x");
        client
            .send(dress(Request::get("/ctx/global/")))
            .await
            .assert_status(200);
        client
            .send(dress(Request::new("OPTIONS", "/call/")))
            .await
            .assert_status(204);
    }
}

#[tokio::test]
async fn same_site_or_not() {
    on_every_stack(check).await;
}

#[tokio::test]
async fn the_authority_of_http2_counts() {
    let server = Server::conformance(Stack::Hyper);
    check(&mut Client::http2(server.addr, "hyper over HTTP/2")).await;
}

#[tokio::test]
async fn another_scheme_of_authorization_is_no_token() {
    on_every_stack(async |client| {
        let request = Request::call("echo", &json!({ "text": "x" }))
            .header("sec-fetch-site", "cross-site")
            .header("authorization", "Basic dXNlcjpwYXNz");
        client.send(request).await.assert_error(403, "FORBIDDEN");
    })
    .await;
}
