//! The demo on axum, with tower-http and tower-sessions around it.

#[path = "../app/mod.rs"]
mod app;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use mizan::{BoxError, MizanLayer, Result};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use app::App;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    app::log();
    if app::export().await? {
        return Ok(());
    }
    let listener = app::listen(app::address()?)?;
    let app = App::open("axum", listener.local_addr()?).await?;

    // The order, from outside to inside, is the one that docs/mounting.md explains.
    let mizan = mizan(&app)?;
    let sockets = mizan.connections();
    let layers = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(cors())
        .layer(CompressionLayer::new())
        // The cookie would be `Secure`, but the demo speaks plain HTTP.
        .layer(SessionManagerLayer::new(MemoryStore::default()).with_secure(false))
        .layer(mizan);
    let router = Router::new()
        .route("/", get(home))
        .route("/plain", get(plain))
        .nest_service("/assets", ServeDir::new(app::ASSETS))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .route("/avatars/{id}", get(picture))
        .layer(DefaultBodyLimit::max(app::MAX_BODY))
        .layer(layers)
        .with_state(app);

    app::announce(listener.local_addr()?);
    // axum waits for its requests, one that became a WebSocket over HTTP/2 among them, and does not
    // know of those over HTTP/1.1.
    let closing = sockets.clone();
    let shutdown = async move {
        app::shutdown().await;
        tokio::spawn(async move { closing.close(app::DRAIN).await });
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await?;
    sockets.close(app::DRAIN).await;
    Ok(())
}

fn mizan(app: &App) -> Result<MizanLayer, BoxError> {
    let registry = app.registry()?;
    let app = app.clone();
    let layer = MizanLayer::builder(registry)
        .prime_pages(true)
        .trust_origin(app::OTHER_ORIGIN)
        .host_user(move |head| {
            let (app, session) = (app.clone(), head.extensions.get::<Session>().cloned());
            async move { app.user(user_id(session.as_ref()).await?).await }
        })
        .build()?;
    Ok(layer)
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(HeaderValue::from_static(app::OTHER_ORIGIN))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE])
        .expose_headers(app::EXPOSED)
}

async fn home(State(app): State<App>, Extension(session): Extension<Session>) -> Response {
    app::answer(async { app.home(user_id(Some(&session)).await?).await }.await).map(Body::from)
}

async fn plain(State(app): State<App>, Extension(session): Extension<Session>) -> Response {
    app::answer(async { app.plain(user_id(Some(&session)).await?).await }.await).map(Body::from)
}

async fn picture(State(app): State<App>, Path(id): Path<i64>) -> Response {
    app::answer(app.picture(id).await).map(Body::from)
}

async fn login(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let logged_in = async {
        let account = app.check_login(&headers, &body).await?;
        // Another id, so that nobody can have planted the one that is logged in.
        session.cycle_id().await?;
        session.insert(app::USER_ID, account.id).await?;
        app::logged_in(&headers, &account)
    };
    app::answer(logged_in.await).map(Body::from)
}

async fn logout(Extension(session): Extension<Session>, headers: HeaderMap) -> Response {
    let logged_out = async {
        session.flush().await?;
        app::logged_out(&headers)
    };
    app::answer(logged_out.await).map(Body::from)
}

async fn user_id(session: Option<&Session>) -> Result<Option<i64>> {
    match session {
        Some(session) => Ok(session.get(app::USER_ID).await?),
        None => Ok(None),
    }
}
