//! The demo on poem, with poem's own middleware around it.

#[path = "../app/mod.rs"]
mod app;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};
use mizan::{BoxError, Error, MizanLayer, Result};
use poem::endpoint::StaticFilesEndpoint;
use poem::listener::TcpAcceptor;
use poem::middleware::{Compression, Cors, Tracing};
use poem::session::{CookieConfig, MemoryStorage, ServerSession, Session};
use poem::web::cookie::SameSite;
use poem::web::{CompressionAlgo, Data, Path};
use poem::{Body, EndpointExt, Response, ResponseParts, Route, Server, get, handler, post};

use app::App;

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    app::log();
    if app::export().await? {
        return Ok(());
    }
    let listener = app::listen(app::address()?)?;
    let address = listener.local_addr()?;
    let app = App::open("poem", address).await?;

    // The order, from inside to outside, is the one that docs/mounting.md explains.
    let mizan = mizan(&app)?;
    let sockets = mizan.connections();
    let endpoint = Route::new()
        .at("/", get(home))
        .at("/plain", get(plain))
        .nest("/assets", StaticFilesEndpoint::new(app::ASSETS))
        .at("/login", post(login))
        .at("/logout", post(logout))
        .at("/avatars/:id", get(picture))
        .data(app.clone())
        .with(mizan)
        // The cookie would be `Secure`, but the demo speaks plain HTTP.
        .with(ServerSession::new(
            CookieConfig::new()
                .secure(false)
                .same_site(SameSite::Strict),
            MemoryStorage::new(),
        ))
        .with(Compression::new().algorithms([CompressionAlgo::GZIP]))
        .with(cors(address.port()))
        .with(Tracing);

    app::announce(address);
    let closing = sockets.clone();
    let shutdown = async move {
        app::shutdown().await;
        tokio::spawn(async move { closing.close(app::DRAIN).await });
    };
    Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?)
        .run_with_graceful_shutdown(endpoint, shutdown, None)
        .await?;
    // poem does not know of the WebSockets.
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
            async move { app.user(session.as_ref().and_then(user_id)).await }
        })
        .build()?;
    Ok(layer)
}

/// poem refuses every `Origin` that is not listed, that of the demo's own pages too.
fn cors(port: u16) -> Cors {
    Cors::new()
        .allow_origin(app::OTHER_ORIGIN)
        .allow_origin(format!("http://127.0.0.1:{port}"))
        .allow_origin(format!("http://localhost:{port}"))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([CONTENT_TYPE])
        .expose_headers(app::EXPOSED)
}

#[handler]
async fn home(Data(app): Data<&App>, session: &Session) -> Response {
    reply(app.home(user_id(session)).await)
}

#[handler]
async fn plain(Data(app): Data<&App>, session: &Session) -> Response {
    reply(app.plain(user_id(session)).await)
}

#[handler]
async fn picture(Data(app): Data<&App>, Path(id): Path<i64>) -> Response {
    reply(app.picture(id).await)
}

#[handler]
async fn login(
    Data(app): Data<&App>,
    session: &Session,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let logged_in = async {
        let body = body.into_bytes_limit(app::MAX_BODY).await;
        let body = body.map_err(|_| Error::bad_request("The body is no login"))?;
        let account = app.check_login(headers, &body).await?;
        session.set(app::USER_ID, account.id);
        // Another id, so that nobody can have planted the one that is logged in.
        session.renew();
        app::logged_in(headers, &account)
    };
    reply(logged_in.await)
}

#[handler]
async fn logout(session: &Session, headers: &HeaderMap) -> Response {
    session.purge();
    reply(app::logged_out(headers))
}

fn user_id(session: &Session) -> Option<i64> {
    session.get(app::USER_ID)
}

fn reply<B: Into<Bytes>>(result: Result<http::Response<B>>) -> Response {
    let (head, body) = app::answer(result).into_parts();
    let head = ResponseParts {
        status: head.status,
        version: head.version,
        headers: head.headers,
        extensions: head.extensions,
    };
    Response::from_parts(head, body.into())
}
