//! The demo on plain hyper, with tower-http and tower-sessions around it.

#[path = "../app/mod.rs"]
mod app;
mod serve;

use std::convert::Infallible;
use std::io;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use mizan::{BoxError, Error, MizanLayer, Result};
use tower::{ServiceBuilder, ServiceExt};
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use app::App;

type Page = UnsyncBoxBody<Bytes, io::Error>;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    app::log();
    if app::export().await? {
        return Ok(());
    }
    let listener = app::listen(app::address()?)?;
    let app = App::open("hyper", listener.local_addr()?).await?;

    // The order, from outside to inside, is the one that docs/mounting.md explains.
    let mizan = mizan(&app)?;
    let sockets = mizan.connections();
    let service = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(cors())
        .layer(CompressionLayer::new())
        // The cookie would be `Secure`, but the demo speaks plain HTTP.
        .layer(SessionManagerLayer::new(MemoryStore::default()).with_secure(false))
        .layer(mizan)
        .service_fn(move |request| routes(app.clone(), request));

    app::announce(listener.local_addr()?);
    serve::serve(listener, service, sockets, app::shutdown()).await;
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

async fn routes(app: App, request: Request<Incoming>) -> Result<Response<Page>, Infallible> {
    if request.uri().path().starts_with("/assets/") {
        return assets(request).await;
    }
    let response = match picture(request.method(), request.uri().path()) {
        Some(id) => app::answer(app.picture(id).await),
        None => app::answer(route(&app, request).await),
    };
    Ok(response.map(|body| {
        Full::from(body)
            .map_err(|never| match never {})
            .boxed_unsync()
    }))
}

async fn assets(mut request: Request<Incoming>) -> Result<Response<Page>, Infallible> {
    let path = request.uri().path().trim_start_matches("/assets");
    if let Ok(path) = path.parse() {
        *request.uri_mut() = path;
    }
    let response = ServeDir::new(app::ASSETS).oneshot(request).await?;
    Ok(response.map(BodyExt::boxed_unsync))
}

/// Whose picture is asked for.
fn picture(method: &Method, path: &str) -> Option<i64> {
    let id = path.strip_prefix("/avatars/")?;
    id.parse().ok().filter(|_| method == Method::GET)
}

async fn route(app: &App, request: Request<Incoming>) -> Result<Response<String>> {
    let (head, body) = request.into_parts();
    let session = head.extensions.get::<Session>();
    let session = session.ok_or_else(|| Error::internal("the session layer is missing"))?;
    match (&head.method, head.uri.path()) {
        (&Method::GET, "/") => app.home(user_id(Some(session)).await?).await,
        (&Method::GET, "/plain") => app.plain(user_id(Some(session)).await?).await,
        (&Method::POST, "/login") => {
            let body = Limited::new(body, app::MAX_BODY).collect().await;
            let body = body.map_err(|_| Error::bad_request("The body is no login"))?;
            let account = app.check_login(&head.headers, &body.to_bytes()).await?;
            // Another id, so that nobody can have planted the one that is logged in.
            session.cycle_id().await?;
            session.insert(app::USER_ID, account.id).await?;
            app::logged_in(&head.headers, &account)
        }
        (&Method::POST, "/logout") => {
            session.flush().await?;
            app::logged_out(&head.headers)
        }
        _ => Err(Error::not_found("There is nothing here")),
    }
}

async fn user_id(session: Option<&Session>) -> Result<Option<i64>> {
    match session {
        Some(session) => Ok(session.get(app::USER_ID).await?),
        None => Ok(None),
    }
}
