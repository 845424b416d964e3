//! Which key verifies what.

use super::super::testing::*;
use super::super::verify::TokenError;
use super::super::{JwtKeys, KeyError, MwtKeys};
use super::OTHER_SECRET;

#[test]
fn one_kind_is_not_the_other() {
    let mwt_for_both = MwtKeys::new().key("v1", MWT_SECRET);
    let jwt_for_both = JwtKeys::new().key("v1", MWT_SECRET);
    let header = r#"{"alg":"HS256","kid":"v1"}"#;
    let mwt = mwt(&mwt_claims());
    let access = sign(header, &access_claims().to_string(), MWT_SECRET);
    assert!(mwt_for_both.verify(&mwt, NOW).is_ok());
    assert!(jwt_for_both.verify(&access, NOW).is_ok());
    assert_eq!(jwt_for_both.verify(&mwt, NOW), Err(TokenError::Claims));
    assert_eq!(mwt_for_both.verify(&access, NOW), Err(TokenError::Claims));
}

#[test]
fn keys_of_access_tokens() {
    let keys = JwtKeys::new()
        .key("k1", MWT_SECRET)
        .key("k2", OTHER_SECRET)
        .unnamed_key(JWT_SECRET);
    let table = [
        (r#"{"alg":"HS256"}"#, MWT_SECRET, Ok(None)),
        (r#"{"alg":"HS256"}"#, OTHER_SECRET, Ok(None)),
        (r#"{"alg":"HS256"}"#, JWT_SECRET, Ok(None)),
        (
            r#"{"alg":"HS256"}"#,
            "unknown-secret-0123456789abcdef-01234567",
            Err(TokenError::Signature),
        ),
        (
            r#"{"alg":"HS256","kid":"k2"}"#,
            OTHER_SECRET,
            Ok(Some("k2".into())),
        ),
        (
            r#"{"alg":"HS256","kid":"k1"}"#,
            OTHER_SECRET,
            Err(TokenError::Signature),
        ),
        (
            r#"{"alg":"HS256","kid":"k3"}"#,
            JWT_SECRET,
            Err(TokenError::UnknownKey),
        ),
        (
            r#"{"alg":"HS256","kid":null}"#,
            JWT_SECRET,
            Err(TokenError::Header),
        ),
        (r#"{"alg":"HS512"}"#, JWT_SECRET, Err(TokenError::Algorithm)),
        (
            r#"{"alg":"HS256","crit":["exp"]}"#,
            JWT_SECRET,
            Err(TokenError::Critical),
        ),
    ];
    for (header, secret, expected) in table {
        let token = sign(header, &access_claims().to_string(), secret);
        let found = keys.verify(&token, NOW);
        let found = found.map(|claims| claims.key_id().map(str::to_owned));
        assert_eq!(found, expected, "{header} {secret}");
    }
}

#[test]
fn defects_of_keys() {
    let short = |key_id: Option<&str>, length| KeyError::ShortSecret {
        key_id: key_id.map(Into::into),
        length,
    };
    let a = "a".repeat(32);
    assert_eq!(MwtKeys::new().validate(), Err(KeyError::NoKeys));
    assert_eq!(JwtKeys::new().validate(), Err(KeyError::NoKeys));
    assert_eq!(
        MwtKeys::new().key("v1", &a).key("v2", &a).validate(),
        Ok(())
    );
    assert_eq!(
        JwtKeys::new().unnamed_key(&a).unnamed_key(&a).validate(),
        Ok(())
    );
    let table = [
        (MwtKeys::new().key("v1", &a[..31]), short(Some("v1"), 31)),
        (
            MwtKeys::new().key("v1", &a).key("v1", &a),
            KeyError::DuplicateKeyId("v1".into()),
        ),
        (MwtKeys::new().key("", &a), KeyError::EmptyKeyId),
        (
            MwtKeys::new().key("v1", "").key("", &a),
            short(Some("v1"), 0),
        ),
    ];
    for (keys, expected) in table {
        assert_eq!(keys.validate(), Err(expected));
    }
    let keys = JwtKeys::new().unnamed_key("hunter2").key("k", &a);
    assert_eq!(keys.validate(), Err(short(None, 7)));
    assert!(!keys.validate().unwrap_err().to_string().contains("hunter2"));
    assert_eq!(format!("{keys:?}"), r#"JwtKeys(["k"])"#);
}

#[test]
fn a_refused_key_verifies_nothing() {
    let token = sign(r#"{"alg":"HS256"}"#, &access_claims().to_string(), "short");
    let keys = JwtKeys::new().unnamed_key("short");
    assert_eq!(keys.verify(&token, NOW), Err(TokenError::Signature));
}
