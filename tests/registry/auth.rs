//! Who is let in.

use http::Request;
use http_body_util::Full;
use mizan::{Auth, Call, Code, Function, MizanService, Registry, Result, User};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rig::{get, post, send};

#[derive(Serialize, Deserialize, JsonSchema)]
struct Needs {
    needed: i64,
}

fn one(_: Call) -> Result<i64> {
    Ok(1)
}

fn needs(_: Call, input: Needs) -> Result<i64> {
    Ok(input.needed)
}

fn with_user(
    mut request: Request<Full<bytes::Bytes>>,
    user: Option<User>,
) -> Request<Full<bytes::Bytes>> {
    if let Some(user) = user {
        request.extensions_mut().insert(user);
    }
    request
}

#[tokio::test]
async fn every_requirement_against_every_caller() {
    let callers = [
        None,
        Some(User::new("1")),
        Some(User::new("2").permission("p")),
        Some(User::new("3").staff(true)),
        Some(User::new("4").superuser(true)),
        Some(User::new("5").staff(true).superuser(true)),
    ];
    let table = [
        (Auth::None, [200, 200, 200, 200, 200, 200]),
        (Auth::Required, [401, 200, 200, 200, 200, 200]),
        (Auth::Staff, [401, 403, 403, 200, 403, 200]),
        (Auth::Superuser, [401, 403, 403, 403, 200, 200]),
        (Auth::permission("p"), [401, 403, 200, 403, 200, 200]),
        (Auth::permission("q"), [401, 403, 403, 403, 200, 200]),
    ];
    for (auth, statuses) in table {
        let registry = Registry::builder()
            .function(Function::new("f", one).auth(auth.clone()))
            .function(Function::new("c", one).auth(auth.clone()).local())
            .build()
            .unwrap();
        let service = MizanService::new(registry.clone());
        for (user, status) in callers.iter().cloned().zip(statuses) {
            let call = with_user(post(r#"{"fn":"f","args":{}}"#), user.clone());
            let answer = send(&service, call).await;
            assert_eq!(answer.status, status, "{auth} {user:?}");
            let challenge = (status == 401).then_some("Bearer");
            assert_eq!(answer.header("www-authenticate"), challenge);
            let read = with_user(get("/ctx/c/"), user.clone());
            assert_eq!(send(&service, read).await.status, status, "{auth} {user:?}");

            let mut call = registry.call("f", &());
            if let Some(user) = user {
                call = call.user(user);
            }
            let code = call
                .await
                .map_or_else(|error| error.status().as_u16(), |_| 200);
            assert_eq!(code, status, "{auth}");
        }
    }
}

#[tokio::test]
async fn who_may_not_learns_nothing_of_the_input() {
    let registry = Registry::builder()
        .function(Function::new("f", needs).auth(Auth::Required))
        .function(Function::new("c", needs).auth(Auth::Required).local())
        .function(Function::new("g", needs).gate(|_| async { Ok(false) }))
        .function(
            Function::new("m", needs)
                .gate(|_| async { Err(mizan::Error::forbidden("Not on a Sunday")) }),
        )
        .build()
        .unwrap();
    let service = MizanService::new(registry);
    for (name, status, message) in [
        ("f", 401, "Authentication required"),
        ("g", 403, "Access denied"),
        ("m", 403, "Not on a Sunday"),
    ] {
        for args in ["{}", r#"{"needed":"x"}"#, r#"{"needed":1}"#] {
            let answer = send(
                &service,
                post(format!(r#"{{"fn":"{name}","args":{args}}}"#)),
            )
            .await;
            assert_eq!(
                (answer.status, &answer.json()["message"]),
                (status, &message.into())
            );
            assert_eq!(answer.json().get("details"), None);
        }
    }
    assert_eq!(send(&service, get("/ctx/c/?needed=x")).await.status, 401);
}

#[tokio::test]
async fn a_private_function_is_for_the_process_itself() {
    let registry = Registry::builder()
        .function(Function::new("p", one).private())
        .function(Function::new("q", one).private().auth(Auth::Required))
        .build()
        .unwrap();
    let service = MizanService::new(registry.clone());
    for name in ["p", "q"] {
        let root = Some(User::new("1").staff(true).superuser(true));
        let call = with_user(post(format!(r#"{{"fn":"{name}"}}"#)), root);
        let answer = send(&service, call).await;
        assert_eq!((answer.status, &*answer.code()), (403, "FORBIDDEN"));
    }
    assert_eq!(registry.call("p", &()).await.unwrap().value(), b"1");
    let error = registry.call("q", &()).await.unwrap_err();
    assert_eq!(error.code(), Code::Unauthorized);
    assert!(registry.call("q", &()).user(User::new("1")).await.is_ok());
}
