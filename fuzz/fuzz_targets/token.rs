//! What stands in the headers of credentials. The first byte says how: as it is, or as the header
//! and the claims (with a line break between them) of a token that is signed with the right key.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{HeaderValue, Request};
use http_body_util::Full;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey};
use libfuzzer_sys::fuzz_target;
use mizan_fuzz::service::{SECRET, ask};

fuzz_target!(|data: &[u8]| {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let (name, value) = match kind {
        b'0' => ("authorization", rest.to_vec()),
        b'1' => ("x-mizan-token", rest.to_vec()),
        b'2' => ("authorization", [b"Bearer ", &*signed(rest)].concat()),
        _ => ("x-mizan-token", signed(rest)),
    };
    let Ok(value) = HeaderValue::from_bytes(&value) else {
        return;
    };
    let request = Request::post("/api/mizan/call/")
        .header(name, value)
        .body(Full::from(&b"{\"fn\":\"whoami\"}"[..]))
        .expect("the request is one");
    let answer = ask(request);
    let known = answer.status == 200 && answer.body["result"].is_string();
    assert!(
        known || answer.status == 401,
        "{}: {}",
        answer.status,
        answer.text
    );
    assert!(
        !known || matches!(kind, b'2'..),
        "an unsigned token is believed"
    );
});

fn signed(data: &[u8]) -> Vec<u8> {
    let cut = data
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(data.len());
    let (header, claims) = data.split_at(cut);
    let claims = claims.strip_prefix(b"\n").unwrap_or(claims);
    let encode = |part| BASE64_URL_SAFE_NO_PAD.encode(part);
    let message = format!("{}.{}", encode(header), encode(claims));
    let key = EncodingKey::from_secret(SECRET);
    let signer = (DEFAULT_PROVIDER.signer_factory)(&Algorithm::HS256, &key).expect("a signer");
    let signature = signer.try_sign(message.as_bytes()).expect("a signature");
    format!("{message}.{}", encode(&signature)).into_bytes()
}
