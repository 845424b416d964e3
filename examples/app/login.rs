//! Logging in and out, as plain routes that take part in invalidation.

use http::header::{ACCEPT, CONTENT_TYPE, LOCATION, REFERER};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use mizan::{Context, Error, Invalidation, Result};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::functions::NOTIFICATIONS;
use super::model::Account;
use super::store::Store;

/// Everybody's password. This is a demo: an application keeps a slow, salted hash for each user
/// and bounds the attempts.
const PASSWORD: &str = "demo";

/// How long the body of a login may be, in bytes.
pub(crate) const MAX_BODY: usize = 4096;

#[derive(Default, Deserialize)]
struct Credentials {
    user: String,
    password: String,
}

/// The account that the body of a login names, if the password is right.
pub(super) async fn check(store: &Store, headers: &HeaderMap, body: &[u8]) -> Result<Account> {
    let is_json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let given = if is_json {
        serde_json::from_slice(body).map_err(|_| Error::bad_request("Give user and password"))?
    } else {
        from_form(&String::from_utf8_lossy(body))
    };
    match store.account_of(given.user.to_lowercase()).await? {
        Some(account) if given.password == PASSWORD => Ok(account),
        _ => Err(Error::forbidden("Wrong user or password")),
    }
}

fn from_form(form: &str) -> Credentials {
    let mut credentials = Credentials::default();
    for (name, value) in form.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = value.replace('+', " ");
        let value = percent_decode_str(&value).decode_utf8_lossy().into_owned();
        match name {
            "user" => credentials.user = value,
            "password" => credentials.password = value,
            _ => {}
        }
    }
    credentials
}

/// The answer to a login or a logout: what it shows, or for the page's own form the way back.
///
/// The caller is another from now on, which changes what these contexts say. The layer makes the
/// header of it, as it does for a mutation.
pub(super) fn changed(headers: &HeaderMap, account: Option<&Account>) -> Result<Response<String>> {
    let from_page = headers.get(ACCEPT).is_some_and(|accept| {
        accept
            .as_bytes()
            .windows(9)
            .any(|part| part == b"text/html")
    });
    let mut response = if from_page {
        let mut back = Response::new(String::new());
        *back.status_mut() = StatusCode::SEE_OTHER;
        back.headers_mut().insert(LOCATION, page_of(headers));
        back
    } else {
        let json = HeaderValue::from_static("application/json");
        let mut answer = Response::new(serde_json::to_string(&account)?);
        answer.headers_mut().insert(CONTENT_TYPE, json);
        answer
    };
    let changed = Invalidation::from(Context::GLOBAL.everywhere()).and(NOTIFICATIONS.everywhere());
    response.extensions_mut().insert(changed);
    Ok(response)
}

/// Which of the two pages sent this form.
fn page_of(headers: &HeaderMap) -> HeaderValue {
    let referer = headers.get(REFERER);
    let plain = referer.is_some_and(|page| page.as_bytes().ends_with(b"/plain"));
    HeaderValue::from_static(if plain { "/plain" } else { "/" })
}
