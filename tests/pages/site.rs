//! A site, what it serves, and the three stacks that serve it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use mizan::identity::MwtKeys;
use mizan::page::PageData;
use mizan::{Call, Context, Error, Function, Invalidation, MizanLayer, Registry, Result, User};
use tokio::sync::Notify;
use tower::ServiceBuilder;

use crate::serve;
use crate::token::MWT_SECRET;

pub(crate) const PAGE: &str = "<!doctype html><html><head><!-- </head> --><title>é</title></head>\
    <body><script>'</body>'</script>text</body></html>";
pub(crate) const FRAGMENT: &str = "<li>one</li>";

pub(crate) type Sent = BoxBody<Bytes, io::Error>;

/// What tests look at and turn on behind the site.
#[derive(Clone, Default)]
pub(crate) struct Site {
    /// How often the global context was read.
    pub(crate) reads: Arc<AtomicUsize>,
    /// How many listeners had been told of changes by now, and by the last read.
    told: Arc<AtomicUsize>,
    pub(crate) told_at_read: Arc<AtomicUsize>,
    /// Lets the slow page go on.
    pub(crate) go_on: Arc<Notify>,
}

fn who(call: Call) -> Result<Option<String>> {
    let site = call.state::<Site>()?;
    site.reads.fetch_add(1, Ordering::SeqCst);
    let told = site.told.load(Ordering::SeqCst);
    site.told_at_read.store(told, Ordering::SeqCst);
    if call.headers().contains_key("x-fail") {
        return Err(Error::internal("secret cause"));
    }
    if call.headers().contains_key("x-refuse") {
        return Err(Error::unauthorized("no"));
    }
    call.append_header(
        http::header::SET_COOKIE,
        HeaderValue::from_static("seen=1; Path=/"),
    );
    Ok(call.identity().map(|user| user.id().to_owned()))
}

impl Site {
    pub(crate) fn registry(&self) -> Registry {
        let told = Arc::clone(&self.told);
        Registry::builder()
            .state(self.clone())
            .on_invalidate(move |_| {
                let told = Arc::clone(&told);
                async move {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    told.fetch_add(1, Ordering::SeqCst);
                }
            })
            .function(Function::new("who", who).context(Context::GLOBAL))
            .build()
            .unwrap()
    }

    /// The host knows its users by `x-user`.
    pub(crate) fn layer(&self, primes: bool) -> MizanLayer {
        MizanLayer::builder(self.registry())
            .prime_pages(primes)
            .mwt(MwtKeys::new().key("v1", MWT_SECRET))
            .host_user(|head| {
                let user = head.headers.get("x-user").cloned();
                async move { Ok(user.map(|user| User::new(user.to_str().unwrap()))) }
            })
            .build()
            .unwrap()
    }

    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    fn answer(&self, method: &Method, path: &str, data: &PageData) -> Response<Sent> {
        let mut response = Response::new(full(PAGE));
        let mut set = |name: &'static str, value: &'static str| {
            let value = HeaderValue::from_static(value);
            response
                .headers_mut()
                .append(HeaderName::from_static(name), value);
        };
        set("content-type", "text/html; charset=utf-8");
        match path {
            "/cached" => {
                set("etag", "\"1\"");
                set("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT");
                set("expires", "Mon, 01 Jan 2035 00:00:00 GMT");
                set("cache-control", "public, max-age=60");
                set("cdn-cache-control", "max-age=600");
                set("surrogate-key", "page");
                set("cache-tag", "page");
                set("accept-ranges", "bytes");
                set("set-cookie", "own=1");
                set("content-security-policy", "script-src 'self'");
            }
            "/gzip" => set("content-encoding", "gzip"),
            "/download" => set("content-disposition", "attachment"),
            "/kept" => set("cache-control", "no-transform"),
            "/partial" => set("content-range", "bytes 0-9/10"),
            _ => {}
        }
        match path {
            "/json" => *response.body_mut() = full("{}"),
            "/fragment" => *response.body_mut() = full(FRAGMENT),
            "/tells" => {
                let entries = Invalidation::from(Context::GLOBAL.everywhere());
                response.extensions_mut().insert(entries);
            }
            "/missing" => *response.status_mut() = StatusCode::NOT_FOUND,
            "/partial" => *response.status_mut() = StatusCode::PARTIAL_CONTENT,
            "/unchanged" => {
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                *response.body_mut() = full("");
            }
            "/slow" => *response.body_mut() = self.slowly(),
            "/own" => {
                data.make_private(response.headers_mut());
                *response.body_mut() = full(&format!("<html><head></head><p>{data}</p>"));
            }
            "/by-hand" => {
                let html = "<html><head><script id='__MIZAN_DATA__'>{}</script></head>";
                *response.body_mut() = full(html);
            }
            _ => {}
        }
        let kind = match path {
            "/json" => Some("application/json"),
            "/latin1" => Some("text/html; charset=iso-8859-1"),
            _ => None,
        };
        if let Some(kind) = kind {
            let kind = HeaderValue::from_static(kind);
            response.headers_mut().insert(CONTENT_TYPE, kind);
        }
        if method == Method::HEAD {
            *response.body_mut() = full("");
        }
        response
    }

    fn slowly(&self) -> Sent {
        let first = stream::iter(["<!doctype html><head><title>t</title></head><body>first</"]);
        let rest = stream::iter(["p>second<", "p>third</body>"]);
        let go_on = Arc::clone(&self.go_on);
        let rest = rest.then(move |text| {
            let go_on = Arc::clone(&go_on);
            async move {
                go_on.notified().await;
                text
            }
        });
        let frames = first
            .chain(rest)
            .map(|text| Ok(Frame::data(Bytes::from(text))));
        BodyExt::boxed(StreamBody::new(frames))
    }

    async fn serve<B>(self, mizan: MizanLayer, request: Request<B>) -> io::Result<Response<Sent>> {
        let data = match request.uri().path() {
            "/own" => mizan.page_data(&request).await,
            _ => PageData::default(),
        };
        Ok(self.answer(request.method(), request.uri().path(), &data))
    }

    pub(crate) async fn on_hyper(&self, primes: bool) -> SocketAddr {
        let (site, mizan) = (self.clone(), self.layer(primes));
        let service = ServiceBuilder::new()
            .layer(mizan.clone())
            .service_fn(move |request| site.clone().serve(mizan.clone(), request));
        serve::hyper(service).await
    }

    pub(crate) async fn on_axum(&self, primes: bool) -> SocketAddr {
        let (site, mizan) = (self.clone(), self.layer(primes));
        let pages = {
            let mizan = mizan.clone();
            move |head: http::request::Parts| async move {
                let data = match head.uri.path() {
                    "/own" => mizan.page_data(&head).await,
                    _ => PageData::default(),
                };
                // axum itself takes the body off the answer to a `HEAD`.
                let (head, body) = site
                    .answer(&Method::GET, head.uri.path(), &data)
                    .into_parts();
                Response::from_parts(head, axum::body::Body::new(body))
            }
        };
        let router = axum::Router::new()
            .route("/{*path}", axum::routing::get(pages))
            .layer(mizan);
        serve::axum(router).await
    }

    pub(crate) async fn on_poem(&self, primes: bool) -> SocketAddr {
        use poem::EndpointExt;

        let (site, mizan) = (self.clone(), self.layer(primes));
        let pages = {
            let mizan = mizan.clone();
            poem::endpoint::make(move |request: poem::Request| {
                let (site, mizan) = (site.clone(), mizan.clone());
                async move {
                    let data = match request.uri().path() {
                        "/own" => mizan.page_data(&request).await,
                        _ => PageData::default(),
                    };
                    let answer = site.answer(request.method(), request.uri().path(), &data);
                    let (head, body) = answer.into_parts();
                    let mut response = poem::Response::default();
                    response.set_status(head.status);
                    *response.headers_mut() = head.headers;
                    *response.extensions_mut() = head.extensions;
                    response.set_body(body);
                    response
                }
            })
        };
        serve::poem(pages.with(mizan)).await
    }

    pub(crate) async fn on_all(&self, primes: bool) -> [(&'static str, SocketAddr); 3] {
        [
            ("hyper", self.on_hyper(primes).await),
            ("axum", self.on_axum(primes).await),
            ("poem", self.on_poem(primes).await),
        ]
    }
}

fn full(text: &str) -> Sent {
    Full::new(Bytes::copy_from_slice(text.as_bytes()))
        .map_err(|never| match never {})
        .boxed()
}
