//! Functions that give their input back.

use std::collections::BTreeMap;

use mizan::{Auth, Call, Context, Function, Registry, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const THINGS: Context = Context::new("things").key("id");

#[derive(Serialize, Deserialize, JsonSchema)]
struct Everything {
    id: i64,
    #[serde(default)]
    count: u64,
    small: Option<i8>,
    #[serde(default)]
    ratio: f64,
    #[serde(default)]
    yes: bool,
    letter: Option<char>,
    #[serde(default)]
    list: Vec<Item>,
    #[serde(default)]
    map: BTreeMap<String, Vec<i32>>,
    choice: Option<Choice>,
    pair: Option<(u8, String)>,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Item {
    label: String,
    #[serde(default)]
    inner: Option<Box<Item>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Nothing,
    One(String),
    Two(i32, i32),
    Named { name: String, age: u8 },
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct More {
    note: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind")]
enum Tagged {
    Circle { radius: f32 },
    Square { side: u16 },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Loose {
    value: Untagged,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    List(Vec<Untagged>),
}

#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    Up,
    Down,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Search {
    id: i64,
    #[serde(default)]
    text: String,
    order: Option<Order>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    ids: Vec<u32>,
    ratio: Option<f64>,
    yes: Option<bool>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Thing {
    id: i64,
    page: Option<u8>,
}

fn everything(_: Call, input: Everything) -> Result<Everything> {
    Ok(input)
}

fn tagged(_: Call, input: Tagged) -> Result<Tagged> {
    Ok(input)
}

async fn loose(_: Call, input: Loose) -> Result<Loose> {
    Ok(input)
}

fn nothing(_: Call) -> Result<()> {
    Ok(())
}

fn search(_: Call, input: Search) -> Result<Search> {
    Ok(input)
}

async fn thing(_: Call, input: Thing) -> Result<Thing> {
    Ok(input)
}

fn whoami(call: Call) -> Result<String> {
    Ok(call.user()?.id().to_owned())
}

/// The names of the functions that give their input back.
pub const ECHOES: [&str; 4] = ["everything", "tagged", "loose", "thing"];

pub fn registry() -> Registry {
    crate::forms::register(Registry::builder())
        .function(Function::new("everything", everything).affects(THINGS))
        .function(Function::new("tagged", tagged))
        .function(Function::new("loose", loose))
        .function(Function::new("nothing", nothing))
        .function(Function::new("search", search).context(THINGS))
        .function(Function::new("thing", thing).context(THINGS))
        .function(Function::new("whoami", whoami).auth(Auth::Required))
        .build()
        .expect("the registry has no defect")
}
