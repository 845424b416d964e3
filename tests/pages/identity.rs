//! Whose data it is.

use http::Request;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::site::{PAGE, Site};
use crate::{data, token, without_data};

async fn page(address: std::net::SocketAddr, fields: &[(&str, &str)]) -> Answer {
    let request = fields
        .iter()
        .fold(Request::get("/cached"), |request, (name, value)| {
            request.header(*name, *value)
        });
    Client::new(address).send(request, "").await
}

#[tokio::test]
async fn the_data_is_the_callers() {
    let site = Site::default();
    let ada = token::mwt("ada", false, false);
    for (stack, address) in site.on_all(true).await {
        let cases: [(&[(&str, &str)], Value); 4] = [
            (&[], Value::Null),
            (&[("x-user", "bob")], json!("bob")),
            (&[("x-mizan-token", &ada)], json!("ada")),
            (&[("x-mizan-token", &ada), ("x-user", "bob")], json!("ada")),
        ];
        for (fields, who) in cases {
            let answer = page(address, fields).await;
            assert_eq!(
                data(answer.text()),
                json!({"global": {"who": who}}),
                "{stack}"
            );
        }
    }
}

#[tokio::test]
async fn what_users_are_called_is_only_data() {
    let site = Site::default();
    let name = "</script><script>alert(1)</script><!-- &amp; <body>";
    for (stack, address) in site.on_all(true).await {
        let answer = page(address, &[("x-user", name)]).await;
        let html = answer.text();
        assert_eq!(data(html), json!({"global": {"who": name}}), "{stack}");
        assert_eq!(without_data(html), PAGE, "{stack}");
    }
}

/// The page comes as it was, and is as private as it was: nothing in it is anybody's.
#[tokio::test]
async fn a_page_comes_without_data_that_cannot_be_read() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        for field in [
            ("x-fail", "1"),
            ("x-refuse", "1"),
            ("x-mizan-token", "invalid"),
        ] {
            let answer = page(address, &[field]).await;
            assert_eq!(answer.status, 200, "{stack} {field:?}");
            assert_eq!(answer.text(), PAGE, "{stack} {field:?}");
            assert_eq!(answer.header("etag"), Some("\"1\""), "{stack} {field:?}");
            let control = answer.header("cache-control");
            assert_eq!(control, Some("public, max-age=60"), "{stack} {field:?}");
            let length = PAGE.len().to_string();
            assert_eq!(answer.header("content-length"), Some(&*length), "{stack}");
        }
    }
}
