//! The pages: the plain one, and that of a form which has errors.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Response};
use mizan::form::FormPage;
use mizan::{Call, Error, Result};

use super::model::{Picture, Profile};

const LOGIN: &str = r#"<form method="post" action="/login">
<input name="user" placeholder="ada" aria-label="User" required>
<input name="password" type="password" placeholder="demo" aria-label="Password" required>
<button>Log in</button></form>"#;

const AVATAR: &str = r#"
<form method="post" action="/api/mizan/form/avatar/" enctype="multipart/form-data">
<label>Your picture: PNG, JPEG or WebP, up to 1 MiB
<input name="picture" type="file" accept="image/png,image/jpeg,image/webp" required></label>
<button>Upload</button></form>"#;

/// A page that is made anew for each request.
pub(super) fn html(page: String) -> Response<String> {
    let mut response = Response::new(page);
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

pub(super) fn plain(stack: &str, base: &str, profile: Option<&Profile>) -> Response<String> {
    let account = match profile {
        None => LOGIN.to_owned(),
        Some(profile) => account(profile),
    };
    let body = include_str!("plain.html")
        .replace("{base}", base)
        .replace("{account}", &account);
    html(document(&format!("Mizan on {stack}"), &body))
}

fn account(profile: &Profile) -> String {
    let face = match &profile.picture {
        Some(path) => format!("<img src=\"{path}\" alt=\"\">"),
        None => escaped(&profile.avatar),
    };
    format!(
        "<form method=\"post\" action=\"/logout\">{face} You are {}. \
         <button>Log out</button></form>{AVATAR}",
        escaped(&profile.name),
    )
}

/// Shows a form again that was sent without JavaScript, with what is wrong about it.
pub(super) fn form_page(_: Call, page: FormPage) -> Result<String> {
    let title = escaped(&page.schema().title);
    Ok(document(&title, &page.form_html()))
}

pub(super) fn picture(picture: Picture) -> Result<Response<Vec<u8>>> {
    let content_type = HeaderValue::from_str(&picture.content_type);
    let mut response = Response::new(picture.content);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type.map_err(Error::internal)?);
    // Somebody else's file is never anything but a picture.
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A title that is HTML already, and a body.
fn document(title: &str, body: &str) -> String {
    include_str!("page.html")
        .replace("{title}", title)
        .replace("{body}", body)
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
