//! Reads that come to nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use mizan::{Call, Context, Function, MizanBody, MizanLayer, Registry, RegistryBuilder, Result};
use tower::{Layer, ServiceExt, service_fn};

const PAGE: &str = "<html><head></head></html>";

async fn page(registry: RegistryBuilder) -> Response<MizanBody<String>> {
    let registry = registry.build().unwrap();
    let layer = MizanLayer::builder(registry).prime_pages(true).build();
    let site = service_fn(async |_: Request<String>| {
        let mut page = Response::new(PAGE.to_owned());
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        page.headers_mut().insert(CONTENT_TYPE, html);
        page.headers_mut()
            .insert("etag", HeaderValue::from_static("\"1\""));
        Ok::<_, Infallible>(page)
    });
    let Ok(page) = layer.unwrap().layer(site).oneshot(Request::default()).await;
    page
}

async fn is_as_it_was(page: Response<MizanBody<String>>) {
    use http_body_util::BodyExt;

    assert_eq!(page.headers()["etag"], "\"1\"");
    assert!(!page.headers().contains_key("cache-control"));
    let body = page.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, PAGE);
}

async fn hang(_: Call) -> Result<()> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_read_that_hangs_is_waited_for_until_its_deadline() {
    let started = tokio::time::Instant::now();
    let deadline = Duration::from_secs(2);
    let read = Function::new("hang", hang).deadline(deadline);
    let page = page(Registry::builder().function(read.context(Context::GLOBAL))).await;
    let waited = started.elapsed();
    assert!(waited >= deadline && waited < 2 * deadline, "{waited:?}");
    is_as_it_was(page).await;
}

#[tokio::test]
async fn a_read_that_panics() {
    fn broken(_: Call) -> Result<()> {
        panic!("a reader is broken")
    }
    let read = Function::new("broken", broken).context(Context::GLOBAL);
    is_as_it_was(page(Registry::builder().function(read)).await).await;
}

/// The server drops the future of a request whose client left.
#[tokio::test]
async fn a_client_that_leaves_ends_the_read() {
    let alive = Arc::new(());
    let held = Arc::clone(&alive);
    let read = Function::new("hang", move |call: Call| {
        let held = Arc::clone(&held);
        async move {
            let _held = Arc::clone(&held);
            hang(call).await
        }
    });
    let registry = Registry::builder().function(read.context(Context::GLOBAL));
    let mut page = Box::pin(page(registry));
    let before = Arc::strong_count(&alive);
    assert!((&mut page).now_or_never().is_none());
    assert!(Arc::strong_count(&alive) > before);
    drop(page);
    assert_eq!(Arc::strong_count(&alive), 1);
}
