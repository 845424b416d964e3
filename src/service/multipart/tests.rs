mod bodies;
mod bounds;
mod chunks;
mod lifetime;
mod sinks;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http::{HeaderValue, Request};
use http_body::Frame;
use http_body_util::StreamBody;
use serde_json::Value;

use super::{Multipart, Parts};
use crate::call::{Args, Target};
use crate::error::{BoxError, Result};
use crate::upload::Uploads;
use crate::{Call, Function, Registry};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("multipart/form-data; boundary=XX");

/// Writes a body.
#[derive(Clone, Default)]
struct Form(Vec<u8>);

impl Form {
    /// With the field that names the function.
    fn of(function: &str) -> Self {
        Self::default().text("fn", function)
    }

    fn raw(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.extend_from_slice(bytes.as_ref());
        self
    }

    fn text(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let head = format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        self.raw(head).raw(text).raw("\r\n")
    }

    fn file(self, field: &str, name: &str, kind: &str, content: impl AsRef<[u8]>) -> Self {
        let head = format!(
            "--XX\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: {kind}\r\n\r\n"
        );
        self.raw(head).raw(content).raw("\r\n")
    }

    fn end(self) -> Vec<u8> {
        self.raw("--XX--\r\n").0
    }
}

type Data = Result<Bytes, BoxError>;

fn body<S>(chunks: S) -> StreamBody<impl Stream<Item = Result<Frame<Bytes>, BoxError>> + Send>
where
    S: Stream<Item = Data> + Send + 'static,
{
    StreamBody::new(chunks.map(|chunk| chunk.map(Frame::data)))
}

fn call() -> Call {
    let registry = Registry::builder()
        .function(Function::new("noop", |_: Call| Ok(())))
        .build()
        .unwrap();
    let target = Target::Function(registry.function_id("noop").unwrap());
    let head = Request::new(()).into_parts().0;
    Call::new(registry, target, Args::Query, None, head)
}

/// The fields of files in these tests.
fn takes_file(name: &str) -> bool {
    matches!(name, "file" | "docs" | "other")
}

/// What a body was found to hold, for comparison.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    function: String,
    texts: Vec<(String, String)>,
    files: Vec<File>,
    refused: Value,
    stopped: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct File {
    field: String,
    name: String,
    kind: String,
    content: Vec<u8>,
}

impl Seen {
    async fn of(function: &str, parts: Parts) -> Self {
        let mut files = Vec::new();
        for (field, upload) in &parts.files {
            let content = upload.bytes(usize::MAX).await.unwrap();
            assert_eq!(content.len() as u64, upload.size());
            files.push(File {
                field: field.clone(),
                name: upload.name().to_owned(),
                kind: upload.content_type().to_owned(),
                content: content.into(),
            });
        }
        Self {
            function: function.to_owned(),
            texts: parts.texts,
            files,
            refused: serde_json::to_value(&parts.refused).unwrap()["errors"].take(),
            stopped: parts.stopped,
        }
    }

    /// The codes of the refusals, each with its field.
    fn codes(&self) -> Vec<String> {
        let refused = self.refused.as_array().unwrap().iter();
        let codes = refused.flat_map(|field| {
            let errors = field["errors"].as_array().unwrap().iter();
            let name = field["field"].as_str().unwrap();
            errors.map(move |error| format!("{name} {}", error["code"].as_str().unwrap()))
        });
        codes.collect()
    }

    fn text(&self, name: &str) -> Option<&str> {
        let found = self.texts.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.as_str())
    }
}

type Outcome = Result<Seen, (u16, String)>;

async fn read_in(chunks: impl Stream<Item = Data> + Send + 'static, bounds: &Uploads) -> Outcome {
    let read = async {
        let mount = Arc::new(bounds.clone());
        let mut multipart = Multipart::new(body(chunks), &CONTENT_TYPE, mount, None)?;
        let function = multipart.function().await?;
        let parts = multipart.rest(&call(), bounds, &takes_file).await?;
        Ok(Seen::of(&function, parts).await)
    };
    read.await
        .map_err(|error: crate::Error| (error.status().as_u16(), error.message().to_owned()))
}

/// Reads a body that arrives at once.
async fn read(body: &[u8], bounds: &Uploads) -> Outcome {
    read_in(whole(body), bounds).await
}

fn whole(body: &[u8]) -> impl Stream<Item = Data> + Send + 'static {
    let body = Bytes::copy_from_slice(body);
    stream::iter([Ok(body)])
}

/// Cut at these places.
fn cut(body: &[u8], places: &[usize]) -> impl Stream<Item = Data> + Send + 'static {
    let body = Bytes::copy_from_slice(body);
    let mut places = places.to_vec();
    places.push(body.len());
    places.sort_unstable();
    let chunks: Vec<Data> = places
        .iter()
        .scan(0, |from, to| {
            Some(Ok(body.slice(std::mem::replace(from, *to)..*to)))
        })
        .collect();
    stream::iter(chunks)
}
