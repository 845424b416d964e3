use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use http::request::Parts;
use tower_layer::Layer;
use tower_service::Service;

use super::MizanLayer;
use super::error::LayerError;
use crate::call::Call;
use crate::error::{BoxError, Result};
use crate::identity::{Claims, TrustedOrigins, User};
#[cfg(feature = "jwt")]
use crate::identity::{Credentials, JwtKeys, MwtKeys};
use crate::registry::{Context, Registry};
use crate::reply::Reply;
#[cfg(feature = "websocket")]
use crate::service::websocket::{Admission, Sockets};
use crate::service::{Config, Route, Stack, Templates};
#[cfg(feature = "forms")]
use crate::upload::Uploads;

const DEFAULT_MOUNT: &str = "/api/mizan";
const DEFAULT_MAX_BODY: usize = 2 * 1024 * 1024;
const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(30);
const DEFAULT_IDENTITY_TIMEOUT: Duration = Duration::from_secs(10);

impl Config {
    pub(super) fn new(registry: Registry) -> Self {
        Self {
            #[cfg(feature = "forms")]
            max_multipart: registry.max_multipart(&Uploads::default()),
            templates: Templates::new(&registry),
            registry,
            stack: Stack::new(None),
            mount: DEFAULT_MOUNT.to_owned(),
            whole: false,
            credentials: Default::default(),
            load_user: None,
            host_user: None,
            origins: TrustedOrigins::new(),
            max_body: DEFAULT_MAX_BODY,
            body_timeout: Some(DEFAULT_BODY_TIMEOUT),
            identity_timeout: Some(DEFAULT_IDENTITY_TIMEOUT),
            debug: false,
            primes: None,
            #[cfg(feature = "forms")]
            uploads: Arc::default(),
            #[cfg(feature = "websocket")]
            admission: Admission::new(&Sockets::new()),
            #[cfg(feature = "websocket")]
            sockets: Sockets::new(),
        }
    }
}

/// Collects the settings of a [`MizanLayer`].
///
/// ```
/// # use mizan::{MizanLayer, Registry};
/// use std::time::Duration;
/// # let registry = Registry::builder().build()?;
/// let layer = MizanLayer::builder(registry)
///     .mount("/rpc")
///     .max_body(64 * 1024)
///     .body_timeout(Some(Duration::from_secs(5)))
///     .trust_origin("https://admin.example.com")
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct MizanLayerBuilder {
    config: Config,
    layers: Option<Route>,
    primes_pages: bool,
    #[cfg(feature = "jwt")]
    mwt: Option<MwtKeys>,
    #[cfg(feature = "jwt")]
    jwt: Option<JwtKeys>,
}

impl MizanLayerBuilder {
    pub(super) fn new(registry: Registry) -> Self {
        Self {
            config: Config::new(registry),
            layers: None,
            primes_pages: false,
            #[cfg(feature = "jwt")]
            mwt: None,
            #[cfg(feature = "jwt")]
            jwt: None,
        }
    }

    /// The path under which the endpoints stand; `/api/mizan` unless set, `/` for the root. A
    /// trailing slash makes no difference.
    pub fn mount(mut self, mount: impl Into<String>) -> Self {
        self.config.mount = mount.into();
        self
    }

    /// How many bytes the body of a call may have; 2 MiB unless set. More answers 413, and what
    /// declares more is answered before it is read.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.config.max_body = bytes;
        self
    }

    /// The bounds of bodies with files, for functions, for forms that have none of their own, and
    /// until it is known which of them a body is for; those of [`Uploads`] unless set. Its
    /// `max_fields` holds for the fields of plain HTML forms too.
    #[cfg(feature = "forms")]
    pub fn uploads(mut self, bounds: Uploads) -> Self {
        self.config.uploads = Arc::new(bounds);
        self
    }

    /// The bounds of WebSockets; those of [`Sockets`] unless set.
    #[cfg(feature = "websocket")]
    pub fn sockets(mut self, bounds: Sockets) -> Self {
        self.config.sockets = bounds;
        self
    }

    /// How long a body may take to arrive, or the next piece of one with files; 30 seconds unless
    /// set, `None` for ever. More answers 408.
    pub fn body_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.config.body_timeout = timeout;
        self
    }

    /// How long [`load_user`](Self::load_user) and [`host_user`](Self::host_user) may take; 10
    /// seconds unless set, `None` for ever. More answers `TIMEOUT`.
    pub fn identity_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.config.identity_timeout = timeout;
        self
    }

    /// Lets errors name the function or context that was not found. Off unless set.
    pub fn debug(mut self, debug: bool) -> Self {
        self.config.debug = debug;
        self
    }

    /// Writes the global context's value into the pages of the service behind, so that the client
    /// begins without a request (protocol section 8). Off unless set.
    ///
    /// A page is a whole HTML document that answers a `GET` with 200, in UTF-8, uncompressed. It
    /// streams on, and becomes private; see [`page`](crate::page).
    pub fn prime_pages(mut self, prime: bool) -> Self {
        self.primes_pages = prime;
        self
    }

    /// Trusts an origin to send unsafe requests without a token, as a page of another site that
    /// belongs to the application does. Compared byte for byte with the `Origin` header, such as
    /// `https://admin.example.com`.
    pub fn trust_origin(mut self, origin: impl Into<String>) -> Self {
        self.config.origins = self.config.origins.origin(origin);
        self
    }

    /// Reads MWTs from `X-Mizan-Token` and verifies them with these keys.
    #[cfg(feature = "jwt")]
    pub fn mwt(mut self, keys: MwtKeys) -> Self {
        self.mwt = Some(keys);
        self
    }

    /// Reads access JWTs from `Authorization: Bearer` and verifies them with these keys.
    #[cfg(feature = "jwt")]
    pub fn jwt(mut self, keys: JwtKeys) -> Self {
        self.jwt = Some(keys);
        self
    }

    /// Turns a valid token into the application's full user: permissions, a type of its own
    /// ([`User::with`]). `Ok(None)` says that there is no such active user, which makes the
    /// credential invalid; an error answers `INTERNAL_ERROR`.
    ///
    /// Without a loader the user is what the token says.
    ///
    /// ```
    /// # use mizan::{MizanLayer, Registry, User};
    /// # #[derive(Clone)] struct Account { name: String }
    /// # async fn find(id: &str) -> std::io::Result<Option<Account>> { Ok(None) }
    /// # let registry = Registry::builder().build()?;
    /// let layer = MizanLayer::builder(registry)
    ///     .load_user(|claims| async move {
    ///         let account = find(claims.subject()).await?;
    ///         Ok(account.map(|account| User::new(claims.subject()).with(account)))
    ///     })
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load_user<F, Fut>(mut self, load: F) -> Self
    where
        F: Fn(Claims) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<User>>> + Send + 'static,
    {
        self.config.load_user = Some(Arc::new(move |claims| load(claims).boxed()));
        self
    }

    /// Finds the host application's own caller, where no token names one: from the session that a
    /// layer outside put into the request's extensions, say. A [`User`] in the extensions is
    /// found without this.
    ///
    /// ```
    /// # use mizan::{MizanLayer, Registry, User};
    /// # use tower_sessions::Session;
    /// # let registry = Registry::builder().build()?;
    /// let layer = MizanLayer::builder(registry)
    ///     .host_user(|head| {
    ///         let session = head.extensions.get::<Session>().cloned();
    ///         async move {
    ///             let Some(session) = session else { return Ok(None) };
    ///             Ok(session.get::<String>("user_id").await?.map(User::new))
    ///         }
    ///     })
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn host_user<F, Fut>(mut self, find: F) -> Self
    where
        F: Fn(&Parts) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<User>>> + Send + 'static,
    {
        self.config.host_user = Some(Arc::new(move |head| find(head).boxed()));
        self
    }

    /// Puts a Tower layer around the whole call stack, outside of auth. A layer that is added
    /// later stands around those added before.
    ///
    /// ```
    /// # use mizan::{MizanLayer, Registry};
    /// use tower::{limit::ConcurrencyLimitLayer, load_shed::LoadShedLayer};
    /// # let registry = Registry::builder().build()?;
    /// let layer = MizanLayer::builder(registry)
    ///     .layer(ConcurrencyLimitLayer::new(512))
    ///     .layer(LoadShedLayer::new())
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route>,
        L::Service: Service<Call, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Service<Call>>::Error: Into<BoxError>,
        <L::Service as Service<Call>>::Future: Send + 'static,
    {
        let inner = self.layers.take().unwrap_or_else(Route::core);
        self.layers = Some(Route::new(layer.layer(inner)));
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// The first [`LayerError`]: a mount that is no path, a trusted origin that no browser would
    /// send, a secret under 32 bytes, a bound of zero and the like.
    pub fn build(self) -> Result<MizanLayer, LayerError> {
        let mut config = self.config;
        config.mount = checked_mount(config.mount)?;
        config.origins.validate().map_err(LayerError::Origin)?;
        config.stack = Stack::new(self.layers);
        if self.primes_pages {
            config.primes = config.registry.context_id(Context::GLOBAL.name());
            if config.primes.is_none() {
                tracing::warn!("no page is primed: the global context has no member");
            }
        }
        #[cfg(feature = "forms")]
        {
            if let Some(pattern) = config.uploads.defect() {
                let pattern = pattern.to_owned();
                return Err(LayerError::ContentType { pattern });
            }
            config.max_multipart = config.registry.max_multipart(&config.uploads);
        }
        #[cfg(feature = "websocket")]
        {
            if let Some(defect) = config.sockets.defect() {
                return Err(LayerError::Sockets { defect });
            }
            config.admission = Admission::new(&config.sockets);
        }
        #[cfg(feature = "jwt")]
        {
            config.credentials = Credentials::new(self.mwt, self.jwt);
            config.credentials.validate().map_err(LayerError::Key)?;
        }
        Ok(MizanLayer {
            config: Arc::new(config),
        })
    }
}

fn checked_mount(mount: String) -> Result<String, LayerError> {
    let path = mount.strip_suffix('/').unwrap_or(&mount);
    let legal = |byte: u8| byte.is_ascii_graphic() && !b"?#%\\\"<>".contains(&byte);
    let is_path = path.is_empty() || path.starts_with('/');
    if mount.is_empty()
        || !is_path
        || path.contains("//")
        || path.ends_with('/')
        || !path.bytes().all(legal)
    {
        return Err(LayerError::Mount { mount });
    }
    Ok(path.to_owned())
}

impl fmt::Debug for MizanLayerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MizanLayerBuilder")
            .field("mount", &self.config.mount)
            .finish_non_exhaustive()
    }
}
