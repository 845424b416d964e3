//! A registry with a type of every kind, and a function of every kind.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::time::Duration;

use garde::Validate;
use mizan::form::{Choice, Field, Form, Values};
use mizan::upload::Upload;
use mizan::{Call, Context, Error, Function, Registry, Result};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::channels;

pub(crate) const CAGE: Context = Context::new("cage").key("cage_id");
const ZOO: Context = Context::new("zoo");
const STATE: Context = Context::new("state").ts_name("app_state");

pub(crate) fn registry() -> Registry {
    channels::register(Registry::builder())
        .function(give::<Scalars, Scalars>("scalars").description("Every scalar.\n\nTwice. */"))
        .function(give::<Odd, Odd>("odd"))
        .function(give::<Nest, Nest>("nest"))
        .function(give::<Page<Animal>, Page<Nest>>("pages"))
        .function(give::<Unions, Unions>("unions").error::<Refusal>())
        .function(give::<Flat, Flat>("flat"))
        .function(give::<Strict, Vec<Option<Strict>>>("strict"))
        .function(give::<other::Animal, other::Nest>("namesakes"))
        .function(give::<BTreeMap<String, Vec<Tree>>, Tree>("trees"))
        .function(give::<Limits, ()>("limits"))
        .function(give::<Empty, Unit>("nothing"))
        .function(give::<Value, Value>("anything"))
        .function(give::<Photo, Pair>("photograph").affects_broadly(CAGE))
        .function(give::<CageKey, Vec<Resident>>("residents").context(CAGE))
        .function(give::<CagePage, Cage>("cage_details").context(CAGE))
        .function(give::<CagePage, Resident>("add-resident").merge_by(CAGE, "id"))
        .function(
            give::<CageKey, Cage>("clean.cage")
                .merge(CAGE)
                .affects(ZOO)
                .deadline(Duration::from_secs(5)),
        )
        .function(
            give::<CageKey, ()>("move_cage")
                .affects([CAGE, ZOO])
                .affects_params(|_, input, _| Ok(mizan::params! { "cage_id": input.cage_id })),
        )
        .function(Function::new("opening_hours", hours).context(ZOO))
        .function(Function::new("current_visitor", visitor).context(Context::GLOBAL))
        .function(give::<Greeting, String>("greet").local())
        .function(give::<Filter, Vec<Animal>>("search").context(STATE))
        .function(give::<CageKey, ()>("use").ts_name("make use of"))
        .function(give::<(), ()>("_hidden").private())
        .form(
            Form::new("adopt", |_: Call, _: Adoption| -> Result<Adopted> {
                nothing()
            })
            .title("Adopt an animal")
            .field("animal_id", Field::new().choices([Choice::new(1, "Ada")]))
            .choices("cage", |_: Call, _: Values| -> Result<Vec<Choice>> {
                nothing()
            })
            .formset(|_: Call, _: Vec<Adoption>| -> Result<()> { nothing() })
            .max_forms(5)
            .affects_broadly(CAGE),
        )
        .build()
        .unwrap()
}

fn nothing<T>() -> Result<T> {
    Err(Error::not_implemented("It is a zoo of types"))
}

fn give<I, O>(name: &'static str) -> Function<I, O>
where
    I: DeserializeOwned + JsonSchema + Send + 'static,
    O: Serialize + JsonSchema + Send + 'static,
{
    Function::new(name, |_: Call, _: I| -> Result<O> { nothing() })
}

fn hours(_: Call) -> Result<BTreeMap<String, (u8, u8)>> {
    nothing()
}

fn visitor(_: Call) -> Result<Option<Visitor>> {
    nothing()
}

/// One of each.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Scalars {
    byte: u8,
    long: i64,
    huge: u128,
    float: f32,
    double: f64,
    flag: bool,
    letter: char,
    text: String,
    address: IpAddr,
    elapsed: Duration,
    unit: (),
    any: Value,
    /// May be missing, or nothing.
    option: Option<String>,
    twice: Option<Option<u8>>,
    #[serde(default)]
    with_default: u8,
    #[serde(default = "three")]
    with_own_default: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped_if_none: Option<u8>,
    #[serde(default, skip_serializing)]
    #[expect(dead_code, reason = "it is only read")]
    only_read: String,
    #[serde(skip_deserializing)]
    only_written: String,
}

fn three() -> u8 {
    3
}

/// Names that are no identifiers, or odd ones. */ alert(1) /*
#[derive(Serialize, Deserialize, JsonSchema)]
struct Odd {
    #[serde(rename = "content-type")]
    content_type: String,
    #[serde(rename = "class")]
    class: String,
    #[serde(rename = "it's \\ \n new")]
    quoted: String,
    #[serde(rename = "ключ")]
    cyrillic: String,
    #[serde(rename = "1st")]
    first: String,
    r#type: OddText,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum OddText {
    #[serde(rename = "it's")]
    Its,
    #[serde(rename = "line\nbreak")]
    Break,
    #[serde(rename = "\u{2028}")]
    Separator,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Nest {
    list: Vec<Egg>,
    list_of_lists: Vec<Vec<Option<u8>>>,
    set: BTreeSet<Kind>,
    map: HashMap<String, Egg>,
    numbered: BTreeMap<u32, Egg>,
    pair: (u8, Option<String>),
    colour: [u8; 3],
    maybe: Option<Egg>,
    boxed: Box<Egg>,
    mixed: Vec<OneOf>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Egg {
    weight: f64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Page<T> {
    items: Vec<T>,
    total: u64,
    next: Option<Box<Page<T>>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Animal {
    id: i64,
    name: String,
    kind: Kind,
}

/// What it is.
#[derive(Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// It flies.
    Bird,
    /// It swims,
    /// mostly.
    Fish,
    Other,
}

mod other {
    use super::*;

    #[derive(Serialize, Deserialize, JsonSchema)]
    pub(super) struct Animal {
        pub(super) species: String,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    pub(super) struct Nest {
        pub(super) of: Animal,
        pub(super) beside: super::Animal,
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Unions {
    external: External,
    internal: Internal,
    adjacent: Adjacent,
    untagged: OneOf,
    expression: Expression,
    nullable: Option<Internal>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum External {
    Nothing,
    /// A text.
    Text(String),
    Pair(u8, u8),
    Fields {
        a: u8,
        #[serde(default)]
        b: u8,
    },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Internal {
    /// Nothing inside.
    Empty,
    Fields {
        a: u8,
    },
    Animal(Animal),
    /// Deeper.
    Nested(Inner),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "inner", rename_all = "snake_case")]
enum Inner {
    One { one: u8 },
    Two { two: u8 },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Nothing,
    Number(i32),
    Fields { a: u8 },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOf {
    Number(f64),
    Flag(bool),
    Text(String),
    Animal(Animal),
    List(Vec<u8>),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Expression {
    Number {
        value: f64,
    },
    Sum {
        of: Vec<Expression>,
    },
    /// The other way.
    Negative(Negative),
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Negative {
    of: Box<Expression>,
}

#[derive(Serialize, JsonSchema)]
#[serde(tag = "reason")]
#[expect(dead_code, reason = "only its schema counts")]
enum Refusal {
    Asleep { until: u8 },
    Gone,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Flat {
    own: u8,
    #[serde(flatten)]
    animal: Animal,
    #[serde(flatten)]
    internal: Internal,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Strict {
    a: u8,
    b: Option<Box<Strict>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Tree {
    label: Label,
    children: Vec<Tree>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Label(String);

#[derive(Serialize, Deserialize, JsonSchema)]
struct Pair(u8, String);

#[derive(Serialize, Deserialize, JsonSchema)]
struct Empty {}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Unit;

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
struct Limits {
    #[garde(length(chars, min = 1, max = 5))]
    text: String,
    #[garde(range(min = -2, max = 1_000_000))]
    number: i64,
    #[garde(pattern("^[a-z]+$"))]
    word: String,
    #[garde(email)]
    email: String,
    #[garde(length(max = 3))]
    list: Vec<u8>,
    #[schemars(extend("multipleOf" = 5))]
    #[garde(skip)]
    step: u32,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema counts")]
struct Photo {
    cage_id: i64,
    picture: Upload,
    others: Vec<Upload>,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CageKey {
    pub(crate) cage_id: i64,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct CagePage {
    cage_id: i64,
    #[serde(default)]
    page: u32,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default = "no_name")]
    name: Option<String>,
}

fn no_name() -> Option<String> {
    None
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Resident {
    id: i64,
    animal: Animal,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Cage {
    cage_id: i64,
}

#[derive(Serialize, JsonSchema)]
struct Visitor {
    name: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Greeting {
    name: String,
    #[serde(default)]
    excited: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[derive(Default)]
struct Filter {
    kind: Option<String>,
    limit: u32,
}

#[derive(Deserialize, JsonSchema, Validate)]
#[expect(dead_code, reason = "only its schema counts")]
struct Adoption {
    /// Yours.
    #[garde(length(chars, max = 20))]
    name: String,
    #[garde(skip)]
    animal_id: i64,
    #[garde(skip)]
    cage: String,
    #[garde(skip)]
    contract: Option<Upload>,
}

#[derive(Serialize, JsonSchema)]
struct Adopted {
    until: String,
}
