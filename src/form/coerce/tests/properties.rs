use std::fmt::Display;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::coerce;
use crate::form::nest::nest;
use crate::schema::{InputSchema, from_json};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    On,
    #[schemars(title = "Two")]
    Number2,
    Off,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Inner {
    text: String,
    flag: bool,
    small: Option<i8>,
    numbers: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Form {
    signed: i64,
    unsigned: u64,
    float: f64,
    single: f32,
    flag: bool,
    kind: Kind,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    maybe: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maybe_flag: Option<bool>,
    #[serde(default)]
    ints: Vec<i64>,
    #[serde(default)]
    kinds: Vec<Kind>,
    inner: Inner,
    #[serde(skip_serializing_if = "Option::is_none")]
    maybe_inner: Option<Inner>,
    #[serde(default)]
    rows: Vec<Inner>,
    #[serde(rename = "dotted.name")]
    dotted: u8,
}

static SCHEMA: LazyLock<InputSchema> = LazyLock::new(InputSchema::of::<Form>);

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(&[Kind::On, Kind::Number2, Kind::Off][..])
}

fn finite() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![
        POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO,
        any::<i32>().prop_map(f64::from)
    ]
}

prop_compose! {
    fn inner()(
        text in "\\PC{1,6}",
        flag in any::<bool>(),
        small in option::of(any::<i8>()),
        numbers in vec(finite(), 0..3),
    ) -> Inner {
        Inner { text, flag, small, numbers }
    }
}

prop_compose! {
    fn form()(
        (signed, unsigned, float, single) in
            (any::<i64>(), any::<u64>(), finite(), prop::num::f32::NORMAL),
        (flag, kind, text) in (any::<bool>(), kind(), "\\PC{1,6}|on|5|-0"),
        (maybe, maybe_flag) in (option::of(any::<i64>()), option::of(any::<bool>())),
        (ints, kinds) in (vec(any::<i64>(), 0..4), vec(kind(), 0..4)),
        (inner, maybe_inner, rows) in (inner(), option::of(inner()), vec(inner(), 0..4)),
        dotted in any::<u8>(),
    ) -> Form {
        Form {
            signed, unsigned, float, single, flag, kind, text, maybe, maybe_flag, ints, kinds,
            inner, maybe_inner, rows, dotted,
        }
    }
}

/// What a page with these values filled in sends.
struct Page(Vec<(String, Value)>);

impl Page {
    fn text(&mut self, name: &str, text: impl Display) {
        self.0
            .push((name.to_owned(), Value::String(text.to_string())));
    }

    fn check(&mut self, name: &str, checked: bool) {
        if checked {
            self.text(name, "on");
        }
    }

    fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        self.text(
            name,
            value.map_or_else(String::new, |value| value.to_string()),
        );
    }

    fn inner(&mut self, name: &str, inner: &Inner) {
        self.text(&format!("{name}.text"), &inner.text);
        self.check(&format!("{name}.flag"), inner.flag);
        self.maybe(&format!("{name}.small"), inner.small);
        for (index, number) in inner.numbers.iter().enumerate() {
            self.text(&format!("{name}.numbers.{index}"), number);
        }
    }
}

fn word(kind: Kind) -> String {
    let word = serde_json::to_value(kind).expect("a name");
    word.as_str().expect("text").to_owned()
}

fn page(form: &Form) -> Vec<(String, Value)> {
    let mut page = Page(Vec::new());
    page.text("signed", form.signed);
    page.text("unsigned", form.unsigned);
    page.text("float", form.float);
    page.text("single", form.single);
    page.check("flag", form.flag);
    page.text("kind", word(form.kind));
    page.text("text", &form.text);
    page.maybe("maybe", form.maybe);
    page.maybe("maybe_flag", form.maybe_flag);
    page.text("ints", "");
    form.ints.iter().for_each(|int| page.text("ints", int));
    form.kinds
        .iter()
        .for_each(|kind| page.text("kinds", word(*kind)));
    page.inner("inner", &form.inner);
    match &form.maybe_inner {
        Some(inner) => page.inner("maybe_inner", inner),
        None => page.text("maybe_inner.text", ""),
    }
    for (index, row) in form.rows.iter().enumerate() {
        page.inner(&format!("rows.{}", index * 2), row);
        page.text(&format!("rows.{}.text", index * 2 + 1), "");
    }
    page.text("dotted.name", form.dotted);
    page.text("csrf", "token");
    page.0
}

/// JSON near to what the form takes.
fn near() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        finite().prop_map(Value::from),
        "[0-9+.e -]{0,6}|on|FALSE|number2|\\PC{0,3}".prop_map(Value::from),
        any::<i64>().prop_map(|whole| Value::from(whole.to_string())),
    ];
    let names = [
        "signed",
        "unsigned",
        "float",
        "flag",
        "kind",
        "text",
        "maybe",
        "maybe_flag",
        "ints",
        "kinds",
        "inner",
        "maybe_inner",
        "rows",
        "numbers",
        "small",
        "dotted.name",
        "unknown",
    ];
    scalar.prop_recursive(4, 48, 6, move |inner| {
        let name = prop::sample::select(names.map(str::to_owned).to_vec());
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(Value::Array),
            3 => prop::collection::btree_map(name, inner, 0..8)
                .prop_map(|object| Value::Object(object.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Numbers in lists are told one by one by their places, as rows of a page are.
fn without_empty_lists(mut form: Form) -> Form {
    let fill = |inner: &mut Inner| {
        if inner.numbers.is_empty() {
            inner.numbers.push(0.5);
        }
    };
    fill(&mut form.inner);
    form.maybe_inner.iter_mut().for_each(fill);
    form.rows.iter_mut().for_each(fill);
    form
}

proptest! {
    #[test]
    fn what_a_page_sends_is_what_was_filled_in(form in form()) {
        // A page sends nothing for a list without items, which is required there.
        let form = without_empty_lists(form);
        let data = coerce(&SCHEMA, nest(page(&form), &SCHEMA), true);
        let seen: Form = match from_json(&data.to_string()) {
            Ok(seen) => seen,
            Err(error) => return Err(TestCaseError::fail(format!("{error}: {data:#}"))),
        };
        // Zeros have signs that `==` does not see.
        prop_assert_eq!(seen.float.to_bits(), form.float.to_bits());
        prop_assert_eq!(seen, form);
    }

    #[test]
    fn what_is_typed_stays(form in form(), absent_bools: bool) {
        let mut data = serde_json::to_value(&form).expect("JSON");
        data["inner"]["unknown"] = Value::from("5");
        prop_assert_eq!(coerce(&SCHEMA, data.clone(), absent_bools), data);
    }

    #[test]
    fn twice_is_once(data in near(), absent_bools: bool) {
        let once = coerce(&SCHEMA, data, absent_bools);
        prop_assert_eq!(coerce(&SCHEMA, once.clone(), absent_bools), once);
    }

    #[test]
    fn any_names_nest(pairs in vec(("[a-z.0-9_]{0,12}|(rows|inner|ints|[.0-9]){1,8}", near()), 0..8)) {
        coerce(&SCHEMA, nest(pairs, &SCHEMA), true);
    }
}
