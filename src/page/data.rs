use std::fmt;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderValue, SET_COOKIE};

use super::escape::{escape, to_ascii};
use super::privacy;
use crate::reply::Reply;

/// The name by which the client finds the block.
pub(super) const ID: &str = "__MIZAN_DATA__";
const BEFORE: &str = r#"<script type="application/json" id="__MIZAN_DATA__">{"global":"#;
const AFTER: &str = "}</script>";

/// The value of the global context as a page carries it: a block of data to write into the HTML,
/// or nothing.
///
/// Displayed, it is the whole `<script>` element; nothing where there is no value. It holds no
/// character that HTML would understand, so a template writes it without escaping it again
/// (`{{ data|safe }}`). Browsers never run it: it needs no nonce under a content security policy.
///
/// A page with a block belongs to one user: call [`make_private`](Self::make_private) on the
/// headers of the response that it stands in.
#[derive(Clone, Default)]
#[must_use = "the data is for a page"]
pub struct PageData {
    block: Option<String>,
    cookies: Vec<HeaderValue>,
}

impl PageData {
    /// The data of a read of the global context that was made by the page itself; see
    /// [`MizanLayer::page_data`](crate::MizanLayer::page_data) for one on behalf of a request.
    ///
    /// ```
    /// use mizan::page::PageData;
    /// use mizan::{Call, Context, Function, Registry, Result, User};
    ///
    /// fn greeting(call: Call) -> Result<String> { Ok(format!("<{}>", call.user()?.id())) }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let registry = Registry::builder()
    ///     .function(Function::new("greeting", greeting).context(Context::GLOBAL))
    ///     .build()?;
    ///
    /// let reply = registry.read("global", &()).user(User::new("7")).await.unwrap();
    /// assert_eq!(
    ///     PageData::of(&reply).to_string(),
    ///     r#"<script type="application/json" id="__MIZAN_DATA__">"#.to_owned()
    ///         + r#"{"global":{"greeting":"\u003c7\u003e"}}</script>"#,
    /// );
    /// # Ok::<(), mizan::RegistryError>(()) }).unwrap();
    /// ```
    pub fn of(reply: &Reply) -> Self {
        let Ok(value) = std::str::from_utf8(reply.value()) else {
            return Self::default();
        };
        let mut block = String::with_capacity(BEFORE.len() + value.len() + value.len() / 8 + 16);
        block.push_str(BEFORE);
        escape(value, &mut block);
        block.push_str(AFTER);
        let cookies = reply
            .headers()
            .map(|headers| headers.get_all(SET_COOKIE).iter().cloned().collect());
        Self {
            block: Some(block),
            cookies: cookies.unwrap_or_default(),
        }
    }

    /// Whether there is no block: nothing is displayed, and the page is nobody's.
    pub fn is_empty(&self) -> bool {
        self.block.is_none()
    }

    /// Makes the response private that the block stands in: `Cache-Control: private, no-store`,
    /// without validators and whatever else would have caches store it or find it (protocol
    /// section 8). Cookies that readers of the context set are added. Without a block the headers
    /// stay as they are.
    pub fn make_private(&self, headers: &mut HeaderMap) {
        if self.is_empty() {
            return;
        }
        privacy::make_private(headers);
        for cookie in &self.cookies {
            headers.append(SET_COOKIE, cookie.clone());
        }
    }

    /// For a page that declares UTF-8, or for one that may turn out to be in any encoding.
    pub(super) fn into_block(self, is_utf8: bool) -> Option<Bytes> {
        let block = self.block?;
        Some(Bytes::from(match is_utf8 {
            true => block,
            false => to_ascii(block),
        }))
    }
}

/// The block, or nothing.
impl fmt::Display for PageData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.block.as_deref().unwrap_or_default())
    }
}

/// Without the value: it may stand in a log.
impl fmt::Debug for PageData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageData")
            .field("length", &self.block.as_ref().map_or(0, String::len))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_values_stay_data() {
        let value = r#"{"name":"</script><script>alert(1)</script><!--"}"#;
        let data = PageData::of(&Reply::of_json(value.as_bytes()));
        let html = data.to_string();
        assert_eq!(html.matches('<').count(), 2, "{html}");
        assert_eq!(html.matches('>').count(), 2, "{html}");
        let json = html.strip_prefix(r#"<script type="application/json" id="__MIZAN_DATA__">"#);
        let json = json
            .and_then(|json| json.strip_suffix("</script>"))
            .unwrap();
        let back: serde_json::Value = serde_json::from_str(json).unwrap();
        let value: serde_json::Value = serde_json::from_str(value).unwrap();
        assert_eq!(back["global"], value);
        assert!(!format!("{data:?}").contains("alert"));
    }

    #[test]
    fn without_a_block_nothing_changes() {
        let data = PageData::default();
        let mut headers = HeaderMap::new();
        headers.insert("etag", HeaderValue::from_static("\"1\""));
        data.make_private(&mut headers);
        assert_eq!(headers["etag"], "\"1\"");
        assert_eq!(headers.len(), 1);
        assert!(data.is_empty() && data.to_string().is_empty());
    }
}
