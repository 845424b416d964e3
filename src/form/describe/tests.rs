use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Serialize, Deserialize, JsonSchema, Default)]
#[serde(rename_all = "snake_case")]
enum Topic {
    Sales,
    #[default]
    InProgress,
    Bugs,
}

/// Not a help text.
#[derive(Deserialize, JsonSchema)]
enum Titled {
    Zebra,
    #[schemars(title = "A bee")]
    Bee,
    /// A question
    /// of mine.
    ///
    /// More.
    Ask,
    Ant,
}

#[derive(Serialize, Deserialize, JsonSchema, Default)]
struct Place {
    /// Where to.
    city: String,
    #[serde(default)]
    zip: Option<u32>,
    gift: bool,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema counts")]
struct Item {
    label: String,
}

#[derive(Deserialize, JsonSchema, garde::Validate)]
#[garde(allow_unvalidated)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema counts")]
struct Contact {
    /// What it is
    /// about.
    #[schemars(title = "Subject of it")]
    #[garde(length(chars, min = 2, max = 20))]
    subject: String,
    #[garde(email)]
    email_address: String,
    #[serde(default = "five")]
    #[garde(range(min = 1, max = 5))]
    rating: u8,
    agreed: bool,
    /// A topic.
    topic: Topic,
    #[serde(default)]
    next_topic: Topic,
    titled: Option<Titled>,
    #[garde(length(max = 2))]
    topics: Vec<Topic>,
    tags: Vec<String>,
    #[schemars(extend("x-widget" = "Textarea"))]
    bio: Option<String>,
    place: Place,
    other: Option<Place>,
    #[serde(default = "vienna")]
    home: Place,
    again: Option<Box<Contact>>,
    items: Vec<Item>,
    map: BTreeMap<String, i64>,
    #[schemars(url)]
    link: String,
    #[schemars(extend("format" = "password"))]
    secret: String,
    #[schemars(extend("format" = "date"))]
    day: String,
    #[schemars(extend("format" = "partial-date-time"))]
    hour: Option<String>,
    #[schemars(extend("format" = "binary"))]
    file: String,
    files: Vec<File>,
    ratio: f64,
    any: Value,
    either: Either,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(extend("format" = "binary"))]
#[expect(dead_code, reason = "only its schema counts")]
struct File(String);

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema counts")]
enum Either {
    Number(i64),
    Text(String),
}

fn five() -> u8 {
    5
}

fn vienna() -> Place {
    Place {
        city: "Vienna".to_owned(),
        zip: None,
        gift: true,
    }
}

fn described<T: DeserializeOwned + JsonSchema>() -> Vec<FieldSchema> {
    let described = describe::<T>(&InputSchema::of::<T>());
    described.expect("fields").fields
}

fn field(name: &str) -> FieldSchema {
    let mut fields = described::<Contact>().into_iter();
    fields.find(|field| field.name == name).expect("a field")
}

#[test]
fn fields_in_their_order() {
    let fields = described::<Contact>();
    let seen: Vec<_> = fields
        .iter()
        .map(|field| (field.name.as_str(), &*field.kind, field.required))
        .collect();
    assert_eq!(
        seen,
        [
            ("subject", "text", true),
            ("emailAddress", "email", true),
            ("rating", "number", false),
            ("agreed", "checkbox", false),
            ("topic", "select", true),
            ("nextTopic", "select", false),
            ("titled", "select", false),
            ("topics", "select", true),
            ("tags", "text", true),
            ("bio", "textarea", false),
            ("place.city", "text", true),
            ("place.zip", "number", false),
            ("place.gift", "checkbox", false),
            ("other.city", "text", false),
            ("other.zip", "number", false),
            ("other.gift", "checkbox", false),
            ("home.city", "text", false),
            ("home.zip", "number", false),
            ("home.gift", "checkbox", false),
            ("link", "url", true),
            ("secret", "password", true),
            ("day", "date", true),
            ("hour", "datetime-local", false),
            ("file", "file", true),
            ("files", "file", true),
            ("ratio", "number", true),
            ("any", "text", true),
            ("either", "text", true),
        ]
    );
}

#[test]
fn what_a_field_says() {
    assert_eq!(
        field("subject"),
        FieldSchema {
            name: "subject".to_owned(),
            label: "Subject of it".to_owned(),
            kind: "text".into(),
            widget: Widget::TextInput,
            required: true,
            disabled: false,
            help_text: "What it is about.".to_owned(),
            initial: Value::Null,
            max_length: Some(20),
            min_length: Some(2),
            choices: None,
            list: false,
            secret: false,
        }
    );
    assert_eq!(field("emailAddress").label, "Email address");
    assert_eq!(field("emailAddress").max_length, None);
    assert_eq!(field("rating").initial, 5);
    assert_eq!(field("topic").help_text, "A topic.");
    assert_eq!(field("nextTopic").initial, "in_progress");
    assert_eq!(field("titled").help_text, "");
    assert_eq!(field("place.city").label, "City");
    assert_eq!(field("place.city").help_text, "Where to.");
    assert_eq!(field("place.city").initial, Value::Null);
    assert_eq!(field("home.city").initial, "Vienna");
    assert_eq!(field("home.gift").initial, true);
    assert_eq!(field("home.zip").initial, Value::Null);
}

#[test]
fn widgets() {
    let table = [
        ("agreed", Widget::CheckboxInput),
        ("topic", Widget::Select),
        ("topics", Widget::SelectMultiple),
        ("tags", Widget::TextInput),
        ("bio", Widget::Textarea),
        ("link", Widget::UrlInput),
        ("day", Widget::DateInput),
        ("hour", Widget::DateTimeInput),
        ("files", Widget::FileInput),
    ];
    for (name, widget) in table {
        assert_eq!(field(name).widget, widget, "{name}");
    }
}

#[test]
fn choices_in_the_order_of_the_variants() {
    let topics = [
        Choice::new("sales", "Sales"),
        Choice::new("in_progress", "In progress"),
        Choice::new("bugs", "Bugs"),
    ];
    for name in ["topic", "nextTopic", "topics"] {
        assert_eq!(field(name).choices.as_deref(), Some(&topics[..]), "{name}");
    }
    assert_eq!(field("topics").max_length, Some(2));
    assert_eq!(
        field("titled").choices.expect("choices"),
        [
            Choice::new("Zebra", "Zebra"),
            Choice::new("Bee", "A bee"),
            Choice::new("Ask", "A question of mine"),
            Choice::new("Ant", "Ant"),
        ]
    );
}

#[test]
fn choices_that_are_no_texts() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Form {
        #[schemars(extend("enum" = [2, 1, null]))]
        size: Option<u8>,
        #[schemars(extend("enum" = [[1], [2]]))]
        odd: Vec<u8>,
    }
    let fields = described::<Form>();
    let choices = [Choice::new(2, "2"), Choice::new(1, "1")];
    assert_eq!(fields[0].choices.as_deref(), Some(&choices[..]));
    assert_eq!(
        (fields[0].widget, fields[0].required),
        (Widget::Select, false)
    );
    assert_eq!(
        (fields[1].widget, &fields[1].choices),
        (Widget::TextInput, &None)
    );
}

#[test]
fn an_unknown_widget() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Inner {
        #[schemars(extend("x-widget" = "Slider", "x-other" = 1))]
        size: u8,
    }
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Outer {
        #[schemars(extend("x-other" = "Slider"))]
        inner: Inner,
    }
    let refused = describe::<Outer>(&InputSchema::of::<Outer>()).expect_err("no widget");
    assert_eq!(
        refused,
        "x-widget of the field `inner.size` is no widget: \"Slider\""
    );
}

#[test]
fn what_is_no_plain_struct() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Flat {
        zoo: bool,
        #[serde(flatten)]
        place: Place,
        titled: Titled,
    }
    #[derive(Deserialize, JsonSchema)]
    #[serde(tag = "kind")]
    #[expect(dead_code, reason = "only its schema counts")]
    enum Tagged {
        Round { radius: f32, name: String },
        Flat { name: String },
    }
    let names = |fields: Vec<FieldSchema>| {
        let names = fields.into_iter().map(|field| field.name);
        names.collect::<Vec<_>>()
    };
    let flat = described::<Flat>();
    assert_eq!(flat[2].choices.as_ref().expect("choices")[0].value, "Zebra");
    assert_eq!(names(flat), ["city", "gift", "titled", "zip", "zoo"]);
    let tagged = described::<Tagged>();
    let kinds = [Choice::new("Round", "Round"), Choice::new("Flat", "Flat")];
    assert_eq!(tagged[0].choices.as_deref(), Some(&kinds[..]));
    assert!(!tagged[2].required && tagged[1].required);
    assert_eq!(names(tagged), ["kind", "name", "radius"]);
    assert!(described::<()>().is_empty());
    assert!(described::<BTreeMap<String, i64>>().is_empty());
    assert!(described::<Topic>().is_empty());
}

#[test]
fn types_within_themselves() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Left {
        name: String,
        right: Option<Box<Right>>,
    }
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Right {
        name: String,
        left: Option<Box<Left>>,
        right: Option<Box<Right>>,
    }
    let fields = described::<Left>();
    let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["name", "right.name"]);
    let fields = described::<Option<Box<Left>>>();
    assert_eq!(fields.len(), 2);
}

#[test]
fn what_only_the_server_knows_of_a_field() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Keys {
        #[schemars(extend("format" = "password", "x-widget" = "TextInput"))]
        shown: Option<String>,
        several: Vec<Key>,
    }
    #[derive(Deserialize, JsonSchema)]
    #[schemars(extend("format" = "password"))]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Key(String);
    for name in ["topics", "tags", "files"] {
        assert!(field(name).list && !field(name).secret, "{name}");
    }
    for name in ["subject", "topic", "file", "any"] {
        assert!(!field(name).list && !field(name).secret, "{name}");
    }
    assert!(field("secret").secret);
    let keys = described::<Keys>();
    assert!(keys.iter().all(|field| field.secret), "{keys:?}");
    let told = serde_json::to_value(&keys[1]).expect("JSON");
    assert!(told.get("secret").is_none() && told.get("list").is_none());
    let wire = schemars::schema_for!(FieldSchema);
    let wire = &wire.as_value()["properties"];
    assert!(wire.get("secret").is_none() && wire.get("list").is_none());
}

#[test]
fn names_that_no_schema_knows() {
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Person {
        #[serde(alias = "nick", alias = "called")]
        name: String,
        #[serde(rename = "theAge", skip_serializing)]
        age: u8,
        #[serde(skip)]
        hidden: u8,
        #[serde(default, skip_deserializing)]
        told: u8,
        place: Option<Place>,
        home: Home,
        homes: Vec<Option<Home>>,
        by_name: BTreeMap<String, Home>,
        friend: Option<Box<Person>>,
        kind: Kind,
        any: Value,
        #[schemars(with = "BTreeMap<String, Value>")]
        open: Home,
        #[schemars(skip)]
        unsaid: Option<u8>,
    }
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Home {
        #[serde(alias = "plz")]
        zip: String,
    }
    #[derive(Deserialize, JsonSchema)]
    enum Kind {
        #[serde(alias = "old")]
        New,
    }
    let described = describe::<Person>(&InputSchema::of::<Person>()).expect("fields");
    let mut aliases = described.aliases;
    aliases.sort();
    let expected = [
        "by_name.*.plz",
        "called",
        "home.plz",
        "homes.plz",
        "nick",
        "unsaid",
    ];
    assert_eq!(aliases, expected);
    let described = describe::<Contact>(&InputSchema::of::<Contact>());
    assert!(described.expect("fields").aliases.is_empty());
}
