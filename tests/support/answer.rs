//! An answer, and what is to be said of it.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Map, Value};

use super::json::same;

const HEADER_LIMIT: usize = 2048;

pub(crate) struct Answer {
    /// The request, for failures.
    pub(crate) about: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{self}: the body is no JSON: {error}"))
    }

    /// A header that is given once, or not at all.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert!(values.len() <= 1, "{self}: {name} is repeated");
        values.first().map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    #[track_caller]
    pub(crate) fn assert_header(&self, name: &str, value: Option<&str>) -> &Self {
        assert_eq!(self.header(name), value, "{self}: {name}");
        self
    }

    /// 200 and this body, as JSON values.
    #[track_caller]
    pub(crate) fn assert_body(&self, body: &Value) -> &Self {
        self.assert_status(200);
        assert!(same(&self.json(), body), "{self}: expected {body}");
        self
    }

    /// 200 and this result, with nothing beside it.
    #[track_caller]
    pub(crate) fn assert_result(&self, result: Value) -> &Self {
        self.assert_body(&serde_json::json!({ "result": result }))
    }

    /// 200 and a result with this message, with nothing beside it.
    #[track_caller]
    pub(crate) fn assert_message(&self, message: &str) -> &Self {
        self.assert_result(serde_json::json!({ "message": message }))
    }

    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) -> &Self {
        self.assert_status(status);
        assert_eq!(self.json()["code"], code, "{self}");
        self
    }

    /// `VALIDATION_ERROR` about these paths and no others.
    #[track_caller]
    pub(crate) fn assert_fields(&self, paths: &[&str]) -> &Self {
        self.assert_error(422, "VALIDATION_ERROR");
        let found = self.fields();
        let found: BTreeSet<_> = found.iter().map(|(path, _)| path.as_str()).collect();
        let wanted: BTreeSet<_> = paths.iter().copied().collect();
        assert_eq!(found, wanted, "{self}");
        self
    }

    /// The paths of `details.fields`, each with one message at least.
    #[track_caller]
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let body = self.json();
        let fields = body["details"]["fields"].as_object();
        let fields = fields.unwrap_or_else(|| panic!("{self}: no details.fields"));
        for messages in fields.values() {
            let texts = messages.as_array().filter(|texts| !texts.is_empty());
            let all_texts = texts.is_some_and(|texts| texts.iter().all(Value::is_string));
            assert!(all_texts, "{self}: a field without messages");
        }
        fields.clone()
    }

    /// What holds for every answer of every endpoint.
    #[track_caller]
    pub(crate) fn check(&self) {
        let no_store = self.header("cache-control").unwrap_or_default();
        assert!(no_store.contains("no-store"), "{self}: may be stored");
        let contract = self.header("x-mizan-contract").unwrap_or_default();
        let is_hex = contract.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(contract.len() == 16 && is_hex, "{self}: no contract");
        self.assert_nothing_leaks();

        // Answers are whole, whatever serves them: none goes out in chunks.
        assert!(!self.headers.contains_key("transfer-encoding"), "{self}");
        let challenged = self.headers.contains_key("www-authenticate");
        assert_eq!(challenged, self.status == 401, "{self}: challenge");
        let allow = self.headers.contains_key("allow");
        assert_eq!(allow, matches!(self.status, 204 | 405), "{self}: Allow");
        if self.status == 204 {
            assert!(self.body.is_empty(), "{self}: 204 with a body");
            return;
        }
        assert_eq!(
            self.header("content-type"),
            Some("application/json"),
            "{self}"
        );
        if self.method == "HEAD" {
            assert!(self.body.is_empty(), "{self}: HEAD with a body");
        } else if self.status == 200 && self.path.contains("/call") {
            self.check_reply();
        } else if self.status != 200 {
            self.check_error();
        }
    }

    fn assert_nothing_leaks(&self) {
        let holds = |bytes: &[u8]| bytes.windows(7).any(|seven| seven == b"hunter2");
        let in_head = self
            .headers
            .iter()
            .any(|(_, value)| holds(value.as_bytes()));
        // The request's own text may come back, but no cause is asked for by its words.
        assert!(!holds(&self.body) && !in_head, "{self}: the cause leaked");
    }

    #[track_caller]
    fn check_error(&self) {
        let body = self.json();
        let body = body.as_object().unwrap();
        let status = match body["code"].as_str().unwrap() {
            "BAD_REQUEST" => [400, 405, 408, 413, 415, 426, 431].as_slice(),
            "UNAUTHORIZED" => &[401],
            "FORBIDDEN" => &[403],
            "NOT_FOUND" => &[404],
            "VALIDATION_ERROR" => &[422],
            "OVERLOADED" => &[503],
            "TIMEOUT" => &[504],
            "NOT_IMPLEMENTED" => &[501],
            "INTERNAL_ERROR" => &[500],
            other => panic!("{self}: the code {other}"),
        };
        assert!(status.contains(&self.status), "{self}: status and code");
        assert_eq!(body["error"], true, "{self}");
        let message = body["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{self}: no message");
        let known = ["error", "code", "message", "details"];
        assert!(body.keys().all(|name| known.contains(&&**name)), "{self}");
        if self.status < 500 {
            self.assert_header("x-mizan-invalidate", None);
        }
        self.assert_header("x-mizan-instance", None);
    }

    /// The header says what the body says (protocol section 3).
    #[track_caller]
    fn check_reply(&self) {
        let body = self.json();
        let body = body.as_object().unwrap();
        let known = ["result", "invalidate", "merge"];
        assert!(body.keys().all(|name| known.contains(&&**name)), "{self}");
        assert!(body.contains_key("result"), "{self}: no result");
        let mut entries = Vec::new();
        for name in ["invalidate", "merge"] {
            let Some(list) = body.get(name) else { continue };
            let list = list.as_array().unwrap();
            assert!(!list.is_empty(), "{self}: {name} is empty");
            entries.extend(list);
        }
        if entries.is_empty() {
            self.assert_header("x-mizan-invalidate", None);
            return;
        }
        let scoped: Vec<_> = entries.iter().map(|entry| header_entry(entry)).collect();
        let mut header = scoped.join(", ");
        if header.len() > HEADER_LIMIT {
            let broad = |entry: &String| entry.split(';').next().unwrap().to_owned();
            header = scoped.iter().map(broad).collect::<Vec<_>>().join(", ");
        }
        self.assert_header("x-mizan-invalidate", Some(&header));
    }
}

fn header_entry(entry: &Value) -> String {
    if let Value::String(context) = entry {
        return context.clone();
    }
    let mut text = entry["context"].as_str().unwrap().to_owned();
    for (name, value) in entry["params"].as_object().into_iter().flatten() {
        let value = match value {
            Value::String(value) => value.clone(),
            other => other.to_string(),
        };
        text += &format!(";{}={}", percent_encode(name), percent_encode(&value));
    }
    text
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} → {} {body:.400}", self.about, self.status)
    }
}
