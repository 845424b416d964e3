//! Which layer goes where, and what a wrong order looks like.

use std::convert::Infallible;
use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use mizan::{Call, Context, Function, MizanLayer, Registry, Result, User};
use serde_json::{Value, json};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use crate::client::{Answer, Client};
use crate::serve;

const ORIGIN: &str = "http://localhost:5173";
const BIG: Context = Context::new("big");

fn registry() -> Registry {
    let numbers = |_: Call| -> Result<Vec<u32>> { Ok((0..10_000).collect()) };
    let me = |call: Call| -> Result<Option<String>> {
        Ok(call.identity().map(|user| user.id().to_owned()))
    };
    Registry::builder()
        .function(Function::new("numbers", numbers).context(BIG))
        .function(Function::new("grow", |_: Call| -> Result<()> { Ok(()) }).affects(BIG))
        .function(Function::new("me", me))
        .function(Function::new("hang", |_: Call| pending::<Result<()>>()))
        .build()
        .unwrap()
}

fn mizan() -> MizanLayer {
    MizanLayer::builder(registry())
        .trust_origin(ORIGIN)
        .host_user(|head| {
            let session = head.extensions.get::<Session>().cloned();
            async move {
                match session {
                    Some(session) => Ok(session.get::<String>("user").await?.map(User::new)),
                    None => Ok(None),
                }
            }
        })
        .build()
        .unwrap()
}

/// The route behind everything: `POST /login` logs in where there is a session.
async fn host<B>(request: Request<B>) -> Result<Response<String>, Infallible> {
    if request.uri().path() == "/login" {
        let session = request.extensions().get::<Session>().unwrap();
        session.insert("user", "ada").await.unwrap();
    }
    Ok(Response::new(String::from("host")))
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(HeaderValue::from_static(ORIGIN))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE])
        .expose_headers([
            HeaderName::from_static("x-mizan-invalidate"),
            HeaderName::from_static("x-mizan-instance"),
            HeaderName::from_static("x-mizan-contract"),
        ])
}

fn sessions() -> SessionManagerLayer<MemoryStore> {
    SessionManagerLayer::new(MemoryStore::default()).with_secure(false)
}

async fn preflight(address: SocketAddr) -> Answer {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/mizan/call/")
        .header("origin", ORIGIN)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    Client::new(address).send(request, "").await
}

async fn cross_origin_call(address: SocketAddr) -> Answer {
    let request = Request::post("/api/mizan/call/")
        .header("origin", ORIGIN)
        .header("sec-fetch-site", "same-site");
    Client::new(address).send(request, r#"{"fn":"grow"}"#).await
}

async fn compressed_context(address: SocketAddr) -> Answer {
    let request = Request::get("/api/mizan/ctx/big/").header("accept-encoding", "gzip");
    Client::new(address).send(request, "").await
}

/// Who Mizan says is calling, after a login behind it.
async fn who(address: SocketAddr) -> Value {
    let mut client = Client::new(address);
    let login = client.send(Request::post("/login"), "").await;
    assert!(login.header("set-cookie").is_some());
    client.call("me", json!({})).await.json()["result"].take()
}

fn numbers() -> Value {
    (0..10_000).collect()
}

#[tokio::test]
async fn the_right_order_on_hyper() {
    let service = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(cors())
        .layer(CompressionLayer::new())
        .layer(sessions())
        .layer(mizan())
        .service_fn(host);
    right(serve::hyper(service).await).await;
}

#[tokio::test]
async fn the_right_order_on_axum() {
    let layers = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(cors())
        .layer(CompressionLayer::new())
        .layer(sessions())
        .layer(mizan());
    let router = axum::Router::new()
        .fallback_service(tower::service_fn(host))
        .layer(layers);
    right(serve::axum(router).await).await;
}

/// `Router::layer` once for each puts the last one outside.
#[tokio::test]
async fn the_right_order_on_axum_layer_by_layer() {
    let router = axum::Router::new()
        .fallback_service(tower::service_fn(host))
        .layer(mizan())
        .layer(sessions())
        .layer(CompressionLayer::new())
        .layer(cors())
        .layer(TraceLayer::new_for_http());
    right(serve::axum(router).await).await;
}

async fn right(address: SocketAddr) {
    let preflight = preflight(address).await;
    assert_eq!(preflight.status, 200);
    assert_eq!(
        preflight.header("access-control-allow-origin"),
        Some(ORIGIN)
    );
    assert_eq!(preflight.header("allow"), None);

    let call = cross_origin_call(address).await;
    assert_eq!(call.status, 200);
    assert_eq!(call.header("x-mizan-invalidate"), Some("big"));
    let exposed = call.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("x-mizan-invalidate"));

    let context = compressed_context(address).await;
    assert_eq!(context.header("content-encoding"), Some("gzip"));
    assert_eq!(context.header("x-mizan-instance"), Some("big"));
    assert!(context.body.len() < 30_000, "{}", context.body.len());
    assert_eq!(context.gunzipped()["numbers"], numbers());

    assert_eq!(who(address).await, "ada");
}

/// Everything inside Mizan: its own answers pass none of it.
#[tokio::test]
async fn the_wrong_order_shows() {
    let service = ServiceBuilder::new()
        .layer(mizan())
        .layer(cors())
        .layer(CompressionLayer::new())
        .layer(sessions())
        .service_fn(host);
    let address = serve::hyper(service).await;

    // Mizan answers the preflight itself and allows no origin, so a browser stops there.
    let preflight = preflight(address).await;
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("allow"), Some("POST, OPTIONS"));
    assert_eq!(preflight.header("access-control-allow-origin"), None);
    let call = cross_origin_call(address).await;
    assert_eq!(call.header("access-control-expose-headers"), None);

    let context = compressed_context(address).await;
    assert_eq!(context.header("content-encoding"), None);
    assert_eq!(context.json()["numbers"], numbers());

    // No session has been put into the request yet.
    assert_eq!(who(address).await, Value::Null);
}

/// Layers that make answers of their own need a body that can be made of nothing.
#[tokio::test]
async fn bounds_outside() {
    let service = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(cors())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_millis(200),
        ))
        .layer(RequestBodyLimitLayer::new(256))
        .layer(mizan())
        .service_fn(host);
    let address = serve::hyper(service).await;
    let mut client = Client::new(address);
    assert_eq!(client.call("me", json!({})).await.status, 200);

    let hanging = client.call("hang", json!({})).await;
    assert_eq!((hanging.status, hanging.text()), (504, ""));

    // The outer limit answers for itself where the length is declared.
    let padding = json!({"padding": "x".repeat(300)});
    let declared = client.call("me", padding.clone()).await;
    assert_eq!(declared.status, 413);
    assert!(declared.header("x-mizan-contract").is_none());
    // CORS is outside of it, so that a page of the other origin may read the refusal.
    assert_eq!(declared.header("access-control-allow-origin"), Some(ORIGIN));

    // Where it is not, Mizan meets the limit as it reads.
    let body = json!({"fn": "me", "args": padding}).to_string();
    let undeclared = client.send_chunked("/api/mizan/call/", &body).await;
    assert_eq!(undeclared.status, 413);
    assert_eq!(undeclared.json()["code"], "BAD_REQUEST");
}

#[cfg(feature = "poem")]
mod on_poem {
    use poem::endpoint::make;
    use poem::middleware::{Compression, Cors, Tracing};
    use poem::session::{CookieConfig, MemoryStorage, ServerSession, Session};
    use poem::web::CompressionAlgo;
    use poem::{Endpoint, EndpointExt, Route};

    use super::*;

    fn mizan() -> MizanLayer {
        MizanLayer::builder(registry())
            .trust_origin(ORIGIN)
            .host_user(|head| {
                let session = head.extensions.get::<Session>().cloned();
                let user: Option<String> = session.and_then(|session| session.get("user"));
                async move { Ok(user.map(User::new)) }
            })
            .build()
            .unwrap()
    }

    fn host() -> impl Endpoint<Output = &'static str> {
        make(|request: poem::Request| async move {
            if request.uri().path() == "/login" {
                let session = request.extensions().get::<Session>().unwrap();
                session.set("user", "ada");
            }
            "host"
        })
    }

    fn sessions() -> ServerSession<MemoryStorage> {
        ServerSession::new(CookieConfig::new().secure(false), MemoryStorage::new())
    }

    fn compression() -> Compression {
        Compression::new().algorithms([CompressionAlgo::GZIP])
    }

    fn cors() -> Cors {
        Cors::new()
            .allow_origin(ORIGIN)
            .allow_credentials(true)
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([CONTENT_TYPE])
            .expose_headers(["x-mizan-invalidate", "x-mizan-instance", "x-mizan-contract"])
    }

    #[tokio::test]
    async fn the_right_order() {
        let endpoint = Route::new()
            .at("*", host())
            .with(mizan())
            .with(sessions())
            .with(compression())
            .with(cors())
            .with(Tracing);
        right(serve::poem(endpoint).await).await;
    }

    #[tokio::test]
    async fn the_wrong_order_shows() {
        let endpoint = Route::new()
            .at("*", host())
            .with(sessions())
            .with(compression())
            .with(cors())
            .with(mizan());
        let address = serve::poem(endpoint).await;
        let preflight = preflight(address).await;
        assert_eq!(preflight.status, 204);
        assert_eq!(preflight.header("access-control-allow-origin"), None);
        let context = compressed_context(address).await;
        assert_eq!(context.header("content-encoding"), None);
        assert_eq!(who(address).await, Value::Null);
    }

    /// tower-http reaches over an origin that is not allowed; poem turns every one of them away,
    /// that of the application's own pages too, unless it is listed.
    #[tokio::test]
    async fn poems_cors_refuses_what_is_not_listed() {
        let endpoint = Route::new().at("*", host()).with(mizan()).with(cors());
        let address = serve::poem(endpoint).await;
        let own = Request::post("/api/mizan/call/").header("origin", format!("http://{address}"));
        let answer = Client::new(address).send(own, r#"{"fn":"me"}"#).await;
        assert!(
            answer.status == 401 || answer.status == 403,
            "{}",
            answer.status
        );
    }
}
