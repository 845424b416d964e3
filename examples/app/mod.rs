//! The application that the three stacks serve. It knows none of them: what is left to each is
//! its server, its routes and its sessions.

mod chat;
mod export;
mod forms;
mod functions;
mod listen;
mod login;
mod model;
mod page;
mod store;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use mizan::{BoxError, Error, Registry, RegistryError, Result, User};
use tracing_subscriber::EnvFilter;

pub(crate) use self::export::export;
pub(crate) use self::listen::listen;
pub(crate) use self::login::MAX_BODY;
pub(crate) use self::model::Account;
use self::store::Store;

/// What the sessions keep: the id of who is logged in.
pub(crate) const USER_ID: &str = "user_id";

/// How long calls over a WebSocket may take once the server was told to end.
pub(crate) const DRAIN: Duration = Duration::from_secs(2);

/// Another origin whose pages may use the demo, as a client under development does.
pub(crate) const OTHER_ORIGIN: &str = "http://localhost:5173";

/// The React application, which `make demo` builds.
const PAGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/examples/web/dist/client/index.html"
);

/// What `GET /assets/…` serves: all that the page loads.
pub(crate) const ASSETS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/examples/web/dist/client/assets"
);

/// What a page of another origin has to be allowed to read.
pub(crate) const EXPOSED: [HeaderName; 3] = [
    HeaderName::from_static("x-mizan-invalidate"),
    HeaderName::from_static("x-mizan-instance"),
    HeaderName::from_static("x-mizan-contract"),
];

#[derive(Clone, Debug)]
pub(crate) struct App {
    stack: &'static str,
    address: SocketAddr,
    store: Store,
}

impl App {
    /// Opens the database: the file named by `DATABASE`, or a temporary one.
    pub(crate) async fn open(stack: &'static str, address: SocketAddr) -> Result<Self> {
        Ok(Self {
            stack,
            address,
            store: Store::open(std::env::var_os("DATABASE")).await?,
        })
    }

    pub(crate) fn registry(&self) -> Result<Registry, RegistryError> {
        functions::registry(self.store.clone())
    }

    /// The caller, for Mizan, of a session that says this id.
    pub(crate) async fn user(&self, id: Option<i64>) -> Result<Option<User>> {
        let account = self.account(id).await?;
        Ok(account.map(|account| {
            User::new(account.id.to_string())
                .staff(account.staff)
                .with(account)
        }))
    }

    async fn account(&self, id: Option<i64>) -> Result<Option<Account>> {
        match id {
            Some(id) => self.store.account(id).await,
            None => Ok(None),
        }
    }

    /// `GET /`: the React application, or the plain page where it was not built.
    pub(crate) async fn home(&self, id: Option<i64>) -> Result<Response<String>> {
        match tokio::fs::read_to_string(PAGE).await {
            Ok(page) => Ok(page::html(page)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.plain(id).await,
            Err(error) => Err(error.into()),
        }
    }

    /// `GET /plain`: a page that needs no JavaScript.
    pub(crate) async fn plain(&self, id: Option<i64>) -> Result<Response<String>> {
        let profile = match id {
            Some(id) => self.store.profile(id).await?,
            None => None,
        };
        let base = format!("http://{}", self.address);
        Ok(page::plain(self.stack, &base, profile.as_ref()))
    }

    /// `GET /avatars/{id}`: what the avatar form took.
    pub(crate) async fn picture(&self, id: i64) -> Result<Response<Vec<u8>>> {
        let picture = self.store.picture(id).await?;
        page::picture(picture.ok_or_else(|| Error::not_found("No such picture"))?)
    }

    /// `POST /login`, first half: whose id belongs into the session.
    pub(crate) async fn check_login(&self, headers: &HeaderMap, body: &[u8]) -> Result<Account> {
        login::check(&self.store, headers, body).await
    }
}

/// `POST /login`, second half.
pub(crate) fn logged_in(headers: &HeaderMap, account: &Account) -> Result<Response<String>> {
    login::changed(headers, Some(account))
}

/// `POST /logout`, once the session is empty.
pub(crate) fn logged_out(headers: &HeaderMap) -> Result<Response<String>> {
    login::changed(headers, None)
}

/// What a plain route answers; the cause of an internal error goes to the log alone.
pub(crate) fn answer<B: Into<Bytes>>(result: Result<Response<B>>) -> Response<Bytes> {
    let result = result.map(|response| response.map(Into::into));
    result.unwrap_or_else(|error: Error| {
        if let Some(cause) = error.cause() {
            tracing::error!(%cause, "a plain route failed");
        }
        let mut response = Response::new(format!("{}\n", error.message()).into());
        *response.status_mut() = error.status();
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        response
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, plain);
        response
    })
}

/// The log goes to stderr, `RUST_LOG` filters it.
pub(crate) fn log() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,tower_http=debug"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// This machine only, on the port `PORT`; 8000 unless set.
pub(crate) fn address() -> Result<SocketAddr, BoxError> {
    let port = match std::env::var("PORT") {
        Ok(port) => port.parse()?,
        Err(_) => 8000,
    };
    Ok(SocketAddr::from(([127, 0, 0, 1], port)))
}

/// Says where the server listens; scripts wait for this line.
pub(crate) fn announce(address: SocketAddr) {
    println!("listening on http://{address}");
}

/// Waits for ctrl-c. What is under way then has ten seconds, or until ctrl-c is pressed again.
pub(crate) async fn shutdown() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "ctrl-c cannot be heard; the server stops");
    }
    tokio::spawn(async {
        let _ = tokio::time::timeout(Duration::from_secs(10), tokio::signal::ctrl_c()).await;
        tracing::warn!("some connections did not end in time");
        std::process::exit(1);
    });
}
