//! Claims and times.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::TokenKind;
use super::super::testing::*;
use super::super::verify::TokenError;
use super::{check_access, check_mwt, with, without};

#[test]
fn claims_are_as_signed() {
    let claims = mwt_keys().verify(&mwt(&mwt_claims()), NOW).unwrap();
    assert_eq!(claims.kind(), TokenKind::Mwt);
    assert_eq!(claims.subject(), "7");
    assert!(claims.staff() && !claims.superuser());
    assert_eq!(claims.session(), None);
    assert_eq!(claims.permission_key(), Some("abc"));
    assert_eq!(claims.expires_at(), NOW + 10);
    assert_eq!(claims.key_id(), Some("v1"));

    let claims = jwt_keys().verify(&access(&access_claims()), NOW).unwrap();
    assert_eq!(claims.kind(), TokenKind::Access);
    assert_eq!(claims.subject(), "9");
    assert!(!claims.staff() && claims.superuser());
    assert_eq!(claims.session(), Some("s1"));
    assert_eq!(claims.permission_key(), None);
    assert_eq!(claims.key_id(), None);

    let text = format!("{claims:?}");
    assert!(text.contains("\"9\"") && !text.contains("s1"), "{text}");
    let user = crate::identity::User::from(claims);
    assert_eq!(
        (user.id(), user.is_staff(), user.is_superuser()),
        ("9", false, true)
    );
    assert_eq!(user.expires_at(), Some(NOW + 10));
    assert!(user.claims().is_some());
}

#[test]
fn claims_of_an_mwt() {
    let good = mwt_claims();
    assert_eq!(check_mwt(&mwt(&without(good.clone(), "pkey"))), Ok(()));
    assert_eq!(
        check_mwt(&mwt(&with(good.clone(), "sid", json!(5)))),
        Ok(())
    );
    for name in ["sub", "staff", "super", "aud", "iat", "nbf", "exp"] {
        let token = mwt(&without(good.clone(), name));
        assert_eq!(check_mwt(&token), Err(TokenError::Claims), "{name}");
    }
    let wrong = [
        ("sub", json!(7)),
        ("sub", json!("")),
        ("staff", json!("true")),
        ("staff", json!(1)),
        ("super", json!("false")),
        ("super", json!(0)),
        ("pkey", json!(1)),
        ("pkey", Value::Null),
        ("aud", json!(1)),
        ("aud", json!({"mizan": true})),
        ("aud", json!(["mizan", 1])),
        ("iat", json!("1700000000")),
        ("nbf", json!("1700000000")),
        ("exp", json!("4000000000")),
        ("exp", json!(true)),
        ("exp", json!([4_000_000_000_u64])),
    ];
    for (name, value) in wrong {
        let token = mwt(&with(good.clone(), name, value.clone()));
        assert_eq!(check_mwt(&token), Err(TokenError::Claims), "{name} {value}");
    }
    for name in ["sub", "staff", "super", "aud", "iat", "nbf", "exp"] {
        let token = mwt(&with(good.clone(), name, Value::Null));
        assert_eq!(check_mwt(&token), Err(TokenError::Claims), "{name}");
    }
    let audiences = [
        (json!("mizan"), Ok(())),
        (json!(["mizan"]), Ok(())),
        (json!(["other", "mizan"]), Ok(())),
        (json!("other"), Err(TokenError::Audience)),
        (json!("Mizan"), Err(TokenError::Audience)),
        (json!("mizan "), Err(TokenError::Audience)),
        (json!(""), Err(TokenError::Audience)),
        (json!([]), Err(TokenError::Audience)),
        (json!(["other"]), Err(TokenError::Audience)),
    ];
    for (audience, expected) in audiences {
        let token = mwt(&with(good.clone(), "aud", audience.clone()));
        assert_eq!(check_mwt(&token), expected, "{audience}");
    }
}

#[test]
fn claims_of_an_access_token() {
    let good = access_claims();
    assert_eq!(
        check_access(&access(&with(good.clone(), "pkey", json!(5)))),
        Ok(())
    );
    for name in ["sub", "sid", "staff", "super", "type", "iat", "exp"] {
        for claims in [
            without(good.clone(), name),
            with(good.clone(), name, Value::Null),
        ] {
            assert_eq!(
                check_access(&access(&claims)),
                Err(TokenError::Claims),
                "{name}"
            );
        }
    }
    let table = [
        ("sub", json!(9), Err(TokenError::Claims)),
        ("sub", json!(""), Err(TokenError::Claims)),
        ("sid", json!(1), Err(TokenError::Claims)),
        ("staff", json!(0), Err(TokenError::Claims)),
        ("super", json!("no"), Err(TokenError::Claims)),
        ("type", json!("refresh"), Err(TokenError::Type)),
        ("type", json!("Access"), Err(TokenError::Type)),
        ("type", json!(["access"]), Err(TokenError::Claims)),
        ("iat", json!("0"), Err(TokenError::Claims)),
        ("exp", json!("0"), Err(TokenError::Claims)),
        ("exp", json!(NOW), Err(TokenError::Expired)),
        ("nbf", json!(NOW), Ok(())),
        ("nbf", json!(NOW + 1), Err(TokenError::NotYetValid)),
        ("nbf", Value::Null, Err(TokenError::Claims)),
        ("nbf", json!("0"), Err(TokenError::Claims)),
        ("aud", json!("mizan"), Ok(())),
        ("aud", json!(["a", "mizan"]), Ok(())),
        ("aud", json!("other"), Err(TokenError::Audience)),
        ("aud", json!([]), Err(TokenError::Audience)),
        ("aud", Value::Null, Err(TokenError::Claims)),
    ];
    for (name, value, expected) in table {
        let token = access(&with(good.clone(), name, value.clone()));
        assert_eq!(check_access(&token), expected, "{name} {value}");
    }
}

#[test]
fn claims_must_be_one_object() {
    let header = r#"{"alg":"HS256","kid":"v1"}"#;
    let good = mwt_claims().to_string();
    let body = good.strip_prefix('{').unwrap();
    let list = format!(r#"["7",true,false,"abc","mizan",{NOW},{NOW},{}]"#, NOW + 10);
    let wrong = [
        format!(r#"{{"sub":"7",{body}"#),
        format!(r#"{{"\u0073ub":"1",{body}"#),
        format!(r#"{{"super":true,{body}"#),
        format!(r#"{{"exp":9999999999,{body}"#),
        format!("{good}{good}"),
        format!("{good}x"),
        list,
        String::new(),
        "null".into(),
        "{".into(),
        good.replace("\"7\"", "\"\u{1}\""),
    ];
    for claims in wrong {
        let token = sign(header, &claims, MWT_SECRET);
        assert_eq!(check_mwt(&token), Err(TokenError::Claims), "{claims}");
    }
    let spaced = format!(" \n{good}\t");
    assert_eq!(check_mwt(&sign(header, &spaced, MWT_SECRET)), Ok(()));
}

#[test]
fn times() {
    let late = Err(TokenError::Expired);
    let early = Err(TokenError::NotYetValid);
    let claims = |nbf: &str, exp: &str| {
        format!(
            r#"{{"sub":"7","staff":false,"super":false,"aud":"mizan","iat":0.5,"nbf":{nbf},"exp":{exp}}}"#
        )
    };
    let table = [
        ("1800000000", "1800000001", 0, Ok(1_800_000_001)),
        ("1800000000", "1800000000", 0, late),
        ("0", "1799999999", 0, late),
        ("1800000001", "1900000000", 0, early),
        ("1800000000.0", "1800000001.0", 0, Ok(1_800_000_001)),
        ("1799999999.5", "1800000001.5", 0, Ok(1_800_000_001)),
        ("1800000000.5", "1900000000", 0, early),
        ("0", "1800000000.9", 0, late),
        ("-5", "18e8", 0, late),
        ("-5.5", "1.9e9", 0, Ok(1_900_000_000)),
        ("0", "-1", 0, late),
        ("0", "-1.5", 0, late),
        ("0", "18446744073709551615", 30, Ok(u64::MAX)),
        ("0", "1e300", 30, Ok(u64::MAX)),
        ("1e300", "1e300", 30, early),
        ("0", "1799999970", 30, late),
        ("0", "1799999971", 30, Ok(1_799_999_971)),
        ("1800000030", "1900000000", 30, Ok(1_900_000_000)),
        ("1800000031", "1900000000", 30, early),
        ("0", "1e400", 0, Err(TokenError::Claims)),
        ("0", "NaN", 0, Err(TokenError::Claims)),
    ];
    for (nbf, exp, leeway, expected) in table {
        let token = sign(
            r#"{"alg":"HS256","kid":"v1"}"#,
            &claims(nbf, exp),
            MWT_SECRET,
        );
        let keys = mwt_keys().leeway(Duration::from_secs(leeway));
        let found = keys.verify(&token, NOW).map(|claims| claims.expires_at());
        assert_eq!(found, expected, "{nbf} {exp} {leeway}");
    }
}
