//! Makes tokens for tests.

use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{JwtKeys, MwtKeys};

pub(crate) const MWT_SECRET: &str = "conformance-mwt-secret-0123456789abcdef";
pub(crate) const JWT_SECRET: &str = "conformance-jwt-secret-0123456789abcdef";
pub(crate) const NOW: u64 = 1_800_000_000;

pub(crate) fn mwt_keys() -> MwtKeys {
    MwtKeys::new().key("v1", MWT_SECRET)
}

pub(crate) fn jwt_keys() -> JwtKeys {
    JwtKeys::new().unnamed_key(JWT_SECRET)
}

pub(crate) fn mwt_claims() -> Value {
    json!({
        "sub": "7", "staff": true, "super": false, "pkey": "abc", "aud": "mizan",
        "iat": NOW - 10, "nbf": NOW - 10, "exp": NOW + 10,
    })
}

pub(crate) fn access_claims() -> Value {
    json!({
        "sub": "9", "sid": "s1", "staff": false, "super": true, "type": "access",
        "iat": NOW - 10, "exp": NOW + 10,
    })
}

pub(crate) fn mwt(claims: &Value) -> String {
    sign(
        &json!({"alg": "HS256", "kid": "v1"}).to_string(),
        &claims.to_string(),
        MWT_SECRET,
    )
}

pub(crate) fn access(claims: &Value) -> String {
    sign(r#"{"alg":"HS256"}"#, &claims.to_string(), JWT_SECRET)
}

pub(crate) fn sign(header: &str, claims: &str, secret: &str) -> String {
    sign_as(Algorithm::HS256, header, claims, secret)
}

pub(crate) fn sign_as(algorithm: Algorithm, header: &str, claims: &str, secret: &str) -> String {
    let message = format!("{}.{}", base64url(header), base64url(claims));
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signer = (DEFAULT_PROVIDER.signer_factory)(&algorithm, &key).unwrap();
    let signature = signer.try_sign(message.as_bytes()).unwrap();
    format!("{message}.{}", base64url(&signature))
}

/// By way of the bits as text: nothing in common with the decoder under test.
pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.as_ref().iter().map(|b| format!("{b:08b}")).collect();
    bits.as_bytes()
        .chunks(6)
        .map(|chunk| format!("{:0<6}", str::from_utf8(chunk).unwrap()))
        .map(|chunk| char::from(ALPHABET[usize::from_str_radix(&chunk, 2).unwrap()]))
        .collect()
}
