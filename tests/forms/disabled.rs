//! A disabled field shows its initial value, and the handler gets that, whatever is sent.

use garde::Validate;
use mizan::form::{Field, Form, Values};
use mizan::{Call, MizanService, Registry, Result, User};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::rig::{post, send};
use crate::{assert_told, call, field, only, submitted};

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Terms {
    months: u8,
    bonus: Option<i64>,
}

#[derive(Deserialize, Serialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Plan {
    name: String,
    level: Option<String>,
    owner: String,
    #[garde(dive)]
    terms: Terms,
}

fn submit(_: Call, plan: Plan) -> Result<Plan> {
    Ok(plan)
}

fn owner(call: Call, _: Values) -> Result<String> {
    let owner = call.identity().map_or("nobody", |user| user.id());
    Ok(owner.to_owned())
}

fn registry() -> Registry {
    let disabled = || Field::new().disabled();
    only(
        Form::new("plan", submit)
            .field("level", disabled())
            .field("owner", disabled())
            .field("terms.months", disabled().initial(12))
            .field("terms.bonus", disabled())
            .initial("owner", owner)
            .formset(|_, _: Vec<Plan>| Ok(())),
    )
}

#[tokio::test]
async fn it_is_described_as_disabled() {
    let registry = registry();
    for (name, initial) in [
        ("level", json!(null)),
        ("owner", json!("nobody")),
        ("terms.months", json!(12)),
    ] {
        let field = field(&registry, "plan", &json!({}), name).await;
        assert_eq!(field["disabled"], true, "{name}");
        assert_eq!(field["initial"], initial, "{name}");
    }
    let name = field(&registry, "plan", &json!({}), "name").await;
    assert_eq!(name["disabled"], false);
}

#[tokio::test]
async fn whatever_is_sent_for_it_is_passed_over() {
    let registry = registry();
    for sent in [
        json!({"name": "a"}),
        json!({"name": "a", "terms": {}}),
        json!({"name": "a", "terms": null}),
        json!({"name": "a", "level": "gold", "owner": "me", "terms": {"months": 1, "bonus": 5}}),
        json!({"name": "a", "level": 5, "owner": [], "terms": {"months": "x", "bonus": {}}}),
        json!({"name": "a", "owner": "", "terms": {"months": ""}}),
    ] {
        let reply = registry.call("plan.submit", &sent).user(User::new("7"));
        let answer: Value = reply.await.unwrap().json().unwrap();
        assert_eq!(
            answer["data"],
            json!({
                "name": "a", "level": null, "owner": "7", "terms": {"months": 12, "bonus": null},
            }),
            "{sent}: {answer}"
        );
    }
}

/// What may be left out is not there because something in it is disabled.
#[tokio::test]
async fn within_what_may_be_left_out() {
    #[derive(Deserialize, Serialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    struct Order {
        address: Option<Address>,
    }
    #[derive(Deserialize, Serialize, JsonSchema)]
    struct Address {
        city: String,
        zip: Option<String>,
    }
    let form = || {
        Form::new("order", |_: Call, order: Order| -> Result<Order> {
            Ok(order)
        })
    };
    let registry = only(form().field("address.zip", Field::new().disabled()));
    for (sent, expected) in [
        (json!({}), json!(null)),
        (json!({"address": null}), json!(null)),
        (json!({"address": ""}), json!(null)),
        (json!({"address": {"zip": "1010"}}), json!(null)),
        // As an HTML form sends an address that nobody filled in.
        (json!({"address": {"city": ""}}), json!(null)),
        (json!({"address": {"city": "", "zip": "1010"}}), json!(null)),
        (
            json!({"address": {"city": "Wien", "zip": "1010"}}),
            json!({"city": "Wien", "zip": null}),
        ),
    ] {
        let answer = call(&registry, "order.submit", &sent).await;
        assert_eq!(answer["success"], true, "{sent}: {answer}");
        assert_eq!(answer["data"]["address"], expected, "{sent}");
    }
    let empty = json!({"address": {}});
    let found = submitted(&registry, "order", &empty).await;
    assert_eq!(found, "address.city required");
    // With a value of its own it makes the object, and the rest has to be filled in.
    let registry = only(form().field("address.zip", Field::new().disabled().initial("1010")));
    let found = submitted(&registry, "order", &json!({})).await;
    assert_eq!(found, "address.city required");
}

#[tokio::test]
async fn it_is_sent_twice_in_vain() {
    let service = MizanService::new(registry());
    let body = r#"{"fn":"plan.submit","args":{"name":"a","level":"x","level":"y"}}"#;
    let answer = send(&service, post(body)).await;
    assert_eq!(
        answer.json()["result"]["success"],
        true,
        "{}",
        answer.json()
    );
    assert_eq!(answer.json()["result"]["data"]["level"], json!(null));
}

#[tokio::test]
async fn one_that_has_to_be_there_needs_an_initial_value() {
    let form = Form::new("plan", submit).field("name", Field::new().disabled());
    let data = json!({"name": "a", "owner": "b", "terms": {"months": 1}});
    assert_told(&only(form), "plan", &data, "name required").await;
}

#[tokio::test]
async fn in_a_formset_too() {
    let registry = registry();
    let answer = call(
        &registry,
        "plan.formset.submit",
        &json!({"forms": [{"name": "a", "owner": 5, "terms": {"months": "x"}}]}),
    )
    .await;
    assert_eq!(answer, json!({"success": true}));
    assert_eq!(
        submitted(&registry, "plan", &json!({})).await,
        "name required"
    );
}
