//! Declarations that are wrong are found when the registry is built, all of them.

use garde::Validate;
use mizan::form::{Choice, Field, Form, Values, Widget};
use mizan::{Call, Context, Function, Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
#[expect(dead_code, reason = "only what is said of it counts")]
struct Input {
    name: String,
    place: Place,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only what is said of it counts")]
struct Place {
    city: String,
}

fn submit(_: Call, _: Input) -> Result<()> {
    Ok(())
}

fn no_check(_: Call, _: String) -> Result<()> {
    Ok(())
}

fn nothing(_: Call, _: Values) -> Result<String> {
    Ok(String::new())
}

fn no_choices(_: Call, _: Values) -> Result<Vec<Choice>> {
    Ok(Vec::new())
}

fn defects(builder: RegistryBuilder) -> Vec<String> {
    match builder.build() {
        Ok(_) => Vec::new(),
        Err(error) => error.defects().iter().map(ToString::to_string).collect(),
    }
}

/// One defect, that names these.
#[track_caller]
fn assert_defect(form: Form<Input, ()>, words: &[&str]) {
    let found = defects(Registry::builder().form(form));
    assert_eq!(found.len(), 1, "{found:?}");
    for word in words {
        assert!(found[0].contains(word), "{found:?}: {word}");
    }
}

fn form() -> Form<Input, ()> {
    Form::new("form", submit)
}

#[test]
fn names_that_are_no_fields() {
    assert!(defects(Registry::builder().form(form())).is_empty());
    assert_defect(form().field("nme", Field::new()), &["form", "`nme`"]);
    assert_defect(form().field("place", Field::new()), &["`place`"]);
    assert_defect(form().field("place.zip", Field::new()), &["`place.zip`"]);
    assert_defect(form().check("nme", no_check), &["`nme`"]);
    assert_defect(form().initial("city", nothing), &["`city`"]);
    assert_defect(form().choices("nme", no_choices), &["`nme`"]);
    let fine = form()
        .field("place.city", Field::new())
        .check("place.city", no_check)
        .initial("name", nothing)
        .choices("name", no_choices);
    assert!(defects(Registry::builder().form(fine)).is_empty());
}

#[test]
fn a_select_needs_choices() {
    let select = || Field::new().widget(Widget::Select);
    assert_defect(form().field("name", select()), &["`name`", "choose"]);
    let told = form().field("name", select().choices([Choice::new("a", "A")]));
    assert!(defects(Registry::builder().form(told)).is_empty());
    let found = form().field("name", select()).choices("name", no_choices);
    assert!(defects(Registry::builder().form(found)).is_empty());
    let several = Field::new().widget(Widget::SelectMultiple);
    assert_defect(form().field("name", several), &["`name`", "choose"]);
}

/// What is sent under one would pass by limits, checks, choices and `disabled`.
#[test]
fn aliases() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "only what is said of it counts")]
    struct Person {
        #[serde(default, alias = "nick")]
        nickname: String,
        home: Option<Home>,
        former: Vec<Home>,
    }
    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only what is said of it counts")]
    struct Home {
        #[serde(alias = "town")]
        city: String,
    }
    let form = Form::new("person", |_: Call, _: Person| Ok(()));
    let found = defects(Registry::builder().form(form));
    assert_eq!(found.len(), 3, "{found:?}");
    for alias in ["`nick`", "`home.town`", "`former.town`"] {
        let told = found
            .iter()
            .any(|text| text.contains(alias) && text.contains("drop the alias"));
        assert!(told, "{alias}: {found:?}");
    }
}

#[test]
fn a_target_is_a_path_of_the_same_origin() {
    for target in [
        "//evil",
        "",
        "thanks",
        "https://evil.test/",
        "/\\evil",
        "/a\nb",
    ] {
        assert_defect(form().target(target), &["form", "sends to", target]);
    }
    let fine = form().target("/thanks?a=b#c");
    assert!(defects(Registry::builder().form(fine)).is_empty());
}

#[test]
fn a_formset_takes_no_less_than_it_needs() {
    assert_defect(form().min_forms(3).max_forms(2), &["form"]);
    assert!(defects(Registry::builder().form(form().min_forms(2).max_forms(2))).is_empty());
}

#[test]
fn a_widget_that_is_none() {
    #[derive(Deserialize, JsonSchema, Validate)]
    #[garde(allow_unvalidated)]
    #[expect(dead_code, reason = "only what is said of it counts")]
    struct Odd {
        #[schemars(extend("x-widget" = "Slider"))]
        volume: u8,
    }
    let form = Form::new("odd", |_: Call, _: Odd| Ok(()));
    let found = defects(Registry::builder().form(form));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("volume") && found[0].contains("Slider"),
        "{found:?}"
    );
}

#[test]
fn bounds_that_would_refuse_every_file() {
    let uploads = || mizan::upload::Uploads::new().types(["png"]);
    assert_defect(form().uploads(uploads()), &["png"]);
}

#[test]
fn names_are_names_and_taken_once() {
    for name in ["", "a b", "1a", "a/b", &"a".repeat(65)] {
        let form = Form::new(name.to_owned(), submit);
        let found = defects(Registry::builder().form(form));
        assert!(!found.is_empty(), "{name:?}");
    }
    let twice = defects(Registry::builder().form(form()).form(form()));
    assert!(!twice.is_empty());
    let taken = Registry::builder()
        .function(Function::new("form.schema", |_: Call| Ok(())))
        .form(form());
    assert!(!defects(taken).is_empty());
    let sets = form().formset(|_, _: Vec<Input>| Ok(()));
    let inner = Form::new("form.formset", submit);
    assert!(!defects(Registry::builder().form(sets).form(inner)).is_empty());
}

#[test]
fn contexts_that_nobody_reads() {
    let found = defects(Registry::builder().form(form().affects_broadly(Context::new("nope"))));
    assert!(!found.is_empty());
}

#[test]
fn all_at_once() {
    let form = form()
        .field("a", Field::new())
        .check("b", no_check)
        .check("b", no_check)
        .min_forms(2)
        .max_forms(1);
    assert_eq!(defects(Registry::builder().form(form)).len(), 3);
}
