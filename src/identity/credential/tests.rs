use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::Value;

use super::{Credential, Credentials, X_MIZAN_TOKEN};
use crate::identity::token::testing::*;
use crate::identity::{KeyError, MwtKeys, TokenKind};

fn both() -> Credentials {
    Credentials::new(Some(mwt_keys()), Some(jwt_keys()))
}

fn headers(fields: &[(HeaderName, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    map
}

/// What a request is taken for, in short.
fn kind(credential: &Credential) -> &'static str {
    match credential {
        Credential::None => "none",
        Credential::Invalid => "invalid",
        Credential::Valid(claims) => match claims.kind() {
            TokenKind::Mwt => "mwt",
            TokenKind::Access => "access",
        },
    }
}

#[test]
fn conformance_tokens() {
    let table = [
        (
            // whoami-user
            "x-mizan-token",
            concat!(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6InYxIiwidHlwIjoiSldUIn0.",
                "eyJzdWIiOiI3Iiwic3RhZmYiOmZhbHNlLCJzdXBlciI6ZmFsc2UsInBrZXkiOiIwMDAwMDAwMDAw",
                "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIiwi",
                "YXVkIjoibWl6YW4iLCJpYXQiOjE3MDAwMDAwMDAsIm5iZiI6MTcwMDAwMDAwMCwiZXhwIjo0MDAw",
                "MDAwMDAwfQ.",
                "uDQtOgAYBVXVe9biD9p4XnyDnJHOX1VFdH34FFtLbcg",
            ),
            Some(("7", false, false)),
        ),
        (
            // whoami-staff
            "x-mizan-token",
            concat!(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6InYxIiwidHlwIjoiSldUIn0.",
                "eyJzdWIiOiI4Iiwic3RhZmYiOnRydWUsInN1cGVyIjpmYWxzZSwicGtleSI6IjAwMDAwMDAwMDAw",
                "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAiLCJh",
                "dWQiOiJtaXphbiIsImlhdCI6MTcwMDAwMDAwMCwibmJmIjoxNzAwMDAwMDAwLCJleHAiOjQwMDAw",
                "MDAwMDB9.",
                "vnGbcZykmQGe9Ny2zo2Is2hX9ir1PqpbBfgpsa-c6zQ",
            ),
            Some(("8", true, false)),
        ),
        (
            // superuser-super
            "x-mizan-token",
            concat!(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6InYxIiwidHlwIjoiSldUIn0.",
                "eyJzdWIiOiIxIiwic3RhZmYiOnRydWUsInN1cGVyIjp0cnVlLCJwa2V5IjoiMDAwMDAwMDAwMDAw",
                "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMCIsImF1",
                "ZCI6Im1pemFuIiwiaWF0IjoxNzAwMDAwMDAwLCJuYmYiOjE3MDAwMDAwMDAsImV4cCI6NDAwMDAw",
                "MDAwMH0.",
                "TFZwZfAkA7lrhvuC4bP_yxI-mjdsMnG2jt-uKmmsKS4",
            ),
            Some(("1", true, true)),
        ),
        (
            // whoami-expired
            "x-mizan-token",
            concat!(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6InYxIiwidHlwIjoiSldUIn0.",
                "eyJzdWIiOiI3Iiwic3RhZmYiOmZhbHNlLCJzdXBlciI6ZmFsc2UsInBrZXkiOiIwMDAwMDAwMDAw",
                "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIiwi",
                "YXVkIjoibWl6YW4iLCJpYXQiOjE3MDAwMDAwMDAsIm5iZiI6MTcwMDAwMDAwMCwiZXhwIjoxNzAw",
                "MDAwMTAwfQ.",
                "CwQOp87HrfbxxAc3s5Nq5pLBuqvw0KWsRqn2-_Fp_4c",
            ),
            None,
        ),
        (
            // whoami-forged
            "x-mizan-token",
            concat!(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6InYxIiwidHlwIjoiSldUIn0.",
                "eyJzdWIiOiI3Iiwic3RhZmYiOmZhbHNlLCJzdXBlciI6ZmFsc2UsInBrZXkiOiIwMDAwMDAwMDAw",
                "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIiwi",
                "YXVkIjoibWl6YW4iLCJpYXQiOjE3MDAwMDAwMDAsIm5iZiI6MTcwMDAwMDAwMCwiZXhwIjo0MDAw",
                "MDAwMDAwfQ.",
                "9P-2x3EEERWcXLMR9gfpfHJEEmpB7zkJ2lvLY2qsJ5Y",
            ),
            None,
        ),
        (
            // whoami-wrong-audience
            "x-mizan-token",
            concat!(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6InYxIiwidHlwIjoiSldUIn0.",
                "eyJzdWIiOiI3Iiwic3RhZmYiOmZhbHNlLCJzdXBlciI6ZmFsc2UsInBrZXkiOiIwMDAwMDAwMDAw",
                "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIiwi",
                "YXVkIjoib3RoZXIiLCJpYXQiOjE3MDAwMDAwMDAsIm5iZiI6MTcwMDAwMDAwMCwiZXhwIjo0MDAw",
                "MDAwMDAwfQ.",
                "QfuwHERVj13LsrdR0sD0l3XuqznlTmeXx3jytLQFuc0",
            ),
            None,
        ),
        (
            // whoami-bad-token
            "x-mizan-token",
            "garbage",
            None,
        ),
        (
            // whoami-bearer
            "authorization",
            concat!(
                "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.",
                "eyJzdWIiOiI5Iiwic2lkIjoiczEiLCJzdGFmZiI6ZmFsc2UsInN1cGVyIjpmYWxzZSwidHlwZSI6",
                "ImFjY2VzcyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MDAwMDAwMDAwfQ.",
                "BQBd6dUiDD7cpxMLK_rxMOFDYSNpFUuwui8kJlfp2a8",
            ),
            Some(("9", false, false)),
        ),
        (
            // whoami-bearer-expired
            "authorization",
            concat!(
                "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.",
                "eyJzdWIiOiI5Iiwic2lkIjoiczEiLCJzdGFmZiI6ZmFsc2UsInN1cGVyIjpmYWxzZSwidHlwZSI6",
                "ImFjY2VzcyIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjoxNzAwMDAwMTAwfQ.",
                "1k0s0ssmaEwBYhCjP6Lb4P55sY3YMUQk4hbohk1lp-Q",
            ),
            None,
        ),
    ];
    for (name, value, expected) in table {
        let name = HeaderName::from_static(name);
        let found = match both().read(&headers(&[(name, value)]), || NOW) {
            Credential::Valid(claims) => Some(claims),
            Credential::Invalid => None,
            Credential::None => panic!("not read: {value}"),
        };
        let found = found
            .as_ref()
            .map(|claims| (claims.subject(), claims.staff(), claims.superuser()));
        assert_eq!(found, expected, "{value}");
    }
}

#[test]
fn the_first_that_is_present_decides() {
    let mut expired = access_claims();
    expired["exp"] = Value::from(NOW);
    let expired = format!("Bearer {}", access(&expired));
    let mwt = mwt(&mwt_claims());
    let access = access(&access_claims());
    let bearer = format!("Bearer {access}");
    let own = |value: &'static str| (X_MIZAN_TOKEN, value);
    let auth = |value: &'static str| (AUTHORIZATION, value);
    let good_own = || (X_MIZAN_TOKEN, mwt.as_str());
    let good_auth = || (AUTHORIZATION, bearer.as_str());

    let neither = Credentials::default();
    let only_mwt = Credentials::new(Some(mwt_keys()), None);
    let only_jwt = Credentials::new(None, Some(jwt_keys()));
    let both = both();
    let all = [&neither, &only_mwt, &only_jwt, &both];

    // Read with no keys, MWT keys, JWT keys, both.
    let table = [
        (vec![], ["none", "none", "none", "none"]),
        (vec![good_own()], ["none", "mwt", "none", "mwt"]),
        (vec![good_auth()], ["none", "none", "access", "access"]),
        (
            vec![good_auth(), good_own()],
            ["none", "mwt", "access", "mwt"],
        ),
        (
            vec![own("x"), good_auth()],
            ["none", "invalid", "access", "invalid"],
        ),
        (
            vec![good_own(), auth("Bearer x")],
            ["none", "mwt", "invalid", "mwt"],
        ),
        (
            vec![own(""), good_auth()],
            ["none", "invalid", "access", "invalid"],
        ),
        (vec![own("é")], ["none", "invalid", "none", "invalid"]),
        (
            vec![good_own(), good_own()],
            ["none", "invalid", "none", "invalid"],
        ),
        (
            vec![good_own(), own("")],
            ["none", "invalid", "none", "invalid"],
        ),
        (
            vec![(AUTHORIZATION, &expired)],
            ["none", "none", "invalid", "invalid"],
        ),
        // Each in the other's place.
        (
            vec![(X_MIZAN_TOKEN, &access)],
            ["none", "invalid", "none", "invalid"],
        ),
        (
            vec![(X_MIZAN_TOKEN, &bearer)],
            ["none", "invalid", "none", "invalid"],
        ),
        (
            vec![(AUTHORIZATION, &access)],
            ["none", "none", "none", "none"],
        ),
        (
            vec![(AUTHORIZATION, &mwt)],
            ["none", "none", "none", "none"],
        ),
        (vec![auth("Basic dTpw")], ["none", "none", "none", "none"]),
        (vec![auth("Basic é")], ["none", "none", "none", "none"]),
        (
            vec![auth("Basic dTpw"), good_own()],
            ["none", "mwt", "none", "mwt"],
        ),
        (
            vec![auth("Basic dTpw"), auth("Digest x")],
            ["none", "none", "none", "none"],
        ),
        (
            vec![auth("Basic dTpw"), good_auth()],
            ["none", "none", "invalid", "invalid"],
        ),
        (
            vec![good_auth(), auth("Basic dTpw")],
            ["none", "none", "invalid", "invalid"],
        ),
        (
            vec![good_auth(), good_auth()],
            ["none", "none", "invalid", "invalid"],
        ),
    ];
    for (fields, expected) in table {
        let found = all.map(|credentials| kind(&credentials.read(&headers(&fields), || NOW)));
        assert_eq!(found, expected, "{fields:?}");
    }
    let mwt_as_bearer = format!("Bearer {mwt}");
    let found = both.read(&headers(&[(AUTHORIZATION, &mwt_as_bearer)]), || NOW);
    assert_eq!(found, Credential::Invalid);
}

#[test]
fn spelling_of_the_scheme() {
    let token = access(&access_claims());
    let table = [
        ("Bearer {}", "access"),
        ("bearer {}", "access"),
        ("BEARER {}", "access"),
        ("bEaReR   {}", "access"),
        (" Bearer {} ", "access"),
        ("Bearer", "invalid"),
        ("bearer ", "invalid"),
        ("Bearer\t{}", "invalid"),
        ("Bearer {} {}", "invalid"),
        ("Bearer {}, Bearer {}", "invalid"),
        ("Bearer={}", "invalid"),
        ("Bearer \"{}\"", "invalid"),
        ("Bearer é", "invalid"),
        ("Beareré {}", "invalid"),
        ("Bearer2 {}", "none"),
        ("Bearer-x {}", "none"),
        ("Beare {}", "none"),
        ("Token {}", "none"),
        ("", "none"),
        ("é", "none"),
    ];
    for (value, expected) in table {
        let value = value.replace("{}", &token);
        let found = both().read(&headers(&[(AUTHORIZATION, &value)]), || NOW);
        assert_eq!(kind(&found), expected, "{value}");
    }
}

#[test]
fn keys_of_both_kinds_are_validated() {
    assert_eq!(Credentials::default().validate(), Ok(()));
    assert_eq!(both().validate(), Ok(()));
    let empty = Credentials::new(Some(MwtKeys::new()), Some(jwt_keys()));
    assert_eq!(empty.validate(), Err(KeyError::NoKeys));
    let empty = Credentials::new(Some(mwt_keys()), Some(Default::default()));
    assert_eq!(empty.validate(), Err(KeyError::NoKeys));
    assert!(!format!("{:?}", both()).contains("secret"));
}

#[test]
fn no_changed_byte_of_a_header_is_accepted() {
    let credentials = both();
    let bearer = format!("Bearer {}", access(&access_claims()));
    for position in "Bearer ".len()..bearer.len() {
        for byte in 0..=255_u8 {
            let mut changed = bearer.clone().into_bytes();
            let same = std::mem::replace(&mut changed[position], byte) == byte;
            let Ok(value) = HeaderValue::from_bytes(&changed) else {
                continue;
            };
            let map = HeaderMap::from_iter([(AUTHORIZATION, value)]);
            let expected = if same { "access" } else { "invalid" };
            assert_eq!(
                kind(&credentials.read(&map, || NOW)),
                expected,
                "{position} {byte}"
            );
        }
    }
}

proptest! {
    #[test]
    fn random_headers_are_never_valid(own: Vec<u8>, auth: Vec<u8>, bearer: bool) {
        let auth = if bearer { [b"Bearer ".as_slice(), &auth].concat() } else { auth };
        let mut map = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(&auth) {
            map.append(AUTHORIZATION, value);
        }
        let found = both().read(&map, || NOW);
        prop_assert!(!matches!(found, Credential::Valid(_)));
        if let Ok(value) = HeaderValue::from_bytes(&own) {
            map.append(X_MIZAN_TOKEN, value);
            prop_assert_eq!(both().read(&map, || NOW), Credential::Invalid);
        }
    }
}
