//! Bodies for uploads, and servers of the three stacks to send them to.

use axum::Router;
use mizan::{MizanLayer, MizanService, Registry};
use poem::EndpointExt;
use serde_json::Value;

use crate::rig::{Answer, Server};
use crate::serve;

pub(crate) const BOUNDARY: &str = "----uploads";

/// A multipart body that is being written.
#[derive(Clone, Default)]
pub(crate) struct Body(Vec<u8>);

impl Body {
    /// Of the call of this function.
    pub(crate) fn of(function: &str) -> Self {
        Self::default().text("fn", function)
    }

    pub(crate) fn text(mut self, name: &str, text: &str) -> Self {
        self.head(&format!("form-data; name=\"{name}\""), None);
        self.raw(text).raw("\r\n")
    }

    pub(crate) fn file(self, name: &str, file: &str, kind: &str, content: &[u8]) -> Self {
        self.begin_file(name, file, kind).raw(content).raw("\r\n")
    }

    /// A file whose content is still to be written.
    pub(crate) fn begin_file(mut self, name: &str, file: &str, kind: &str) -> Self {
        let disposition = format!("form-data; name=\"{name}\"; filename=\"{file}\"");
        self.head(&disposition, Some(kind));
        self
    }

    fn head(&mut self, disposition: &str, kind: Option<&str>) {
        let kind = kind.map(|kind| format!("content-type: {kind}\r\n"));
        let kind = kind.unwrap_or_default();
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: {disposition}\r\n{kind}\r\n");
        self.0.extend(head.bytes());
    }

    pub(crate) fn raw(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.extend(bytes.as_ref());
        self
    }

    pub(crate) fn end(self) -> Vec<u8> {
        self.raw(format!("--{BOUNDARY}--\r\n")).0
    }

    /// Without an end.
    pub(crate) fn open(self) -> Vec<u8> {
        self.0
    }
}

/// The head of a request with so many bytes to come.
pub(crate) fn head(path: &str, length: usize, more: &str) -> Vec<u8> {
    format!(
        "POST /api/mizan{path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\n{more}\r\n"
    )
    .into_bytes()
}

/// A whole request.
pub(crate) fn request(path: &str, body: Body) -> Vec<u8> {
    let body = body.end();
    [head(path, body.len(), ""), body].concat()
}

/// Sends a body to `call/` on a connection of its own.
pub(crate) async fn send(server: &Server, body: Body) -> Answer {
    server.exchange(request("/call/", body)).await
}

/// The result of a call, which has one.
#[track_caller]
pub(crate) fn result(answer: &Answer) -> Value {
    let body = answer.json();
    assert_eq!(answer.status, 200, "{body}");
    body["result"].clone()
}

/// One server of each stack for the same registry: hyper, axum, poem.
pub(crate) async fn servers(layer: impl Fn() -> MizanLayer) -> [Server; 3] {
    let service = || layer().into_service();
    let router = Router::new().fallback_service(service());
    let endpoint = poem::Route::new().with(layer());
    let addresses = [
        serve::hyper(service()).await,
        serve::axum(router).await,
        serve::poem(endpoint).await,
    ];
    addresses.map(|address| Server { address })
}

pub(crate) async fn serving(registry: &Registry) -> [Server; 3] {
    let registry = registry.clone();
    servers(move || MizanLayer::new(registry.clone())).await
}

/// hyper's alone, for what does not depend on a stack.
pub(crate) async fn on_hyper(registry: &Registry) -> Server {
    let service = MizanService::new(registry.clone());
    Server {
        address: serve::hyper(service).await,
    }
}
