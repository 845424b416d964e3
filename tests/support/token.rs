//! Tokens for the conformance server.

use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

pub(crate) const MWT_SECRET: &str = "conformance-mwt-secret-0123456789abcdef";
pub(crate) const JWT_SECRET: &str = "conformance-jwt-secret-0123456789abcdef";
pub(crate) const PAST: u64 = 1_700_000_000;
pub(crate) const FUTURE: u64 = 4_000_000_000;

pub(crate) fn mwt_claims(id: &str) -> Value {
    json!({
        "sub": id, "staff": false, "super": false, "pkey": "0".repeat(64), "aud": "mizan",
        "iat": PAST, "nbf": PAST, "exp": FUTURE,
    })
}

pub(crate) fn access_claims(id: &str) -> Value {
    json!({
        "sub": id, "sid": "s1", "staff": false, "super": false, "type": "access",
        "iat": PAST, "exp": FUTURE,
    })
}

/// The MWT of a caller.
pub(crate) fn mwt(id: &str, staff: bool, superuser: bool) -> String {
    let mut claims = mwt_claims(id);
    claims["staff"] = staff.into();
    claims["super"] = superuser.into();
    sign_mwt(&claims)
}

pub(crate) fn sign_mwt(claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "kid": "v1", "typ": "JWT" });
    sign(&header, &claims.to_string(), MWT_SECRET)
}

pub(crate) fn sign_access(claims: &Value) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    sign(&header, &claims.to_string(), JWT_SECRET)
}

pub(crate) fn sign(header: &Value, claims: &str, secret: &str) -> String {
    sign_as(Algorithm::HS256, header, claims, secret)
}

pub(crate) fn sign_as(algorithm: Algorithm, header: &Value, claims: &str, secret: &str) -> String {
    let message = format!("{}.{}", base64url(header.to_string()), base64url(claims));
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signer = (DEFAULT_PROVIDER.signer_factory)(&algorithm, &key).unwrap();
    let signature = signer.try_sign(message.as_bytes()).unwrap();
    format!("{message}.{}", base64url(&signature))
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.as_ref().chunks(3) {
        let bits = three
            .iter()
            .chain([0; 3].iter())
            .take(3)
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..=three.len() {
            text.push(char::from(ALPHABET[bits >> (18 - 6 * place) & 63]));
        }
    }
    text
}
