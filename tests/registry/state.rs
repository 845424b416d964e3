//! State that handlers share, and what the log says where there is none.

use mizan::{Call, Function, MizanService, Registry, Result, User};

use super::ear::Log;
use super::rig::{get, post, send};

struct Pool(&'static str);

struct Account;

fn uses(call: Call) -> Result<&'static str> {
    Ok(call.state::<Pool>()?.0)
}

fn account(call: Call) -> Result<i64> {
    call.user_as::<Account>().map(|_| 1)
}

#[tokio::test]
async fn a_state_is_found_by_its_type() {
    let registry = Registry::builder()
        .state(Pool("here"))
        .state(1_u8)
        .function(Function::new("uses", uses))
        .build()
        .unwrap();
    let reply = registry.call("uses", &()).await.unwrap();
    assert_eq!(reply.json::<String>().unwrap(), "here");
}

#[tokio::test]
async fn the_log_names_what_is_missing_and_who_asked() {
    let gated = |call: Call| async move { call.state::<Pool>().map(|_| true) };
    let registry = Registry::builder()
        .function(Function::new("uses", uses))
        .function(Function::new("account", account))
        .function(Function::new("gated", uses).gate(gated))
        .function(Function::new("reads", uses).local())
        .build()
        .unwrap();
    let service = MizanService::new(registry);
    for (name, asked) in [
        ("uses", "Pool"),
        ("account", "Account"),
        ("gated", "Pool"),
        ("reads", "Pool"),
    ] {
        let log = Log::listen();
        let mut request = match name {
            "reads" => get("/ctx/reads/"),
            name => post(format!(r#"{{"fn":"{name}","args":{{}}}}"#)),
        };
        request.extensions_mut().insert(User::new("7"));
        let answer = send(&service, request).await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (500, "INTERNAL_ERROR"),
            "{name}"
        );
        assert!(
            !String::from_utf8_lossy(&answer.body).contains(asked),
            "{name}"
        );
        let errors: Vec<_> = log
            .lines()
            .into_iter()
            .filter(|line| line.starts_with("ERROR"))
            .collect();
        assert_eq!(errors.len(), 1, "{name}: {errors:?}");
        assert!(
            errors[0].contains(asked) && errors[0].contains(name),
            "{}",
            errors[0]
        );
    }
}
