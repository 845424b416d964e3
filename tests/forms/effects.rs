//! What a submission changes: told after a success, and after an end that nobody knows.

use std::time::Duration;

use garde::Validate;
use mizan::form::{Form, Invalid};
use mizan::{Call, Context, Error, Function, MizanService, Registry, Result, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rig::{Answer, Ear, body, post, send};

const USER: Context = Context::new("user").key("user_id");
const TEAM: Context = Context::new("team");

#[derive(Clone, Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Rename {
    user_id: i64,
    #[garde(length(chars, min = 2))]
    name: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Key {
    user_id: i64,
}

#[derive(Serialize, JsonSchema)]
struct Done {
    team: i64,
}

async fn rename(call: Call, input: Rename) -> Result<Done> {
    match input.name.as_str() {
        "refuse" => {
            call.invalidate(TEAM.everywhere());
            Err(Invalid::new("taken", "Taken").into())
        }
        "forbid" => Err(Error::forbidden("Not yours")),
        "break" => Err(Error::internal("lost")),
        "panic" => panic!("as asked"),
        "hang" => std::future::pending().await,
        "add" => {
            call.invalidate(TEAM.everywhere());
            Ok(Done { team: 5 })
        }
        _ => Ok(Done { team: 5 }),
    }
}

fn form(name: &'static str) -> Form<Rename, Done> {
    Form::new(name, rename)
        .check("name", |_: Call, name: String| match name.as_str() {
            "check" => Err(Error::internal("lost")),
            _ => Ok(()),
        })
        .formset(|_: Call, forms: Vec<Rename>| {
            match forms.iter().any(|form| form.name == "refuse") {
                true => Err(Invalid::new("taken", "Taken").into()),
                false => Ok(()),
            }
        })
        .deadline(Duration::from_secs(3))
}

fn service(ear: &Ear) -> MizanService {
    let registry = Registry::builder()
        .function(Function::new("user", |_: Call, _: Key| Ok(1)).context(USER))
        .function(Function::new("team", |_: Call| Ok(1)).context(TEAM))
        .form(form("auto").affects(USER))
        .form(form("broad").affects_broadly([USER, TEAM]))
        .form(
            form("found")
                .affects(USER)
                .affects_params(|_, input: &Rename, output: &Done| {
                    Ok(params! { "user_id": input.user_id + output.team })
                }),
        )
        .on_invalidate(ear.listener())
        .build()
        .unwrap();
    MizanService::new(registry)
}

async fn submit(service: &MizanService, form: &str, name: &str) -> Answer {
    let args = json!({"user_id": "42", "name": name});
    send(service, post(body(&format!("{form}.submit"), &args))).await
}

#[tokio::test]
async fn a_success_tells_its_entries() {
    let ear = Ear::default();
    let service = service(&ear);
    let user = |id: i64| json!({"context": "user", "params": {"user_id": id}});
    for (form, name, header, entries) in [
        ("auto", "Ada", "user;user_id=42", json!([user(42)])),
        (
            "auto",
            "add",
            "user;user_id=42, team",
            json!([user(42), "team"]),
        ),
        ("broad", "Ada", "user, team", json!(["user", "team"])),
        ("found", "Ada", "user;user_id=47", json!([user(47)])),
    ] {
        let before = ear.heard().len();
        let answer = submit(&service, form, name).await;
        assert_eq!(
            answer.json()["result"],
            json!({"success": true, "data": {"team": 5}})
        );
        assert_eq!(answer.json()["invalidate"], entries, "{form} {name}");
        assert_eq!(answer.header("x-mizan-invalidate"), Some(header));
        ear.wait(before + 1).await;
        assert_eq!(ear.heard()[before], format!("changed {header}"));
    }
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_tells_nobody() {
    let ear = Ear::default();
    let service = service(&ear);
    for form in ["auto", "broad", "found"] {
        // Of the rules, of the handler, of the handler by another error.
        for name in ["x", "", "refuse", "forbid", "check"] {
            let answer = submit(&service, form, name).await;
            let expected = match name {
                "forbid" => 403,
                "check" => 500,
                _ => 200,
            };
            assert_eq!(answer.status, expected);
            assert_eq!(answer.json().get("invalidate"), None, "{form} {name}");
            assert_eq!(answer.header("x-mizan-invalidate"), None, "{form} {name}");
        }
        let validate = json!({"data": {"user_id": 42, "name": "Ada"}});
        let answer = send(&service, post(body(&format!("{form}.validate"), &validate))).await;
        assert_eq!(answer.header("x-mizan-invalidate"), None);
        let answer = send(&service, post(body(&format!("{form}.schema"), &json!({})))).await;
        assert_eq!(answer.header("x-mizan-invalidate"), None);
    }
    tokio::task::yield_now().await;
    assert!(ear.heard().is_empty(), "{:?}", ear.heard());
}

#[tokio::test(start_paused = true)]
async fn an_end_that_nobody_knows_is_told_in_the_header() {
    let ear = Ear::default();
    let service = service(&ear);
    for (name, status) in [("break", 500), ("panic", 500), ("hang", 504)] {
        for (form, header) in [
            ("auto", "user;user_id=42"),
            ("broad", "user, team"),
            ("found", "user"),
        ] {
            let before = ear.heard().len();
            let answer = submit(&service, form, name).await;
            assert_eq!(answer.status, status, "{form} {name}");
            assert_eq!(
                answer.header("x-mizan-invalidate"),
                Some(header),
                "{form} {name}"
            );
            assert_eq!(answer.json().get("invalidate"), None);
            ear.wait(before + 1).await;
            assert_eq!(ear.heard()[before], format!("unknown {header}"));
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!(ear.heard()[before + 1..], [format!("settled {header}")]);
        }
    }
}

#[tokio::test]
async fn a_formset_changes_its_contexts_as_a_whole() {
    let ear = Ear::default();
    let service = service(&ear);
    let forms = |names: &[&str]| -> Value {
        let forms = names
            .iter()
            .map(|name| json!({"user_id": 42, "name": name}));
        json!({ "forms": forms.collect::<Vec<_>>() })
    };
    for (form, header) in [("auto", "user"), ("broad", "user, team"), ("found", "user")] {
        let function = format!("{form}.formset.submit");
        for names in [&["refuse"][..], &["Ada", "x"]] {
            let answer = send(&service, post(body(&function, &forms(names)))).await;
            assert_eq!(answer.json()["result"]["success"], false, "{names:?}");
            assert_eq!(answer.header("x-mizan-invalidate"), None, "{names:?}");
        }
        let answer = send(&service, post(body(&function, &forms(&["Ada", "Bob"])))).await;
        assert_eq!(answer.json()["result"], json!({"success": true}));
        assert_eq!(answer.header("x-mizan-invalidate"), Some(header), "{form}");
    }
}
