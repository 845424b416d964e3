//! The page at the root, a plain route.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response};

use super::model::Account;

const LOGIN: &str = r#"<form method="post" action="/login">
<input name="user" placeholder="ada" aria-label="User" required>
<input name="password" type="password" placeholder="demo" aria-label="Password" required>
<button>Log in</button></form>"#;

pub(super) fn page(stack: &str, base: &str, account: Option<&Account>) -> Response<String> {
    let who = match account {
        None => LOGIN.to_owned(),
        Some(account) => format!(
            "<form method=\"post\" action=\"/logout\">You are {}. <button>Log out</button></form>",
            escaped(&account.name),
        ),
    };
    let html = include_str!("page.html")
        .replace("{stack}", stack)
        .replace("{base}", base)
        .replace("{who}", &who);
    let mut response = Response::new(html);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}
