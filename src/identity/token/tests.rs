mod claims;
mod keys;
mod signature;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::testing::*;
use super::verify::TokenError;

const OTHER_SECRET: &str = "another-secret-0123456789abcdef-0123456789";

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name).unwrap();
    claims
}

fn check_mwt(token: &str) -> Result<(), TokenError> {
    mwt_keys().verify(token, NOW).map(drop)
}

fn check_access(token: &str) -> Result<(), TokenError> {
    jwt_keys().verify(token, NOW).map(drop)
}

proptest! {
    #[test]
    fn random_text_is_refused(text in any::<String>(), dotted in "[A-Za-z0-9_.=-]{0,80}") {
        for token in [text, dotted] {
            prop_assert!(mwt_keys().verify(&token, NOW).is_err());
            prop_assert!(jwt_keys().verify(&token, NOW).is_err());
        }
    }

    #[test]
    fn random_headers_and_claims_never_panic(header: String, claims: String) {
        let token = sign(&header, &claims, JWT_SECRET);
        prop_assert!(jwt_keys().verify(&token, NOW).is_err());
        let token = sign(r#"{"alg":"HS256"}"#, &claims, JWT_SECRET);
        prop_assert_eq!(jwt_keys().verify(&token, NOW), Err(TokenError::Claims));
    }

    #[test]
    fn times_and_subject_are_kept(sub in "\\PC{1,12}", exp in NOW + 1..=u64::MAX) {
        let claims = with(with(mwt_claims(), "sub", json!(sub)), "exp", json!(exp));
        let claims = mwt_keys().verify(&mwt(&claims), NOW).unwrap();
        prop_assert_eq!(claims.subject(), sub);
        prop_assert_eq!(claims.expires_at(), exp);
    }
}
