//! Sending requests, and judging their answers by the protocol's section 1.

use std::sync::LazyLock;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, Request, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use mizan::identity::{JwtKeys, MwtKeys};
use mizan::{BoxError, Entries, MizanLayer, MizanService};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

pub const SECRET: &[u8] = b"a secret of the fuzz targets, long enough";

static SERVICE: LazyLock<MizanService> = LazyLock::new(|| {
    MizanLayer::builder(crate::registry::registry())
        .mwt(MwtKeys::new().key("v1", SECRET))
        .jwt(JwtKeys::new().unnamed_key(SECRET))
        .uploads(crate::forms::uploads())
        .build()
        .expect("the settings are right")
        .into_service()
});

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime starts")
});

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

/// The answer to a request, which was found to be one.
pub fn ask<B>(request: Request<B>) -> Answer
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    RUNTIME.block_on(async {
        let Ok(response) = SERVICE.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let Ok(body) = body.collect().await;
        let text = String::from_utf8(body.to_bytes().into()).expect("an answer is UTF-8");
        let body = serde_json::from_str(&text).expect("an answer is JSON");
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            text,
            body,
        };
        answer.judge();
        answer
    })
}

impl Answer {
    fn judge(&self) {
        let text = &self.text;
        assert_eq!(self.headers[CACHE_CONTROL], "no-store", "{text}");
        assert_eq!(self.headers[CONTENT_TYPE], "application/json", "{text}");
        assert_eq!(self.headers["x-mizan-contract"].len(), 16);
        for name in ["x-mizan-invalidate", "x-mizan-instance"] {
            if let Some(value) = self.headers.get(name) {
                let value = value.to_str().expect("the header is text");
                value
                    .parse::<Entries>()
                    .expect("the header follows the grammar");
            }
        }
        if self.status == 200 {
            return;
        }
        assert_eq!(self.body["error"], true, "{text}");
        assert!(self.body["message"].is_string(), "{text}");
        assert!(!self.headers.contains_key("x-mizan-invalidate"), "{text}");
        let code = self.body["code"].as_str().unwrap_or_default();
        match (self.status.as_u16(), code) {
            (400 | 413 | 415, "BAD_REQUEST") | (404, "NOT_FOUND") => {}
            (405, "BAD_REQUEST") => assert!(self.headers.contains_key(ALLOW)),
            (401, "UNAUTHORIZED") => assert!(self.headers.contains_key("www-authenticate")),
            (422, "VALIDATION_ERROR") => {
                let fields = self.body["details"]["fields"].as_object();
                let fields = fields.expect("a validation error lists fields");
                assert!(!fields.is_empty(), "{text}");
                assert!(
                    fields
                        .values()
                        .all(|v| v.as_array().is_some_and(|v| !v.is_empty()))
                );
            }
            _ => panic!("{}: {text}", self.status),
        }
    }
}
