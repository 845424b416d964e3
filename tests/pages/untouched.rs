//! What is not a page to prime goes out as it would without Mizan.

use http::Request;

use crate::client::Client;
use crate::site::Site;

#[tokio::test]
async fn what_is_no_page_is_not_read_for_and_not_changed() {
    let site = Site::default();
    let primed = site.on_all(true).await;
    let plain = site.on_all(false).await;
    for ((stack, primed), (_, plain)) in primed.into_iter().zip(plain) {
        for path in [
            "/json",
            "/gzip",
            "/latin1",
            "/download",
            "/kept",
            "/partial",
            "/missing",
            "/unchanged",
        ] {
            same(stack, primed, plain, || Request::get(path)).await;
            same(stack, primed, plain, || Request::head(path)).await;
        }
        for dest in ["image", "empty"] {
            same(stack, primed, plain, || {
                Request::get("/page").header("sec-fetch-dest", dest)
            })
            .await;
        }
        same(stack, primed, plain, || Request::post("/page")).await;
    }
    assert_eq!(site.reads(), 0);
}

async fn same(
    stack: &str,
    primed: std::net::SocketAddr,
    plain: std::net::SocketAddr,
    request: impl Fn() -> http::request::Builder,
) {
    let mut answers = Vec::new();
    for address in [primed, plain] {
        let mut answer = Client::new(address).send(request(), "").await;
        answer.headers.remove("date");
        answers.push((answer.status, answer.headers, answer.body));
    }
    let about = request();
    assert_eq!(answers[0], answers[1], "{stack} {:?}", about.uri_ref());
}

/// A validator of another page than the one with the data is still the host's to judge: a page that
/// had data left none with the client.
#[tokio::test]
async fn conditions_reach_the_host() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        let request = Request::get("/unchanged").header("if-none-match", "\"1\"");
        let answer = Client::new(address).send(request, "").await;
        assert_eq!(answer.status, 304, "{stack}");
    }
    assert_eq!(site.reads(), 0);
}

#[tokio::test]
async fn without_a_global_context_no_page_is_primed() {
    use mizan::{MizanLayer, Registry};
    use tower::{ServiceBuilder, service_fn};

    let registry = Registry::builder().build().unwrap();
    let layer = MizanLayer::builder(registry)
        .prime_pages(true)
        .build()
        .unwrap();
    let by_hand = layer.page_data(&Request::new(())).await;
    assert!(by_hand.is_empty());
    let service = ServiceBuilder::new().layer(layer).service(service_fn(
        async |_: Request<hyper::body::Incoming>| {
            let mut page = http::Response::new(String::from("<html></html>"));
            let html = http::HeaderValue::from_static("text/html");
            page.headers_mut().insert("content-type", html);
            Ok::<_, std::convert::Infallible>(page)
        },
    ));
    let address = crate::serve::hyper(service).await;
    let answer = Client::new(address).get("/").await;
    assert_eq!(answer.text(), "<html></html>");
    assert_eq!(answer.header("content-length"), Some("13"));
}
