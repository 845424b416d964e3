//! Checks of the application: of a field, by its own type, and of the form as a whole.

use garde::Validate;
use mizan::form::{Form, FormErrors, Invalid};
use mizan::{Call, Error, Fields, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{Count, assert_told, only, validated};

#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "checked, and not used")]
struct Booking {
    name: String,
    from: i64,
    to: i64,
    note: Option<String>,
    tags: Vec<String>,
    place: Place,
}

#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Place {
    room: u8,
}

fn submit(_: Call, _: Booking) -> Result<()> {
    Ok(())
}

fn invalid(code: &'static str) -> Error {
    Invalid::new(code, "Not like this").into()
}

fn not_root(_: Call, name: String) -> Result<()> {
    if name == "root" {
        Err(invalid("reserved"))
    } else {
        Ok(())
    }
}

async fn free(_: Call, name: String) -> Result<()> {
    tokio::task::yield_now().await;
    if name.starts_with('r') {
        Err(invalid("taken"))
    } else {
        Ok(())
    }
}

/// Also of what is a struct, or a list of such, and no control of a page.
async fn place(_: Call, place: Place) -> Result<()> {
    if place.room == 99 {
        Err(invalid("attic"))
    } else {
        Ok(())
    }
}

async fn room(_: Call, room: u8) -> Result<()> {
    if room == 13 {
        Err(invalid("unlucky"))
    } else {
        Ok(())
    }
}

fn tags(_: Call, tags: Vec<String>) -> Result<()> {
    let mut errors = FormErrors::new();
    for (index, _) in tags.iter().enumerate().filter(|(_, tag)| *tag == "no") {
        errors.field(format!("tags.{index}"), "unwanted", "Not this");
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors.into())
    }
}

async fn span(_: Call, booking: Booking) -> Result<()> {
    tokio::task::yield_now().await;
    if booking.from <= booking.to {
        return Ok(());
    }
    let mut errors = FormErrors::new();
    errors.field("to", "before", "Ends before it begins");
    errors.whole("span", "No span of time");
    Err(errors.into())
}

fn valid() -> serde_json::Value {
    json!({"name": "ada", "from": 1, "to": 2, "note": "x", "tags": ["a"], "place": {"room": 1}})
}

fn form() -> Form<Booking, ()> {
    Form::new("booking", submit)
        .check("name", not_root)
        .check("name", free)
        .check("place.room", room)
        .check("place", place)
        .check("tags", tags)
        .check_form(span)
}

#[tokio::test]
async fn they_refuse_with_codes_of_their_own() {
    let registry = only(form());
    for (pointer, value, expected) in [
        ("/name", json!("ada"), ""),
        ("/name", json!("rita"), "name taken"),
        // Every check of a field is heard, in their order.
        ("/name", json!("root"), "name reserved taken"),
        ("/place/room", json!("13"), "place.room unlucky"),
        ("/place/room", json!("99"), "place attic"),
        (
            "/tags",
            json!(["no", "a", "no"]),
            "tags.0 unwanted, tags.2 unwanted",
        ),
        ("/from", json!(3), "to before, __all__ span"),
    ] {
        let mut data = valid();
        *data.pointer_mut(pointer).unwrap() = value;
        assert_told(&registry, "booking", &data, expected).await;
    }
}

#[tokio::test]
async fn they_run_beside_fields_that_did_not_parse() {
    let registry = only(form());
    for (changes, expected) in [
        (
            json!({"from": "x", "name": "root"}),
            "name reserved taken, from invalid",
        ),
        (
            json!({"from": "x", "place": {"room": 13}, "tags": ["no"]}),
            "from invalid, tags.0 unwanted, place.room unlucky",
        ),
        // The whole form is not looked at, for all that it would say.
        (json!({"from": 3, "name": ""}), "name required"),
        // It is where all fields parsed, whatever their checks say.
        (
            json!({"from": 3, "name": "rita"}),
            "name taken, to before, __all__ span",
        ),
        // And a field is not checked that has an error, or one in it.
        (json!({"tags": ["no", 5]}), "tags.1 invalid"),
        (json!({"place": {"room": 300}}), "place.room invalid"),
    ] {
        let mut data = valid();
        for (name, value) in changes.as_object().unwrap() {
            data[name] = value.clone();
        }
        let found = validated(&registry, "booking", &data).await;
        let found = found.replace("place.room max_value", "place.room invalid");
        assert_eq!(found, expected, "{changes}");
    }
}

#[tokio::test]
async fn an_absent_field_is_checked_only_by_who_takes_absence() {
    let (some, maybe) = (Count::default(), Count::default());
    let counted = |count: &Count| {
        let count = count.clone();
        move || count.one_more()
    };
    let (on_some, on_maybe) = (counted(&some), counted(&maybe));
    let registry = only(
        Form::new("booking", submit)
            .check("note", move |_: Call, _: String| {
                on_some();
                Err::<(), _>(invalid("some"))
            })
            .check("note", move |_: Call, note: Option<String>| {
                on_maybe();
                let code = if note.is_some() { "there" } else { "gone" };
                Err::<(), _>(invalid(code))
            }),
    );
    let mut data = valid();
    assert_eq!(
        validated(&registry, "booking", &data).await,
        "note some there"
    );
    assert_eq!((some.take(), maybe.take()), (1, 1));
    for absent in [json!(null), json!("")] {
        data["note"] = absent;
        assert_eq!(validated(&registry, "booking", &data).await, "note gone");
        assert_eq!((some.take(), maybe.take()), (0, 1));
    }
    data["note"] = json!(5);
    assert_eq!(validated(&registry, "booking", &data).await, "note invalid");
    assert_eq!((some.take(), maybe.take()), (0, 0));
}

#[tokio::test]
async fn a_check_takes_a_type_of_its_own() {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Even(#[serde(deserialize_with = "even")] ());
    fn even<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        match i64::deserialize(deserializer)? % 2 {
            0 => Ok(()),
            _ => Err(serde::de::Error::custom("Must be even")),
        }
    }
    let registry = only(Form::new("booking", submit).check("from", |_: Call, _: Even| Ok(())));
    let mut data = valid();
    assert_told(&registry, "booking", &data, "from invalid").await;
    data["from"] = json!("2");
    assert_told(&registry, "booking", &data, "").await;
}

#[tokio::test]
async fn any_validation_error_is_a_refusal() {
    let registry = only(
        Form::new("booking", submit)
            .check("name", |_: Call, _: String| -> Result<()> {
                let mut fields = Fields::new();
                fields.insert("from", "Not so early");
                fields.insert("from", "Nor so late");
                Err(Error::validation(fields))
            })
            .check_form(|_: Call, _: Booking| -> Result<()> {
                Err(Error::new(mizan::Code::Validation, "Nothing is free"))
            }),
    );
    let expected = "from invalid invalid, __all__ invalid";
    assert_told(&registry, "booking", &valid(), expected).await;
}

/// Checks wait together: none begins after another has ended.
#[tokio::test]
async fn checks_run_side_by_side() {
    let meet = std::sync::Arc::new(tokio::sync::Barrier::new(3));
    let waiting = || {
        let meet = meet.clone();
        move |_: Call, _: i64| {
            let meet = meet.clone();
            async move {
                meet.wait().await;
                Ok(())
            }
        }
    };
    let registry = only(
        Form::new("booking", submit)
            .check("from", waiting())
            .check("to", waiting())
            .check("to", waiting()),
    );
    let data = valid();
    let validated = validated(&registry, "booking", &data);
    let guard = std::time::Duration::from_secs(30);
    let found = tokio::time::timeout(guard, validated).await;
    assert_eq!(found.expect("they wait for each other"), "");
}
