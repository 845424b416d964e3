//! `form/{name}/`: what a page without JavaScript sends, and what it gets (protocol section 5).

use serde_json::json;

use crate::forms::{assert_refused, assert_submitted, filled_in};
use crate::multipart;
use crate::on_every_stack;
use crate::support::answer::Answer;
use crate::support::client::Client;
use crate::support::raw;
use crate::support::request::Request;
use crate::support::token;

const BROWSER: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
const VALID: &str = "name=Ada&email=a%40b.co&age=20&topic=help";

fn urlencoded(body: &str) -> Request {
    Request::new("POST", "/form/contact/")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.to_owned())
}

/// As a browser sends what was filled in.
fn navigation(body: &str) -> Request {
    urlencoded(body).header("accept", BROWSER)
}

/// What holds for answers that are no JSON, too.
async fn send(client: &mut Client, request: Request) -> Answer {
    let answer = client.send_unchecked(request).await;
    answer.assert_header("cache-control", Some("no-store"));
    let contract = answer.header("x-mizan-contract").unwrap_or_default();
    assert_eq!(contract.len(), 16, "{answer}");
    answer.assert_header("x-mizan-invalidate", None);
    answer
}

#[track_caller]
fn assert_page(answer: &Answer, status: u16, texts: &[&str]) {
    answer.assert_status(status);
    answer.assert_header("content-type", Some("text/html; charset=utf-8"));
    let page = answer.text();
    assert!(page.starts_with("<!doctype html>"), "{answer}");
    for text in texts {
        assert!(page.contains(text), "{text:?} is missing: {page}");
    }
}

#[tokio::test]
async fn bodies_of_every_kind() {
    on_every_stack(async |client| {
        let form = || Request::new("POST", "/form/contact/");
        let fields = [("name", "Ada"), ("email", "a@b.co"), ("topic", "help")];
        for request in [
            urlencoded(VALID),
            urlencoded(VALID).without("content-type").header(
                "content-type",
                "application/x-www-form-urlencoded; charset=UTF-8",
            ),
            urlencoded("topic=help&email=a@b.co&zzz=1&name=+Ada+&age="),
            multipart::to("/form/contact/", multipart::body(&fields)),
            form()
                .header("content-type", "application/json")
                .body(filled_in().to_string()),
            form().body(filled_in().to_string()),
            Request::new("POST", "/form/contact").body(filled_in().to_string()),
            Request::new("POST", "/form/%63ontact/").body(filled_in().to_string()),
        ] {
            assert_submitted(&client.send(request).await);
        }
        for content_type in ["text/plain", "text/html", "application/octet-stream", "x"] {
            let request = form().header("content-type", content_type).body(VALID);
            client.send(request).await.assert_error(415, "BAD_REQUEST");
        }
        // Only here.
        let call = Request::new("POST", "/call/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("fn=echo&text=a");
        client.send(call).await.assert_error(415, "BAD_REQUEST");
        for body in ["", " ", "{nope", "null", "[]", "5", "{}{}"] {
            let answer = client.send(form().body(body)).await;
            answer.assert_error(400, "BAD_REQUEST");
        }
        let latin = form()
            .header("content-type", "application/x-www-form-urlencoded")
            .body(&b"name=\xe9"[..]);
        client.send(latin).await.assert_error(400, "BAD_REQUEST");
        let escaped = urlencoded("name=%E9&email=a@b.co&topic=help");
        client.send(escaped).await.assert_error(400, "BAD_REQUEST");
    })
    .await;
}

#[tokio::test]
async fn errors_as_json_where_no_page_is_asked_for() {
    on_every_stack(async |client| {
        let bad = "name=root&email=nope&age=x&topic=";
        let expected = "name reserved, email invalid, age invalid, topic required";
        for accept in [
            None,
            Some("application/json"),
            Some("*/*"),
            Some("application/json, text/plain, */*"),
            Some("text/html;q=0.5, application/json"),
            Some("text/html;q=0"),
            Some(""),
        ] {
            let with = |request: Request| match accept {
                Some(accept) => request.header("accept", accept),
                None => request,
            };
            assert_refused(&client.send(with(urlencoded(bad))).await, expected);
            assert_submitted(&client.send(with(urlencoded(VALID))).await);
        }
        let empty = client.send(urlencoded("")).await;
        assert_refused(&empty, "name required, email required, topic required");
        let twice = client.send(urlencoded("name=a&name=b&email=a@b.co&topic=help"));
        assert_refused(&twice.await, "name invalid");
    })
    .await;
}

#[tokio::test]
async fn errors_as_a_page_with_what_was_filled_in() {
    on_every_stack(async |client| {
        let bad = "name=%22%3E%3Cscript%3E&email=nope&age=17&topic=sales";
        for accept in [BROWSER, "text/html", "application/xhtml+xml, text/html"] {
            let answer = send(client, urlencoded(bad).header("accept", accept)).await;
            assert_page(
                &answer,
                422,
                &[
                    "<title>Error: Contact Us</title>",
                    "<form method=\"post\" action=\"\"",
                    "value=\"nope\"",
                    "value=\"17\"",
                    "<option value=\"sales\" selected",
                    ">Send</button>",
                    "href=\"#contact-email\"",
                    "id=\"contact-age\"",
                ],
            );
            assert!(!answer.text().contains("<script"), "{answer}");
        }
        let fields = [("name", "root"), ("email", "a@b.co"), ("topic", "help")];
        let request = multipart::to("/form/contact/", multipart::body(&fields));
        let answer = send(client, request.header("accept", BROWSER)).await;
        assert_page(&answer, 422, &["This name is reserved", "value=\"root\""]);
    })
    .await;
}

#[tokio::test]
async fn a_success_goes_back_to_the_page_that_it_came_from() {
    on_every_stack(async |client| {
        let own = format!("http://{}", client.addr);
        for (referer, location) in [
            (None, "/"),
            (Some(format!("{own}/contact?x=1#top")), "/contact?x=1"),
            (Some(format!("{own}/")), "/"),
            (Some("http://evil.example/x".to_owned()), "/"),
            (Some(format!("{own}//evil.example/")), "/"),
            (Some(format!("{own}/\\evil.example/")), "/"),
            (Some("nonsense".to_owned()), "/"),
        ] {
            let request = match &referer {
                Some(referer) => navigation(VALID).header("referer", referer),
                None => navigation(VALID),
            };
            let answer = send(client, request).await;
            answer.assert_status(303);
            assert_eq!(answer.header("location"), Some(location), "{referer:?}");
            assert!(answer.body.is_empty(), "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn methods_and_names() {
    on_every_stack(async |client| {
        for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
            for name in ["contact", "nope"] {
                let path = format!("/form/{name}/");
                let answer = client.send(Request::new(method, &path)).await;
                answer.assert_status(405);
                answer.assert_header("allow", Some("POST, OPTIONS"));
            }
        }
        let options = Request::new("OPTIONS", "/form/contact/");
        let answer = client.send(options).await;
        answer.assert_status(204);
        answer.assert_header("allow", Some("POST, OPTIONS"));
        for path in [
            "/form/nope/",
            "/form/contact.submit/",
            "/form/contact.validate/",
            "/form/echo/",
            "/form/",
            "/form/contact/x/",
            "/form//",
            "/form/%ff/",
        ] {
            let request = Request::new("POST", path).body(filled_in().to_string());
            client.send(request).await.assert_error(404, "NOT_FOUND");
        }
    })
    .await;
}

#[tokio::test]
async fn another_site_is_refused_whatever_its_token() {
    on_every_stack(async |client| {
        let mwt = token::mwt("7", false, false);
        let access = token::sign_access(&token::access_claims("9"));
        let own = format!("http://{}", client.addr);
        for (name, value, passes) in [
            ("origin", "https://evil.example", false),
            ("origin", "null", false),
            ("origin", own.as_str(), true),
            ("sec-fetch-site", "cross-site", false),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "same-origin", true),
        ] {
            let request = || urlencoded(VALID).header(name, value);
            for request in [request(), request().mwt(&mwt), request().bearer(&access)] {
                let answer = client.send(request).await;
                if passes {
                    assert_submitted(&answer);
                    continue;
                }
                answer.assert_error(403, "FORBIDDEN");
                assert_eq!(answer.json()["details"]["reason"], "origin", "{answer}");
            }
        }
        let bad = urlencoded(VALID).mwt("garbage");
        client.send(bad).await.assert_error(401, "UNAUTHORIZED");
    })
    .await;
}

/// Every failure is a page where a page is asked for, whoever found it out.
#[tokio::test]
async fn failures_are_pages_too() {
    on_every_stack(async |client| {
        for (request, status) in [
            (
                navigation(VALID).header("origin", "https://evil.example"),
                403,
            ),
            (navigation(VALID).mwt("garbage"), 401),
            (navigation("name=%E9"), 400),
            (
                navigation(VALID)
                    .without("content-type")
                    .header("content-type", "text/plain"),
                415,
            ),
            (
                Request::new("POST", "/form/nope/")
                    .header("accept", BROWSER)
                    .body(json!({}).to_string()),
                404,
            ),
        ] {
            let about = format!("{:?}", request.headers);
            let answer = send(client, request).await;
            assert_eq!(answer.status, status, "{about}");
            assert_page(&answer, status, &["<h1>"]);
            let challenged = answer.header("www-authenticate").is_some();
            assert_eq!(challenged, status == 401, "{answer}");
        }
        // Nothing of the body is sent: who waits for it never answers.
        let large = format!(
            "POST /api/mizan/form/contact/ HTTP/1.1\r\nhost: {}\r\naccept: {BROWSER}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: 99999999\r\n\r\n",
            client.addr
        );
        let answer = raw::exchange(client.addr, large.as_bytes()).await;
        assert_page(&answer, 413, &["<h1>"]);
    })
    .await;
}
