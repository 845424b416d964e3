//! What a form's schema says: from the type, and from what is said over it.

use garde::Validate;
use mizan::form::{Choice, Field, Form, Widget};
use mizan::upload::Upload;
use mizan::{Call, Registry, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{assert_told, call, field, only};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A paper book.
    Paper,
    #[schemars(title = "An e-book")]
    Electronic,
}

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "only what is said of it counts")]
struct Address {
    street_name: String,
    zip: Option<String>,
}

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only what is said of it counts")]
struct Order {
    /// As it stands
    /// on the card.
    #[schemars(title = "Who pays?")]
    #[garde(length(chars, min = 2, max = 20))]
    full_name: String,
    #[garde(email)]
    email: Option<String>,
    #[garde(range(min = 1))]
    #[serde(default = "one")]
    how_many: u8,
    kind: Kind,
    more_kinds: Vec<Kind>,
    agreed: bool,
    #[schemars(extend("x-widget" = "Textarea"))]
    note: String,
    #[schemars(extend("format" = "password"))]
    password: String,
    #[garde(dive)]
    address: Address,
    photo: Option<Upload>,
    lines: Vec<Address>,
}

fn one() -> u8 {
    1
}

fn submit(_: Call, _: Order) -> Result<()> {
    Ok(())
}

async fn fields(registry: &Registry) -> Vec<Value> {
    let schema = call(registry, "order.schema", &json!({})).await;
    schema["fields"].as_array().unwrap().clone()
}

#[tokio::test]
async fn fields_as_the_type_has_them() {
    let registry = only(Form::new("order", submit));
    let seen: Vec<_> = fields(&registry)
        .await
        .iter()
        .map(|field| {
            let text = |name: &str| field[name].as_str().unwrap().to_owned();
            let required = field["required"].as_bool().unwrap();
            let texts = [text("name"), text("label"), text("type"), text("widget")];
            (texts.join("|"), required)
        })
        .collect();
    let expected = [
        ("fullName|Who pays?|text|TextInput", true),
        ("email|Email|email|EmailInput", false),
        ("howMany|How many|number|NumberInput", false),
        ("kind|Kind|select|Select", true),
        ("moreKinds|More kinds|select|SelectMultiple", true),
        ("agreed|Agreed|checkbox|CheckboxInput", false),
        ("note|Note|textarea|Textarea", true),
        ("password|Password|password|PasswordInput", true),
        ("address.street_name|Street name|text|TextInput", true),
        ("address.zip|Zip|text|TextInput", false),
        ("photo|Photo|file|FileInput", false),
    ];
    let expected = expected.map(|(texts, required)| (texts.to_owned(), required));
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn help_lengths_initial_values_and_choices() {
    let registry = only(Form::new("order", submit));
    let name = field(&registry, "order", &json!({}), "fullName").await;
    assert_eq!(name["help_text"], "As it stands on the card.");
    assert_eq!(
        (&name["min_length"], &name["max_length"]),
        (&json!(2), &json!(20))
    );
    assert_eq!(
        (&name["initial"], &name["choices"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(name["disabled"], false);
    let many = field(&registry, "order", &json!({}), "howMany").await;
    assert_eq!(
        (&many["initial"], &many["help_text"]),
        (&json!(1), &json!(""))
    );
    let choices = json!([
        {"value": "paper", "label": "A paper book"},
        {"value": "electronic", "label": "An e-book"},
    ]);
    for name in ["kind", "moreKinds"] {
        let kind = field(&registry, "order", &json!({}), name).await;
        assert_eq!(kind["choices"], choices, "{name}");
    }
}

#[tokio::test]
async fn a_field_has_exactly_these_members() {
    let registry = only(Form::new("order", submit));
    for field in fields(&registry).await {
        let mut names: Vec<_> = field.as_object().unwrap().keys().collect();
        names.sort();
        let known = [
            "choices",
            "disabled",
            "help_text",
            "initial",
            "label",
            "max_length",
            "min_length",
            "name",
            "required",
            "type",
            "widget",
        ];
        assert_eq!(names, known);
    }
}

#[tokio::test]
async fn the_forms_own_words() {
    let plain = only(Form::new("order_form", submit));
    assert_eq!(
        call(&plain, "order_form.schema", &json!(null)).await["meta"],
        json!({
            "live_validation": true, "live_form_errors": false, "refetch_schema_on_validate": false,
        })
    );
    let schema = call(&plain, "order_form.schema", &json!(null)).await;
    assert_eq!(schema["name"], "order_form");
    assert_eq!(schema["title"], "Order form");
    assert_eq!(schema["subtitle"], json!(null));
    assert_eq!(schema["submit_label"], "Submit");

    let told = only(
        Form::new("order", submit)
            .title("Buy a book")
            .subtitle("or two")
            .submit_label("Buy")
            .live_validation(false)
            .live_form_errors(true)
            .refetch_schema_on_validate(true),
    );
    let schema = call(&told, "order.schema", &json!(null)).await;
    assert_eq!(schema["title"], "Buy a book");
    assert_eq!(schema["subtitle"], "or two");
    assert_eq!(schema["submit_label"], "Buy");
    assert_eq!(
        schema["meta"],
        json!({
            "live_validation": false, "live_form_errors": true, "refetch_schema_on_validate": true,
        })
    );
}

#[tokio::test]
async fn what_is_said_of_a_field_comes_before_its_type() {
    let registry = only(
        Form::new("order", submit)
            .field(
                "fullName",
                Field::new().label("Name").help("Yours.").initial("Ada"),
            )
            .field("note", Field::new().widget(Widget::HiddenInput))
            .field(
                "address.zip",
                Field::new().choices([Choice::new("1010", "Inner City")]),
            )
            .field(
                "kind",
                Field::new().choices([Choice::new("paper", "Paper")]),
            ),
    );
    let of = async |name: &str| field(&registry, "order", &json!({}), name).await;
    let name = of("fullName").await;
    assert_eq!(name["label"], "Name");
    assert_eq!(name["help_text"], "Yours.");
    assert_eq!(name["initial"], "Ada");
    assert_eq!(name["max_length"], 20);
    let note = of("note").await;
    assert_eq!(
        (&note["widget"], &note["type"]),
        (&json!("HiddenInput"), &json!("hidden"))
    );
    let zip = of("address.zip").await;
    assert_eq!(
        (&zip["widget"], &zip["type"]),
        (&json!("Select"), &json!("select"))
    );
    assert_eq!(
        zip["choices"],
        json!([{"value": "1010", "label": "Inner City"}])
    );
    assert_eq!(
        of("kind").await["choices"],
        json!([{"value": "paper", "label": "Paper"}])
    );
}

/// The choices that are said for a field are the ones that are taken.
#[tokio::test]
async fn choices_bind() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "only what is said of it counts")]
    struct Wish {
        kind: Kind,
        size: i64,
        tags: Vec<String>,
        word: Option<String>,
    }
    let registry = only(
        Form::new("wish", |_: Call, _: Wish| Ok(()))
            .field(
                "kind",
                Field::new().choices([Choice::new("paper", "Paper")]),
            )
            .field(
                "size",
                Field::new().choices([Choice::new(1, "S"), Choice::new(2, "M")]),
            )
            .field(
                "tags",
                Field::new().choices([Choice::new("a", "A"), Choice::new("b", "B")]),
            )
            .field("word", Field::new().choices([Choice::new("x", "X")])),
    );
    let valid = json!({"kind": "paper", "size": 1, "tags": ["a", "b"], "word": "x"});
    for (name, value, expected) in [
        ("kind", json!("paper"), ""),
        ("kind", json!("electronic"), "kind invalid_choice"),
        ("size", json!(2), ""),
        ("size", json!("2"), ""),
        ("size", json!(3), "size invalid_choice"),
        ("size", json!("x"), "size invalid"),
        ("tags", json!([]), ""),
        ("tags", json!("b"), ""),
        (
            "tags",
            json!(["b", "c", "a", "d"]),
            "tags.1 invalid_choice, tags.3 invalid_choice",
        ),
        ("word", json!(null), ""),
        ("word", json!(""), ""),
        ("word", json!("y"), "word invalid_choice"),
    ] {
        let mut data = valid.clone();
        data[name] = value;
        assert_told(&registry, "wish", &data, expected).await;
    }
}
