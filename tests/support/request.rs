use bytes::Bytes;
use serde_json::{Value, json};

pub(crate) const MOUNT: &str = "/api/mizan";

/// A request to send.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Bytes,
}

impl Request {
    /// A request to a path below the mount.
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self::outside(method, &format!("{MOUNT}{path}"))
    }

    /// A request to a path of the host's.
    pub(crate) fn outside(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// A body that is sent to `call/` as JSON.
    pub(crate) fn json(body: impl Into<Bytes>) -> Self {
        Self::new("POST", "/call/")
            .header("content-type", "application/json")
            .body(body)
    }

    /// The call of a function.
    pub(crate) fn call(function: &str, args: &Value) -> Self {
        Self::json(json!({ "fn": function, "args": args }).to_string())
    }

    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn mwt(self, token: impl AsRef<[u8]>) -> Self {
        self.header("x-mizan-token", token)
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }
}
