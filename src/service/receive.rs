//! Bodies that are no plain call: those that HTML forms send, and those with files.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, request};
use http_body::Body;

use super::body::ReadBody;
use super::config::Config;
use super::content::Content;
use super::envelope::not_utf8;
use super::exchange::unknown;
use super::multipart::Multipart;
use crate::call::{Args, Call, Draft, FormBody, Target};
use crate::error::{BoxError, Error, Result};
use crate::form::{WantsPage, wants_html};
use crate::identity::User;
use crate::registry::FunctionId;
use crate::schema::Query;

/// A body to receive, and what it is for.
pub(crate) struct Receive {
    content: Content,
    content_type: Option<HeaderValue>,
    /// The function, where the path says it and not the body.
    function: Option<Result<FunctionId>>,
    /// Whether the answer is for a page without JavaScript.
    pub(super) html: bool,
}

impl Receive {
    /// A multipart body that names the function which it calls.
    pub(super) fn call(headers: &HeaderMap) -> Self {
        Self {
            content: Content::Multipart,
            content_type: headers.get(CONTENT_TYPE).cloned(),
            function: None,
            html: false,
        }
    }

    /// What was filled in of the form of this name.
    pub(super) fn form(config: &Config, name: &str, headers: &HeaderMap) -> Result<Self> {
        let content = Content::accept(config, headers)?;
        let registry = &config.registry;
        let function = registry
            .function_id(&format!("{name}.submit"))
            .filter(|id| {
                registry
                    .entry(*id)
                    .form()
                    .is_some_and(|form| form.has_page())
            });
        Ok(Self {
            content,
            content_type: headers.get(CONTENT_TYPE).cloned(),
            function: Some(function.ok_or_else(|| unknown(config.debug, "form", name))),
            html: wants_html(headers),
        })
    }

    /// Tells the layers what the answer is for.
    pub(super) fn mark(&self, mut head: request::Parts) -> request::Parts {
        if self.html {
            head.extensions.insert(WantsPage);
        }
        head
    }

    /// Whether a token does not excuse a foreign origin (protocol section 6).
    pub(super) fn is_form(&self) -> bool {
        self.function.is_some()
    }

    /// Reads what has to be read before it is known who may go on: all but files.
    pub(super) fn receive<B>(
        self,
        config: &Config,
        draft: Draft,
        body: B,
        user: Option<User>,
    ) -> BoxFuture<'static, Result<Call>>
    where
        B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
    {
        let registry = config.registry.clone();
        let (max, timeout) = (config.max_body, config.body_timeout);
        let uploads = Arc::clone(&config.uploads);
        let debug = config.debug;
        async move {
            let mut function = self.function;
            let args = match self.content {
                Content::Json => Args::whole(object(ReadBody::new(body, max, timeout).await?)?),
                Content::UrlEncoded => {
                    let bytes = ReadBody::new(body, max, timeout).await?;
                    let form = match &function {
                        Some(Ok(id)) => registry.entry(*id).form(),
                        _ => None,
                    };
                    let bounds = form.and_then(|form| form.uploads()).unwrap_or(&uploads);
                    // Before they are taken apart, and again without those that are empty.
                    let joints = bytes.iter().filter(|byte| **byte == b'&').count();
                    let pairs = match joints > bounds.fields() {
                        true => return Err(Error::too_large()),
                        false => pairs(&bytes)?,
                    };
                    if pairs.len() > bounds.fields() {
                        return Err(Error::too_large());
                    }
                    Args::body(FormBody::Pairs(pairs))
                }
                Content::Multipart => {
                    let content_type = self.content_type.ok_or_else(Error::content_type)?;
                    let mount = Arc::clone(&uploads);
                    let mut body = Multipart::new(body, &content_type, mount, timeout)?;
                    if function.is_none() {
                        let name = body.function().await?;
                        let found = registry.function_id(&name);
                        function = Some(found.ok_or_else(|| unknown(debug, "function", &name)));
                    }
                    Args::body(FormBody::Multipart(Box::new(body), uploads))
                }
            };
            let function =
                function.unwrap_or_else(|| Err(Error::bad_request("`fn` is missing")))?;
            Ok(draft.decide(Target::Function(function), args, user))
        }
        .boxed()
    }
}

fn object(body: Bytes) -> Result<Bytes> {
    let text = std::str::from_utf8(&body).map_err(|_| not_utf8())?;
    if text.trim_ascii().is_empty() {
        return Err(Error::bad_request("The body is empty"));
    }
    match serde_json::from_str::<&serde_json::value::RawValue>(text) {
        Ok(value) if value.get().starts_with('{') => Ok(body),
        Ok(_) => Err(Error::bad_request("The body must be an object")),
        Err(_) => Err(Error::bad_request("The body is not valid JSON")),
    }
}

fn pairs(body: &[u8]) -> Result<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).map_err(|_| not_utf8())?;
    Ok(Query::parse(text).map_err(|_| not_utf8())?.into_pairs())
}
