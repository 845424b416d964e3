//! Reads the global context on behalf of a request.

use futures_util::future::{BoxFuture, FutureExt};
use http::{Extensions, HeaderMap, Method, Request, request};

use super::asked::Taken;
use super::data::PageData;
use crate::call::{Args, Draft, Target};
use crate::error::{Error, Result};
use crate::layer::MizanLayer;
use crate::registry::{Context, ContextId};
use crate::reply::Reply;
use crate::service::{Config, Identified, identify};

/// A request that a page answers: `http::Request`, its `Parts`, and, with the feature `poem`,
/// `poem::Request`.
pub trait PageRequest: sealed::Head {}

pub(crate) mod sealed {
    use http::{Extensions, HeaderMap, Method, request};

    pub trait Head {
        fn method(&self) -> &Method;
        fn headers(&self) -> &HeaderMap;
        fn extensions_mut(&mut self) -> &mut Extensions;
        /// A copy of the head, without a body.
        fn head(&self) -> request::Parts;
    }
}

impl<B> PageRequest for Request<B> {}
impl<B> sealed::Head for Request<B> {
    fn method(&self) -> &Method {
        self.method()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn extensions_mut(&mut self) -> &mut Extensions {
        self.extensions_mut()
    }

    fn head(&self) -> request::Parts {
        let (mut head, ()) = Request::new(()).into_parts();
        head.method = self.method().clone();
        head.uri = self.uri().clone();
        head.version = self.version();
        head.headers = self.headers().clone();
        head.extensions = self.extensions().clone();
        head
    }
}

impl PageRequest for request::Parts {}
impl sealed::Head for request::Parts {
    fn method(&self) -> &Method {
        &self.method
    }

    fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    fn head(&self) -> request::Parts {
        self.clone()
    }
}

impl MizanLayer {
    /// The data for a page that answers this request: the global context's value, read as the
    /// caller whom the request's token or the host application names, through the same gates and
    /// layers as a fetch of it.
    ///
    /// A page comes with or without its data. Where no global context is registered, and where
    /// reading it fails (an anonymous caller of a context that needs a user, a failing reader), the
    /// block is empty, the log says why, and the client fetches the context as usual. Readers are
    /// given no arguments: the page's own query is not theirs.
    ///
    /// It takes the page over from [`prime_pages`](crate::MizanLayerBuilder::prime_pages), which
    /// then leaves this response as it is.
    ///
    /// ```
    /// use axum::http::{HeaderMap, request::Parts};
    /// use axum::{Router, extract::State, response::Html, routing::get};
    /// use mizan::{Call, Context, Function, MizanLayer, Registry, Result};
    ///
    /// async fn home(State(mizan): State<MizanLayer>, head: Parts) -> (HeaderMap, Html<String>) {
    ///     let data = mizan.page_data(&head).await;
    ///     let mut headers = HeaderMap::new();
    ///     data.make_private(&mut headers);
    ///     (headers, Html(format!("<!doctype html><head>{data}</head><div id=app></div>")))
    /// }
    ///
    /// # fn current_user(call: Call) -> Result<Option<String>> { Ok(None) }
    /// let registry = Registry::builder()
    ///     .function(Function::new("current_user", current_user).context(Context::GLOBAL))
    ///     .build()?;
    /// let mizan = MizanLayer::new(registry);
    /// let app: Router = Router::new()
    ///     .route("/", get(home))
    ///     .with_state(mizan.clone())
    ///     .layer(mizan);
    /// # Ok::<(), mizan::RegistryError>(())
    /// ```
    pub fn page_data<R>(&self, request: &R) -> impl Future<Output = PageData> + Send + use<R>
    where
        R: PageRequest + ?Sized,
    {
        let head = request.head();
        if let Some(taken) = head.extensions.get::<Taken>() {
            taken.take();
        }
        let config = self.config();
        match config.registry.context_id(Context::GLOBAL.name()) {
            Some(global) => read(config, global, head),
            None => std::future::ready(PageData::default()).boxed(),
        }
    }
}

/// Reads the context for a page that this head asked for, from identification on.
pub(super) fn read(
    config: &Config,
    global: ContextId,
    mut head: request::Parts,
) -> BoxFuture<'static, PageData> {
    // What is read for a page is read, whatever the page itself is the answer to.
    head.method = Method::GET;
    let found = identify(config, &head, false);
    let draft = Draft::new(&config.registry, head);
    let stack = config.stack.clone();
    async move {
        let user = match found {
            Identified::Now(user) => user,
            Identified::Later(finding) => finding.await,
        };
        let reply = match user {
            Ok(user) => {
                let args = Args::whole(bytes::Bytes::new());
                stack
                    .call(draft.decide(Target::Context(global), args, user))
                    .await
            }
            Err(error) => Err(error),
        };
        data(reply)
    }
    .boxed()
}

fn data(reply: Result<Reply>) -> PageData {
    match reply {
        Ok(reply) => PageData::of(&reply),
        Err(error) => {
            log(&error);
            PageData::default()
        }
    }
}

fn log(error: &Error) {
    if error.status().is_server_error() && !error.is_logged() {
        error.log(None);
    }
    tracing::debug!(code = %error.code(), "a page goes without its data");
}
