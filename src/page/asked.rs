//! A request whose answer may be a page to prime.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{BoxFuture, FutureExt};
use http::{HeaderMap, Method, StatusCode, request};

use super::data::PageData;
use super::eligible::{declares_charset, is_page, may_be_for_a_page};
use super::insert::Insertion;
use super::privacy;
use super::request::{read, sealed};
use crate::registry::{ContextId, Telling};
use crate::service::Config;

/// What is kept of a request while the service behind makes its answer, and read for it once the
/// answer turns out to be a page.
pub(crate) struct Asked {
    config: Arc<Config>,
    head: request::Parts,
    global: ContextId,
    taken: Taken,
}

/// What priming does with a response.
pub(crate) enum Primes {
    /// It is no page, or one that has its data already.
    Nothing,
    /// The answer to a `HEAD`: its headers are those of a page, and its length is not known.
    Head(Box<Insertion>),
    /// A page to read the data for.
    Page(BoxFuture<'static, PageData>),
}

impl Asked {
    /// Nothing where pages are not primed, and for requests that are not for pages.
    #[inline]
    pub(crate) fn of<R: sealed::Head>(config: &Arc<Config>, request: &mut R) -> Option<Box<Self>> {
        Self::by(config, config.primes?, request)
    }

    #[inline(never)]
    fn by<R: sealed::Head>(
        config: &Arc<Config>,
        global: ContextId,
        request: &mut R,
    ) -> Option<Box<Self>> {
        if !may_be_for_a_page(request.method(), request.headers()) {
            return None;
        }
        let asked = Box::new(Self {
            config: Arc::clone(config),
            head: request.head(),
            global,
            taken: Taken::default(),
        });
        // By it a handler says that it wrote the data itself.
        request.extensions_mut().insert(asked.taken.clone());
        Some(asked)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// `telling` is over before anything is read: what the route changed is seen.
    pub(crate) fn prime(
        self: Box<Self>,
        status: StatusCode,
        headers: &mut HeaderMap,
        telling: &mut Option<Telling>,
    ) -> Primes {
        if self.taken.is_taken() || !is_page(status, headers) {
            return Primes::Nothing;
        }
        if self.head.method == Method::HEAD {
            privacy::make_private(headers);
            privacy::unframe(headers);
            return Primes::Head(Insertion::hiding_length());
        }
        let data = read(&self.config, self.global, self.head);
        Primes::Page(match telling.take() {
            None => data,
            Some(telling) => async move {
                telling.await;
                data.await
            }
            .boxed(),
        })
    }
}

/// The headers of a page, and what is put into it. Nothing where there is no data.
pub(crate) fn prepare(data: PageData, headers: &mut HeaderMap) -> Option<Box<Insertion>> {
    data.make_private(headers);
    // It declares UTF-8, or would not be a page to prime.
    let block = data.into_block(declares_charset(headers))?;
    privacy::unframe(headers);
    Some(Insertion::new(block))
}

/// Whether a handler wrote the data into its page by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken(Arc<AtomicBool>);

impl Taken {
    pub(super) fn take(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_taken(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::FutureExt;
    use http::HeaderValue;
    use http::header::CONTENT_TYPE;
    use http_body_util::{BodyExt, Full};

    use super::*;
    use crate::reply::Reply;
    use crate::service::MizanBody;

    #[test]
    fn a_page_in_no_declared_encoding_gets_ascii() {
        for (kind, name) in [("text/html; charset=utf-8", "é"), ("text/html", r"\u00e9")] {
            let data = PageData::of(&Reply::of_json(r#""é""#.as_bytes()));
            let mut headers =
                HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
            let insertion = prepare(data, &mut headers).unwrap();
            let page = Full::new(Bytes::from_static(b"<html>"));
            let body = MizanBody::page(page, insertion).collect();
            let body = body.now_or_never().unwrap().unwrap().to_bytes();
            let expected = format!("{{\"global\":\"{name}\"}}</script>");
            assert!(body.ends_with(expected.as_bytes()), "{kind}: {body:?}");
        }
    }
}
