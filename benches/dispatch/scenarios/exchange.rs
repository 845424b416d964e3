//! The frame that all scenarios share.

use std::fmt::Debug;
use std::pin::pin;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use mizan::User;
use tower::{Service, ServiceExt};

use crate::Result;

pub(crate) type Exchange = Box<dyn FnMut()>;

/// What a request is built from, over and over.
pub(super) struct Prepared {
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    user: Option<User>,
    body: Bytes,
}

impl Prepared {
    pub(super) fn post(uri: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            method: Method::POST,
            uri: Uri::from_static(uri),
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
            user: None,
            body: body.into(),
        }
    }

    pub(super) fn get(uri: &'static str) -> Self {
        Self {
            method: Method::GET,
            ..Self::post(uri, Bytes::new())
        }
    }

    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn user(mut self) -> Self {
        self.user = Some(User::new("42"));
        self
    }

    fn to_request(&self) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        *request.headers_mut() = headers;
        if let Some(user) = &self.user {
            request.extensions_mut().insert(user.clone());
        }
        request
    }
}

/// Nothing that is measured waits for anything, so that a single poll is all there is.
pub(super) fn exchange<S, B>(
    mut service: S,
    prepared: Prepared,
    expected: impl Into<Bytes>,
) -> Result<Exchange>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + 'static,
    S::Error: Debug,
    B: Body<Data = Bytes>,
    B::Error: Debug,
{
    let expected = expected.into();
    let mut answer = move || {
        let answer = async {
            let request = prepared.to_request();
            let ready = service
                .ready()
                .await
                .map_err(|error| format!("{error:?}"))?;
            let answer = ready.call(request).await;
            let (head, body) = answer.map_err(|error| format!("{error:?}"))?.into_parts();
            // One frame is all that any of them sends; the comparison would show another.
            let data = match pin!(body).frame().await {
                Some(frame) => frame.map_err(|error| format!("{error:?}"))?.into_data(),
                None => Ok(Bytes::new()),
            };
            Ok::<_, String>((head.status, data.unwrap_or_default()))
        };
        match answer.now_or_never() {
            Some(Ok((StatusCode::OK, body))) if body == expected => Ok(()),
            Some(answer) => Err(format!("answered {answer:?} in place of {expected:?}")),
            None => Err("answered later".to_owned()),
        }
    };
    answer()?;
    Ok(Box::new(move || {
        if let Err(error) = answer() {
            panic!("{error}");
        }
    }))
}
