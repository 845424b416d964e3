//! What a primed page is, on every stack.

use std::sync::atomic::Ordering;

use http::Request;
use serde_json::json;

use crate::client::{Answer, Client};
use crate::site::{FRAGMENT, PAGE, Site};
use crate::{data, without_data};

async fn page(mut client: Client, path: &str, user: &str) -> Answer {
    let request = Request::get(path).header("x-user", user);
    client.send(request, "").await
}

#[tokio::test]
async fn a_page_has_its_data_before_its_head_ends() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        for client in [Client::new(address), Client::http2(address)] {
            let answer = page(client, "/page", "ada").await;
            assert_eq!(answer.status, 200, "{stack}");
            let html = answer.text();
            assert_eq!(data(html), json!({"global": {"who": "ada"}}), "{stack}");
            assert_eq!(without_data(html), PAGE, "{stack}");
            assert!(html.contains("é</title><script"), "{stack}: {html}");
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
            assert_eq!(answer.header("content-length"), None, "{stack}");
        }
    }
}

#[tokio::test]
async fn a_page_with_data_is_nobody_elses() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        let answer = page(Client::new(address), "/cached", "ada").await;
        data(answer.text());
        for gone in [
            "etag",
            "last-modified",
            "expires",
            "cdn-cache-control",
            "surrogate-key",
            "cache-tag",
            "accept-ranges",
            "content-length",
        ] {
            assert_eq!(answer.header(gone), None, "{stack}: {gone}");
        }
        let controls: Vec<_> = answer.headers.get_all("cache-control").iter().collect();
        assert_eq!(controls, ["private, no-store"], "{stack}");
        let policy = answer.header("content-security-policy");
        assert_eq!(policy, Some("script-src 'self'"), "{stack}");
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["own=1", "seen=1; Path=/"], "{stack}");
    }
}

#[tokio::test]
async fn head_has_the_headers_and_reads_nothing() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        for mut client in [Client::new(address), Client::http2(address)] {
            let answer = client.send(Request::head("/cached"), "").await;
            assert_eq!((answer.status, answer.body.len()), (200, 0), "{stack}");
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
            assert_eq!(answer.header("etag"), None, "{stack}");
            assert_eq!(answer.header("content-length"), None, "{stack}");
        }
    }
    assert_eq!(site.reads(), 0);
}

#[tokio::test]
async fn the_data_is_there_once() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        // By the handler, behind the place where the layer would have put it.
        let answer = page(Client::new(address), "/own", "ada").await;
        let html = answer.text();
        assert_eq!(data(html), json!({"global": {"who": "ada"}}), "{stack}");
        assert!(html.contains("</head><p><script"), "{stack}: {html}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        // Known by its id alone.
        let html = page(Client::new(address), "/by-hand", "ada").await;
        assert_eq!(html.text().matches("__MIZAN_DATA__").count(), 1, "{stack}");
    }
    assert_eq!(site.reads(), 6);
}

#[tokio::test]
async fn a_handler_writes_it_where_pages_are_not_primed() {
    let site = Site::default();
    for (stack, address) in site.on_all(false).await {
        let answer = page(Client::new(address), "/own", "ada").await;
        let expected = json!({"global": {"who": "ada"}});
        assert_eq!(data(answer.text()), expected, "{stack}");
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        assert_eq!(answer.header("set-cookie"), Some("seen=1; Path=/"));
    }
}

#[tokio::test]
async fn a_fragment_stays_as_it_is() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        let answer = page(Client::new(address), "/fragment", "ada").await;
        assert_eq!(answer.text(), FRAGMENT, "{stack}");
    }
}

/// What the route changed is told before the context is read.
#[tokio::test]
async fn a_page_that_tells_of_changes_has_data_too() {
    for stack in ["hyper", "axum", "poem"] {
        let site = Site::default();
        let address = match stack {
            "hyper" => site.on_hyper(true).await,
            "axum" => site.on_axum(true).await,
            _ => site.on_poem(true).await,
        };
        let answer = page(Client::new(address), "/tells", "ada").await;
        assert_eq!(site.told_at_read.load(Ordering::SeqCst), 1, "{stack}");
        assert_eq!(answer.header("x-mizan-invalidate"), Some("global"));
        data(answer.text());
        let head = Client::new(address).send(Request::head("/tells"), "").await;
        assert_eq!(head.header("x-mizan-invalidate"), Some("global"), "{stack}");
    }
}
