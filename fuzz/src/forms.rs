//! A form with members of every type, and a function that takes files.

use std::collections::BTreeMap;

use garde::Validate;
use mizan::form::{Form, Invalid};
use mizan::upload::{FileRules, Upload, Uploads};
use mizan::{Call, Function, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Everything {
    #[garde(range(min = -100))]
    int: i64,
    uint: Option<u64>,
    float: f64,
    flag: bool,
    maybe: Option<bool>,
    #[garde(length(chars, max = 20))]
    text: String,
    #[garde(email)]
    email: Option<String>,
    kind: Kind,
    either: Either,
    several: Several,
    #[garde(length(max = 5))]
    ints: Vec<i64>,
    grid: Vec<Vec<f32>>,
    pair: (Option<i64>, String),
    #[garde(dive)]
    rows: Vec<Row>,
    map: BTreeMap<String, i64>,
    tagged: Tagged,
    lists: Option<Lists>,
    any: Option<Value>,
    #[schemars(extend("format" = "partial-date-time"))]
    at: Option<String>,
    #[schemars(extend("type" = ["number", "string", "null"], "enum" = [1, "2", 2.5, null]))]
    listed: Option<Value>,
    again: Option<Box<Everything>>,
    #[serde(rename = "a.b")]
    dotted: u8,
    #[serde(flatten)]
    #[garde(dive)]
    more: Row,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum Kind {
    One,
    Two,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Several {
    One(i64),
    More(Vec<i64>),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by")]
enum Tagged {
    Id { value: i64, strict: bool },
    Name { value: String },
}

#[derive(Serialize, Deserialize, JsonSchema, Validate)]
#[garde(allow_unvalidated)]
struct Row {
    #[garde(length(chars, min = 1, max = 9))]
    label: String,
    done: bool,
    row: Option<Box<Row>>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Lists(Vec<Lists>);

fn give_back(_: Call, everything: Everything) -> Result<Everything> {
    Ok(everything)
}

fn not_root(_: Call, text: String) -> Result<()> {
    match text.as_str() {
        "root" => Err(Invalid::new("reserved", "This text is reserved").into()),
        _ => Ok(()),
    }
}

/// The codes that errors of fields may have.
pub const CODES: [&str; 9] = [
    "required",
    "invalid",
    "max_length",
    "min_length",
    "max_value",
    "min_value",
    "invalid_choice",
    "pattern",
    "reserved",
];

#[derive(Deserialize, Serialize, JsonSchema)]
struct Taken {
    text: Option<String>,
    file: Option<Upload>,
    small: Option<Upload>,
    #[serde(default)]
    files: Vec<Upload>,
}

/// What a function was given: its text, and of each file name, type and content.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Given {
    pub text: Option<String>,
    pub files: Vec<(String, String, Vec<u8>)>,
}

async fn take(_: Call, taken: Taken) -> Result<Given> {
    let mut files = Vec::new();
    let single = taken.file.iter().chain(&taken.small);
    for file in single.chain(&taken.files) {
        let content = file.bytes(MAX_FILE as usize).await?;
        assert_eq!(content.len() as u64, file.size());
        files.push((
            file.name().to_owned(),
            file.content_type().to_owned(),
            content.to_vec(),
        ));
    }
    let text = taken.text;
    Ok(Given { text, files })
}

/// Adds the form `x`, which gives back what was filled in, and the function `take`.
pub fn register(builder: RegistryBuilder) -> RegistryBuilder {
    builder
        .form(Form::new("x", give_back).check("text", not_root))
        .function(Function::new("take", take))
}

pub const MAX_FILE: u64 = 1024;
pub const MAX_TEXT: usize = 2048;

/// Bounds that small bodies pass.
pub fn uploads() -> Uploads {
    Uploads::new()
        .max_file(MAX_FILE)
        .max_total(2 * MAX_FILE)
        .max_files(3)
        .max_fields(40)
        .max_text(MAX_TEXT)
        .types(["image/*", "text/plain", "application/*"])
        .field("small", FileRules::new().max_size(10).types(["*/*"]))
}
