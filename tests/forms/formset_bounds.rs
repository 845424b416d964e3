//! What a formset does with many forms, and with what are none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use garde::Validate;
use mizan::form::{Choice, Form, Values, Wording};
use mizan::upload::{Upload, Uploads};
use mizan::{Call, Registry};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::multipart::{Body, on_hyper, result, send};
use crate::{Count, call, only, told};

#[derive(Deserialize, JsonSchema, Validate)]
struct Guest {
    #[garde(length(chars, max = 5))]
    name: String,
}

fn form() -> Form<Guest, ()> {
    Form::new("guest", |_: Call, _: Guest| Ok(())).formset(|_: Call, _: Vec<Guest>| Ok(()))
}

/// The messages of a call that is refused, by path.
async fn refused(registry: &Registry, function: &str, args: &Value) -> Value {
    let error = registry.call(function, args).await.unwrap_err();
    assert_eq!(error.code(), mizan::Code::Validation);
    error.details().unwrap()["fields"].clone()
}

#[tokio::test]
async fn what_is_no_form_is_told_of_a_thousand_at_most() {
    let args = json!({ "forms": vec![0; 4_000] });
    for function in ["schema", "validate", "submit"] {
        let function = format!("guest.formset.{function}");
        let fields = refused(&only(form().max_forms(5_000)), &function, &args).await;
        assert_eq!(fields.as_object().unwrap().len(), 1_000, "{function}");
        assert_eq!(fields["forms.999"], json!(["Must be an object"]));
    }
    for function in ["validate", "submit"] {
        let function = format!("guest.formset.{function}");
        let fields = refused(&only(form().max_forms(2)), &function, &args).await;
        assert_eq!(fields.as_object().unwrap().len(), 2, "{function}");
    }
}

/// What stands behind the last form that is taken is counted, and nothing else.
#[tokio::test]
async fn no_more_are_looked_at_than_are_taken() {
    let registry = only(form().max_forms(2));
    let mut forms = vec![json!({"name": "toolong"}), json!({"name": "a"})];
    forms.extend(vec![json!(0); 1_000]);
    let args = json!({ "forms": forms });
    let general = json!(["At most 2 forms must be submitted"]);
    let answer = call(&registry, "guest.formset.submit", &args).await;
    for errors in [
        answer["errors"].clone(),
        call(&registry, "guest.formset.validate", &args).await,
    ] {
        assert_eq!(errors["general"], general);
        let forms: Vec<_> = errors["per_form"].as_array().unwrap().iter().collect();
        assert_eq!(forms.len(), 2);
        assert_eq!(told(forms[0]), "name max_length");
    }
}

#[tokio::test]
async fn one_schema_for_each_form_or_none() {
    let registry = only(form().max_forms(2));
    let some = |count| json!({ "forms": vec![json!({"name": "a"}); count] });
    for count in 0..=2 {
        let schema = call(&registry, "guest.formset.schema", &some(count)).await;
        assert_eq!(schema["forms"].as_array().unwrap().len(), count);
    }
    let fields = refused(&registry, "guest.formset.schema", &some(3)).await;
    assert_eq!(fields, json!({"forms": ["At most 2 forms may be given"]}));
    let one = only(form().max_forms(1));
    let fields = refused(&one, "guest.formset.schema", &some(2)).await;
    assert_eq!(fields, json!({"forms": ["At most 1 form may be given"]}));
}

/// Each has choices of its own, which may take a look-up each.
#[tokio::test]
async fn schemas_are_made_several_at_a_time_and_keep_their_order() {
    let (running, most) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let (peak, asked) = (most.clone(), Count::default());
    let count = asked.clone();
    let registry = only(form().choices("name", move |_: Call, values: Values| {
        let (running, most) = (running.clone(), most.clone());
        count.one_more();
        async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let name = values.get::<String>("name").unwrap_or_default();
            // The first ones take longest.
            for _ in name.parse::<usize>().unwrap_or(0)..100 {
                tokio::task::yield_now().await;
            }
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(vec![Choice::new(name, "chosen")])
        }
    }));
    let forms: Vec<_> = (0..100)
        .map(|n| json!({"name": format!("{n:02}")}))
        .collect();
    let schema = call(
        &registry,
        "guest.formset.schema",
        &json!({ "forms": forms }),
    )
    .await;
    for (index, form) in schema["forms"].as_array().unwrap().iter().enumerate() {
        let choice = &form["fields"][0]["choices"][0]["value"];
        assert_eq!(choice, &json!(format!("{index:02}")));
    }
    assert_eq!(asked.take(), 100);
    let peak = peak.load(Ordering::SeqCst);
    assert!((2..=16).contains(&peak), "{peak}");
}

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "checked, and not used")]
struct Papers {
    name: String,
    photo: Upload,
    more: Vec<Upload>,
}

fn papers() -> Form<Papers, ()> {
    Form::new("papers", |_: Call, _: Papers| Ok(()))
        .formset(|_: Call, _: Vec<Papers>| Ok(()))
        .uploads(Uploads::new().max_file(10))
}

/// Nothing but `submit` takes files, so that none is missing before.
#[tokio::test]
async fn validation_says_nothing_of_missing_files() {
    let registry = only(papers());
    for (data, expected) in [
        (json!({"name": "a"}), ""),
        (json!({"name": "a", "photo": null, "more": []}), ""),
        (json!({}), "name required"),
        (json!({"name": "a", "photo": "x"}), "photo invalid"),
    ] {
        let one = call(&registry, "papers.validate", &json!({ "data": data })).await;
        assert_eq!(told(&one), expected, "{data}");
        let set = json!({"forms": [data]});
        let errors = call(&registry, "papers.formset.validate", &set).await;
        assert_eq!(errors["general"], json!([]));
        assert_eq!(told(&errors["per_form"][0]), expected, "{data}");
    }
    let set = json!({"forms": [{"name": "a"}]});
    let answer = call(&registry, "papers.formset.submit", &set).await;
    let missing = told(&answer["errors"]["per_form"][0]);
    assert!(missing.contains("photo required"), "{missing}");
}

/// Also where reading ended at a file.
#[tokio::test]
async fn refusals_of_files_are_said_in_the_applications_words() {
    let word = |w: &Wording<'_>| Some(format!("{} {} {:?}", w.field, w.code, w.limit));
    let registry = Registry::builder().form(papers()).form_messages(word);
    let server = on_hyper(&registry.build().unwrap()).await;
    let body = Body::of("papers.formset.submit").file("forms.1.photo", "a", "a/b", &[b'x'; 11]);
    let errors = result(&send(&server, body).await)["errors"].clone();
    assert_eq!(errors["general"], json!([]));
    assert_eq!(errors["per_form"][0], json!({"errors": []}));
    assert_eq!(
        errors["per_form"][1]["errors"],
        json!([{"field": "photo", "errors": [
            {"message": "photo max_size Some(Number(10))", "code": "max_size"},
        ]}])
    );
}
