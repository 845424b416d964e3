//! Form, header and signature.

use jsonwebtoken::Algorithm;
use serde_json::json;

use super::super::testing::*;
use super::super::verify::{MAX_LENGTH, TokenError};
use super::{OTHER_SECRET, check_mwt, with};

#[test]
fn header_of_an_mwt() {
    let claims = mwt_claims().to_string();
    let table = [
        (r#"{"alg":"HS256","kid":"v1"}"#, Ok(())),
        (
            r#" {"typ":"whatever","kid":"v1","alg":"HS256","x":[1]} "#,
            Ok(()),
        ),
        (r#"{"alg":"HS256"}"#, Err(TokenError::NoKeyId)),
        (r#"{"alg":"HS256","kid":"v2"}"#, Err(TokenError::UnknownKey)),
        (r#"{"alg":"HS256","kid":"V1"}"#, Err(TokenError::UnknownKey)),
        (r#"{"alg":"HS256","kid":""}"#, Err(TokenError::UnknownKey)),
        (r#"{"alg":"HS256","kid":1}"#, Err(TokenError::Header)),
        (r#"{"alg":"HS256","kid":null}"#, Err(TokenError::Header)),
        (r#"{"alg":"HS256","kid":["v1"]}"#, Err(TokenError::Header)),
        (
            r#"{"alg":"HS256","kid":"v1","kid":"v1"}"#,
            Err(TokenError::Header),
        ),
        (
            r#"{"alg":"HS256","alg":"HS256","kid":"v1"}"#,
            Err(TokenError::Header),
        ),
        (r#"{"alg":"none","kid":"v1"}"#, Err(TokenError::Algorithm)),
        (r#"{"alg":"hs256","kid":"v1"}"#, Err(TokenError::Algorithm)),
        (r#"{"alg":"HS512","kid":"v1"}"#, Err(TokenError::Algorithm)),
        (r#"{"alg":"RS256","kid":"v1"}"#, Err(TokenError::Algorithm)),
        (r#"{"alg":null,"kid":"v1"}"#, Err(TokenError::Header)),
        (r#"{"alg":["HS256"],"kid":"v1"}"#, Err(TokenError::Header)),
        (r#"{"kid":"v1"}"#, Err(TokenError::Header)),
        (
            r#"{"alg":"HS256","kid":"v1","crit":["b64"],"b64":false}"#,
            Err(TokenError::Critical),
        ),
        (
            r#"{"alg":"HS256","kid":"v1","crit":[]}"#,
            Err(TokenError::Critical),
        ),
        (
            r#"{"alg":"HS256","kid":"v1","crit":null}"#,
            Err(TokenError::Critical),
        ),
        (r#"["HS256","v1"]"#, Err(TokenError::Header)),
        (r#"{"alg":"HS256","kid":"v1"}{}"#, Err(TokenError::Header)),
        ("", Err(TokenError::Header)),
    ];
    for (header, expected) in table {
        assert_eq!(
            check_mwt(&sign(header, &claims, MWT_SECRET)),
            expected,
            "{header}"
        );
    }
}

#[test]
fn forged_signatures() {
    let header = r#"{"alg":"HS256","kid":"v1"}"#;
    let claims = mwt_claims().to_string();
    let good = sign(header, &claims, MWT_SECRET);
    let (message, signature) = good.rsplit_once('.').unwrap();

    let wrong = sign(header, &claims, OTHER_SECRET);
    assert_eq!(check_mwt(&wrong), Err(TokenError::Signature));
    // A stronger hash over the header that claims the weaker one, and the reverse.
    let wrong = sign_as(Algorithm::HS512, header, &claims, MWT_SECRET);
    assert_eq!(check_mwt(&wrong), Err(TokenError::Signature));
    let wrong = sign_as(
        Algorithm::HS512,
        r#"{"alg":"HS512","kid":"v1"}"#,
        &claims,
        MWT_SECRET,
    );
    assert_eq!(check_mwt(&wrong), Err(TokenError::Algorithm));

    let none = sign(r#"{"alg":"none","kid":"v1"}"#, &claims, MWT_SECRET);
    let (unsigned, _) = none.rsplit_once('.').unwrap();
    let table = [
        (String::new(), TokenError::Parts),
        (".".into(), TokenError::Parts),
        ("garbage".into(), TokenError::Parts),
        ("..".into(), TokenError::Header),
        ("...".into(), TokenError::Parts),
        ("....".into(), TokenError::Parts),
        (format!("{unsigned}."), TokenError::Algorithm),
        (message.into(), TokenError::Parts),
        (format!("{message}."), TokenError::Signature),
        (
            format!("{message}.{}", &signature[..42]),
            TokenError::Encoding,
        ),
        (
            format!("{message}.{}", &signature[..40]),
            TokenError::Signature,
        ),
        (format!("{message}.{signature}AA"), TokenError::Encoding),
        (format!("{message}.{signature}AAAA"), TokenError::Signature),
        (format!("{good}."), TokenError::Parts),
        (format!("{good}.AAAA"), TokenError::Parts),
        (format!("{good}.AAAA.AAAA"), TokenError::Parts),
        (format!("AAAA.{good}"), TokenError::Parts),
        (format!("{good}="), TokenError::Encoding),
        (format!("{good} "), TokenError::Encoding),
        (format!(" {good}"), TokenError::Encoding),
        (good.replace('.', "=."), TokenError::Encoding),
        (good.replace('.', ","), TokenError::Parts),
        (format!("\"{good}\""), TokenError::Encoding),
    ];
    for (token, expected) in table {
        assert_eq!(check_mwt(&token), Err(expected), "{token}");
    }
    assert_eq!(check_mwt(&good), Ok(()));
}

#[test]
fn long_tokens_are_not_looked_at() {
    let padded = |length: usize| {
        let base = mwt(&with(mwt_claims(), "pad", json!("")));
        // Three bytes of claims are four characters of token.
        let pad = "x".repeat((length - base.len()) / 4 * 3);
        mwt(&with(mwt_claims(), "pad", json!(pad)))
    };
    let fits = padded(MAX_LENGTH - 8);
    assert!(fits.len() > MAX_LENGTH - 64 && fits.len() <= MAX_LENGTH);
    assert_eq!(check_mwt(&fits), Ok(()));
    let long = padded(MAX_LENGTH + 64);
    assert!(long.len() > MAX_LENGTH);
    assert_eq!(check_mwt(&long), Err(TokenError::TooLong));
    assert_eq!(
        check_mwt(&".".repeat(MAX_LENGTH + 1)),
        Err(TokenError::TooLong)
    );
}

#[test]
fn no_single_changed_byte_is_accepted() {
    let token = mwt(&mwt_claims());
    let keys = mwt_keys();
    for position in 0..token.len() {
        for byte in 0..128_u8 {
            let mut changed = token.clone().into_bytes();
            if changed[position] == byte {
                continue;
            }
            changed[position] = byte;
            let changed = String::from_utf8(changed).unwrap();
            assert!(keys.verify(&changed, NOW).is_err(), "{position} {byte}");
        }
        let mut shorter = token.clone();
        shorter.remove(position);
        assert!(keys.verify(&shorter, NOW).is_err(), "{position}");
        assert!(keys.verify(&token[..position], NOW).is_err(), "{position}");
    }
}
