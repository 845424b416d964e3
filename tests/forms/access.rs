//! Who may see and submit a form: each of its functions asks the same.

use garde::Validate;
use mizan::form::Form;
use mizan::{Auth, Call, Code, Error, Registry, Result, User};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Count, only};

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "checked, and not used")]
struct Input {
    name: String,
}

fn form(count: &Count) -> Form<Input, ()> {
    let checked = count.clone();
    let (one, all) = (count.clone(), count.clone());
    Form::new("form", move |_: Call, _: Input| {
        one.one_more();
        Ok(())
    })
    .check("name", move |_: Call, _: String| {
        checked.one_more();
        Ok(())
    })
    .formset(move |_, _: Vec<Input>| {
        all.one_more();
        Ok(())
    })
}

/// Every function, with arguments that are right and with some that are not.
fn calls() -> Vec<(&'static str, Value)> {
    let data = json!({"name": "x"});
    vec![
        ("form.schema", json!({})),
        ("form.validate", json!({ "data": data })),
        ("form.validate", json!({})),
        ("form.submit", data.clone()),
        ("form.submit", json!({})),
        ("form.formset.schema", json!({})),
        ("form.formset.validate", json!({ "forms": [data] })),
        ("form.formset.submit", json!({ "forms": [data] })),
        ("form.formset.submit", json!({})),
    ]
}

async fn codes(registry: &Registry, user: Option<User>) -> Vec<Option<Code>> {
    let mut codes = Vec::new();
    for (function, args) in calls() {
        let call = registry.call(function, &args);
        let answer = match user.clone() {
            Some(user) => call.user(user).await,
            None => call.await,
        };
        codes.push(answer.err().map(|error| error.code()));
    }
    codes
}

fn all(code: Code) -> Vec<Option<Code>> {
    vec![Some(code); calls().len()]
}

/// Let in, everyone learns what is wrong with the arguments.
fn let_in() -> Vec<Option<Code>> {
    let invalid = Some(Code::Validation);
    vec![None, None, invalid, None, None, None, None, None, invalid]
}

#[tokio::test]
async fn requirements_hold_for_every_function() {
    let count = Count::default();
    let staff = || User::new("1").staff(true);
    for (auth, user, expected) in [
        (Auth::None, None, let_in()),
        (Auth::Required, None, all(Code::Unauthorized)),
        (Auth::Required, Some(User::new("1")), let_in()),
        (Auth::Staff, None, all(Code::Unauthorized)),
        (Auth::Staff, Some(User::new("1")), all(Code::Forbidden)),
        (Auth::Staff, Some(staff()), let_in()),
        (Auth::Superuser, Some(staff()), all(Code::Forbidden)),
    ] {
        let registry = only(form(&count).auth(auth.clone()));
        count.take();
        let found = codes(&registry, user).await;
        assert_eq!(found, expected, "{auth:?}");
        let ran = count.take();
        // Handlers and checks, of whoever was let in and of nobody else.
        assert_eq!(ran > 0, expected == let_in(), "{auth:?}");
    }
}

#[tokio::test]
async fn gates_hold_for_every_function() {
    let count = Count::default();
    let asked = Count::default();
    let gate = |answer: fn() -> Result<bool>| {
        let asked = asked.clone();
        move |_: Call| {
            asked.one_more();
            async move {
                tokio::task::yield_now().await;
                answer()
            }
        }
    };
    for (answer, expected) in [
        ((|| Ok(true)) as fn() -> Result<bool>, let_in()),
        (|| Ok(false), all(Code::Forbidden)),
        (
            || Err(Error::not_found("Nothing here")),
            all(Code::NotFound),
        ),
        (|| Err(Error::internal("lost")), all(Code::Internal)),
        (|| panic!("as asked"), all(Code::Internal)),
    ] {
        let registry = only(form(&count).gate(gate(answer)));
        count.take();
        assert_eq!(codes(&registry, None).await, expected);
        assert_eq!(asked.take(), calls().len());
        assert_eq!(count.take() > 0, expected == let_in());
    }
    // Each of several is asked.
    let form = form(&count)
        .gate(gate(|| Ok(true)))
        .gate(gate(|| Ok(false)));
    assert_eq!(codes(&only(form), None).await, all(Code::Forbidden));
}
