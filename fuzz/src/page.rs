//! A site of one page, which is given its data.

use std::convert::Infallible;
use std::sync::LazyLock;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, StreamBody};
use mizan::{Call, Context, Function, MizanLayer, Registry, Result};
use tower::{Layer, ServiceExt, service_fn};

/// What the page is given.
pub const BLOCK: &str =
    r#"<script type="application/json" id="__MIZAN_DATA__">{"global":{"who":"\u003c"}}</script>"#;

static LAYER: LazyLock<MizanLayer> = LazyLock::new(|| {
    let registry = Registry::builder()
        .function(Function::new("who", who).context(Context::GLOBAL))
        .build()
        .expect("the registry is right");
    let layer = MizanLayer::builder(registry).prime_pages(true).build();
    layer.expect("the settings are right")
});

fn who(_: Call) -> Result<String> {
    Ok("<".to_owned())
}

/// What becomes of a page whose body comes in these pieces.
pub fn primed(pieces: Vec<Bytes>) -> Vec<u8> {
    let frames = pieces
        .into_iter()
        .map(|piece| Ok::<_, Infallible>(Frame::data(piece)));
    let mut response = Response::new(StreamBody::new(stream::iter(frames)));
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);

    let mut response = Some(response);
    let site = service_fn(move |_: Request<Empty<Bytes>>| {
        let response = response.take().expect("it is asked once");
        async move { Ok::<_, Infallible>(response) }
    });
    let sent = async {
        let Ok(response) = LAYER.layer(site).oneshot(Request::default()).await;
        let Ok(body) = response.into_body().collect().await;
        body.to_bytes().into()
    };
    sent.now_or_never().expect("nothing is waited for")
}
