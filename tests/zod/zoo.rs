//! Inputs of every kind that a schema can be about. What begins with `lax_` has something that is
//! left to the server.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::num::NonZeroU8;

use mizan::{Call, Function, Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::zoo_forms;

pub(crate) fn registry() -> Registry {
    let builder = Registry::builder();
    let builder = scalars(builder);
    let builder = composites(builder);
    let builder = unions(builder);
    let builder = lax(builder);
    zoo_forms::register(builder).build().unwrap()
}

/// So many functions, of a few types in turn.
pub(crate) fn large(count: usize) -> Registry {
    let functions = 0..count;
    let builder = functions.fold(Registry::builder(), |builder, number| {
        let name = format!("f{number}");
        match number % 8 {
            0 => builder.function(take::<Integers>(name)),
            1 => builder.function(take::<Texts>(name)),
            2 => builder.function(take::<Outer>(name)),
            3 => builder.function(take::<Holder<Shape>>(name)),
            4 => builder.function(take::<Lists>(name)),
            5 => builder.function(take::<Maps>(name)),
            6 => builder.function(take::<Tree>(name)),
            _ => builder.function(take::<Note>(name)),
        }
    });
    builder.build().unwrap()
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Note {
    #[schemars(length(min = 1))]
    text: String,
}

fn take<I>(name: impl Into<Cow<'static, str>>) -> Function<I, ()>
where
    I: DeserializeOwned + Serialize + JsonSchema + Send + 'static,
{
    Function::new(name, |_: Call, _: I| -> Result<()> { Ok(()) })
}

fn scalars(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(take::<Integers>("integers"))
        .function(take::<Ranged>("ranged"))
        .function(take::<Ends>("ends"))
        .function(take::<Floats>("floats"))
        .function(take::<Texts>("texts"))
        .function(take::<Patterns>("patterns"))
        .function(take::<Optionals>("optionals"))
        .function(take::<Listed>("listed"))
        .function(take::<Renamed>("renamed-names"))
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Integers {
    a: i8,
    b: i16,
    c: i32,
    d: i64,
    e: u8,
    f: u16,
    g: u32,
    h: u64,
    i: i128,
    j: u128,
    k: NonZeroU8,
    l: usize,
    m: isize,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Ranged {
    #[schemars(range(min = -3, max = 7))]
    both: i64,
    #[schemars(range(min = 18))]
    least: Option<u8>,
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 10))]
    between: i32,
    #[schemars(extend("multipleOf" = 5))]
    fives: i64,
    #[schemars(range(min = -0.5, max = 1.5))]
    ratio: f64,
    #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 0.1))]
    small: f64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Ends {
    #[schemars(range(min = 255))]
    top: Option<u8>,
    #[schemars(range(max = -128))]
    bottom: Option<i8>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Floats {
    single: f32,
    double: f64,
    maybe: Option<f32>,
    list: Vec<f64>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Texts {
    plain: String,
    #[schemars(length(min = 2, max = 4))]
    short: String,
    #[schemars(length(min = 1))]
    filled: Option<String>,
    #[schemars(length(equal = 3))]
    three: String,
    letter: char,
    #[schemars(extend("minLength" = 2))]
    words: Word,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Word(String);

#[derive(Serialize, Deserialize, JsonSchema)]
struct Patterns {
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"))]
    name: Option<String>,
    #[schemars(regex(pattern = r"^\d{4}-\d{2}$"))]
    month: Option<String>,
    #[schemars(regex(pattern = r"^(?:\+|00)[1-9][0-9 ]{2,}$"))]
    phone: Option<String>,
    #[schemars(regex(pattern = r"^.{2}$"))]
    two: Option<String>,
    #[schemars(regex(pattern = r"\s"))]
    spaced: Option<String>,
    #[schemars(regex(pattern = r"^[^\s,]+$"))]
    apart: Option<String>,
    #[schemars(regex(pattern = r"^\W+$"))]
    signs: Option<String>,
    #[schemars(regex(pattern = r"[é-ü😀]"))]
    foreign: Option<String>,
    #[schemars(regex(pattern = r"^(a|ab)+?c{1,2}$"), length(max = 5))]
    nested: Option<String>,
    #[schemars(regex(pattern = r"^[\w.+-]+/[\-x]$"))]
    path: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Optionals {
    needed: bool,
    maybe: Option<bool>,
    #[serde(default)]
    usual: bool,
    #[serde(default)]
    twice: Option<Option<i64>>,
    #[serde(default = "ten")]
    ten: u8,
    nothing: (),
    #[serde(skip)]
    #[expect(dead_code, reason = "never on the wire")]
    hidden: bool,
}

fn ten() -> u8 {
    10
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Listed {
    plain: Plain,
    told: Option<Told>,
    #[schemars(extend("enum" = [1, 2.5, "x", true]))]
    mixed: Value,
    #[schemars(extend("const" = 7))]
    seven: i64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Plain {
    FirstOne,
    SecondOne,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum Told {
    /// It's one.
    One,
    /// Two.
    Two,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    user_id: i64,
    #[serde(rename = "kebab-case")]
    kebab: String,
    #[serde(rename = "with space")]
    space: Option<String>,
    #[serde(rename = "it's")]
    quoted: Option<i64>,
    #[serde(rename = "dotted.name")]
    dotted: Option<i64>,
}

fn composites(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(take::<Lists>("lists"))
        .function(take::<Maps>("maps"))
        .function(take::<Outer>("outer"))
        .function(take::<Tree>("tree"))
        .function(take::<Person>("person"))
        .function(take::<Flat>("flat"))
        .function(take::<Open>("open"))
        .function(take::<Closed>("closed"))
        .function(take::<Page<Nested>>("nested_page"))
        .function(take::<Page<i64>>("number_page"))
        .function(take::<Anything>("anything"))
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Lists {
    #[schemars(length(min = 1, max = 3))]
    some: Vec<i64>,
    three: [u8; 3],
    pair: (i64, String),
    set: BTreeSet<u8>,
    #[serde(default)]
    grid: Vec<Vec<bool>>,
    maybe: Option<Vec<Option<String>>>,
    #[schemars(length(min = 2), inner(length(max = 2)))]
    tags: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Maps {
    numbers: BTreeMap<String, i64>,
    nested: Option<BTreeMap<String, Nested>>,
    #[serde(default)]
    lists: BTreeMap<String, Vec<Option<u8>>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Nested {
    label: String,
    #[serde(default)]
    weight: f64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Outer {
    nested: Nested,
    other: Option<Nested>,
    many: Vec<Nested>,
    boxed: Box<Inner>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Inner {
    deep: Option<Nested>,
    pair: (Nested, Option<i64>),
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Tree {
    value: u8,
    #[serde(default)]
    children: Vec<Tree>,
    next: Option<Box<Tree>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Person {
    name: String,
    pets: Vec<Pet>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Pet {
    owner: Option<Box<Person>>,
    #[schemars(range(max = 30))]
    age: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Flat {
    q: String,
    #[serde(flatten)]
    paging: Paging,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Paging {
    page: u32,
    #[serde(default)]
    #[schemars(range(max = 100))]
    size: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Open {
    id: i64,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Closed {
    a: i64,
    inner: Option<ClosedInner>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClosedInner {
    b: Option<bool>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Anything {
    any: Value,
    #[serde(default)]
    maybe: Value,
}

fn unions(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(take::<Shape>("shape"))
        .function(take::<Holder<Shape>>("internal"))
        .function(take::<Holder<Adjacent>>("adjacent"))
        .function(take::<Holder<External>>("external"))
        .function(take::<Holder<Untagged>>("untagged"))
        .function(take::<Holder<Either>>("either"))
        .function(take::<Flattened>("vague_flattened"))
        .function(take::<Holder<Expression>>("expression"))
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Holder<T> {
    one: T,
    maybe: Option<T>,
    many: Vec<T>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Shape {
    Circle { radius: u32 },
    Square { side: u32, colour: Option<Plain> },
    Label(Nested),
    Empty,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Circle { radius: u32 },
    Label(Nested),
    Pair(i64, u8),
    Number(i64),
    Empty,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum External {
    Circle {
        radius: u32,
    },
    Label(Nested),
    Pair(i64, u8),
    Number(i64),
    Empty,
    /// Told apart in the schema.
    Told,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Untagged {
    Circle { radius: u32 },
    Square { side: u32, depth: u8 },
    Text(String),
    List(Vec<u8>),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Flag(bool),
    Text(Plain),
    Nested(Nested),
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Flattened {
    id: i64,
    #[serde(flatten)]
    shape: Shape,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Expression {
    Value { value: f64 },
    Not { of: Box<Expression> },
    All { of: Vec<Expression> },
}

fn lax(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .function(take::<Formats>("lax_formats"))
        .function(take::<OddPatterns>("lax_patterns"))
        .function(take::<ByCode>("lax_by_code"))
        .function(take::<OddNumbers>("lax_numbers"))
        .function(take::<OddMaps>("lax_maps"))
        .function(take::<ClosedVariant>("lax_closed_variant"))
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Formats {
    address: Option<IpAddr>,
    #[schemars(email)]
    email: Option<String>,
    #[schemars(url)]
    url: Option<String>,
    #[schemars(extend("format" = "date"))]
    date: Option<String>,
    #[schemars(extend("format" = "date-time"))]
    instant: Option<String>,
    #[schemars(extend("format" = "uuid"))]
    id: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct OddPatterns {
    #[schemars(regex(pattern = r"^(?!root)[a-z]+$"))]
    ahead: Option<String>,
    #[schemars(regex(pattern = r"(?i)^abc$"))]
    folded: Option<String>,
    #[schemars(regex(pattern = r"^\p{Lu}"))]
    capital: Option<String>,
    #[schemars(regex(pattern = r"\bx\b"))]
    word: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct ByCode {
    even: Even,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "i64")]
struct Even(i64);

impl TryFrom<i64> for Even {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        match number % 2 {
            0 => Ok(Self(number)),
            _ => Err("Must be even"),
        }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct OddNumbers {
    #[schemars(extend("multipleOf" = 0.1))]
    tenths: f64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct OddMaps {
    by_number: BTreeMap<u8, i64>,
    #[schemars(extend("minProperties" = 1, "maxProperties" = 2))]
    few: BTreeMap<String, i64>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
enum ClosedVariant {
    One(ClosedInner),
    Two,
}
