//! `validate` of some fields: only their checks run, and only their errors are told.

use garde::Validate;
use mizan::form::{Choice, Form, Invalid, Values};
use mizan::{Call, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Count, call, only, told};

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "checked, and not used")]
struct Account {
    #[garde(length(chars, max = 5))]
    name: String,
    age: u8,
    topic: String,
    place: Place,
    tags: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "checked, and not used")]
struct Place {
    city: String,
    zip: u32,
}

/// What ran, one letter for each.
#[derive(Clone, Default)]
struct Runs([Count; 5]);

impl Runs {
    fn take(&self) -> String {
        let names = ["name", "age", "topic", "city", "whole"];
        let ran = names.iter().zip(&self.0).flat_map(|(name, count)| {
            let times = count.take();
            std::iter::repeat_n(*name, times)
        });
        ran.collect::<Vec<_>>().join(" ")
    }
}

fn registry(runs: &Runs) -> Registry {
    let [name, age, topic, city, whole] = runs.0.clone();
    only(
        Form::new("account", |_: Call, _: Account| Ok(()))
            .check("name", move |_: Call, _: String| {
                name.one_more();
                Ok(())
            })
            .check("age", move |_: Call, age_is: u8| {
                age.one_more();
                match age_is {
                    18.. => Ok(()),
                    _ => Err(Invalid::new("young", "Too young").into()),
                }
            })
            .choices("topic", move |_: Call, _: Values| {
                topic.one_more();
                Ok(vec![Choice::new("a", "A")])
            })
            .check("place.city", move |_: Call, _: String| {
                city.one_more();
                Ok(())
            })
            .check_form(move |_: Call, _: Account| -> Result<()> {
                whole.one_more();
                Err(Invalid::new("closed", "Closed").into())
            }),
    )
}

async fn asked(registry: &Registry, data: &Value, fields: &Value) -> String {
    let args = json!({"data": data, "fields": fields});
    told(&call(registry, "account.validate", &args).await)
}

#[tokio::test]
async fn only_what_is_asked_for_runs_and_is_told() {
    let runs = Runs::default();
    let registry = registry(&runs);
    let data = json!({
        "name": "toolong", "age": 17, "topic": "b", "place": {"city": "x", "zip": 1}, "tags": [],
    });
    let all = "name max_length, age young, topic invalid_choice, __all__ closed";
    for (fields, expected, ran) in [
        (json!(null), all, "age topic city whole"),
        (
            json!(["name", "age", "topic", "place", "__all__"]),
            all,
            "age topic city whole",
        ),
        (json!(["name"]), "name max_length", ""),
        (json!(["age"]), "age young", "age"),
        (
            json!(["topic", "age"]),
            "age young, topic invalid_choice",
            "age topic",
        ),
        (json!(["place.city"]), "", "city"),
        (json!(["place"]), "", "city"),
        (json!(["place.zip"]), "", ""),
        (json!(["__all__"]), "__all__ closed", "whole"),
        (json!(["tags", "nope", "ag", "agee"]), "", ""),
        (json!([]), "", ""),
    ] {
        assert_eq!(asked(&registry, &data, &fields).await, expected, "{fields}");
        assert_eq!(runs.take(), ran, "{fields}");
    }
}

#[tokio::test]
async fn the_others_may_be_missing() {
    let runs = Runs::default();
    let registry = registry(&runs);
    for (data, fields, expected) in [
        (json!({"age": "17"}), json!(["age"]), "age young"),
        (json!({"age": "18"}), json!(["age"]), ""),
        (
            json!({"name": "toolong"}),
            json!(["name"]),
            "name max_length",
        ),
        (json!({"age": "18"}), json!(["age", "__all__"]), ""),
        (
            json!({}),
            json!(["place"]),
            "place.city required, place.zip required",
        ),
        (json!({}), json!(["place.zip"]), "place.zip required"),
        (
            json!({"tags": [1, "a", 2]}),
            json!(["tags.2"]),
            "tags.2 invalid",
        ),
        (
            json!({"tags": [1, "a", 2]}),
            json!(["tags"]),
            "tags.0 invalid, tags.2 invalid",
        ),
    ] {
        assert_eq!(
            asked(&registry, &data, &fields).await,
            expected,
            "{data} {fields}"
        );
    }
}
