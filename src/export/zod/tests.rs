use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::*;
use crate::{Call, Function, Registry, Result};

fn written<I>() -> String
where
    I: for<'de> Deserialize<'de> + Serialize + JsonSchema + Send + 'static,
{
    let take = |_: Call, _: I| -> Result<()> { Ok(()) };
    let registry = Registry::builder()
        .function(Function::new("take", take))
        .build()
        .unwrap();
    let representation = registry.representation();
    let schema = Schema {
        export: "takeInputSchema".to_owned(),
        type_name: "TakeInput".to_owned(),
        doc: Some("Takes."),
        of: representation.functions[0].input.as_ref().unwrap(),
        form: None,
    };
    write(&representation, &[schema])
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Everything {
    id: i64,
    count: u64,
    #[schemars(range(min = 1, max = 10))]
    stars: u8,
    #[schemars(range(min = 5))]
    big: i64,
    small: Option<i16>,
    #[schemars(range(min = 0.5))]
    ratio: f32,
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^\w+$"))]
    name: String,
    #[schemars(regex(pattern = r"^(?=a)"))]
    odd: String,
    #[schemars(extend("format" = "email"))]
    mail: String,
    #[serde(rename = "kebab-case", default)]
    kebab: bool,
    #[schemars(length(max = 3))]
    tags: Vec<String>,
    pair: (i64, String),
    any: serde_json::Value,
    map: std::collections::BTreeMap<String, Option<f64>>,
    tree: Tree,
    shape: Shape,
    either: Either,
    #[serde(flatten)]
    rest: std::collections::BTreeMap<String, i64>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Tree {
    children: Vec<Tree>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Shape {
    Circle { radius: f64 },
    Tree(Tree),
    Nothing,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
}

#[test]
fn every_type() {
    let (_, body) = written::<Everything>()
        .split_once("'./types.js';\n\n")
        .map(|(imports, body)| (imports.to_owned(), body.to_owned()))
        .unwrap();
    let expected = r"const EitherType: Inner = /*#__PURE__*/ lazy(() => union(integer(), string()));
const ShapeType: Inner = /*#__PURE__*/ lazy(() => tagged('type', {
  circle: object({ radius: number(), type: literal('circle') }),
  tree: closed({ children: array(TreeType), type: literal('tree') }),
  nothing: object({ type: literal('nothing') }),
}));
const TreeType: Inner = /*#__PURE__*/ lazy(() => closed({ children: array(TreeType) }));

/** Takes. */
export const takeInputSchema: Schema<t.TakeInput> = /*#__PURE__*/ input(() => open(integer(), {
  any: unknown(),
  big: integer(minimum(5)),
  count: integer(range(0)),
  either: EitherType,
  id: integer(),
  'kebab-case': optional(boolean()),
  mail: string(email()),
  map: record(nullable(number())),
  name: string(minLength(1), maxLength(20), pattern(/^\w+$/u)),
  odd: string(),
  pair: tuple(integer(), string()),
  ratio: number(single, minimum(0.5)),
  shape: ShapeType,
  small: optional(nullable(integer(range(-32768, 32767)))),
  stars: integer(range(0, 255), minimum(1), maximum(10)),
  tags: array(string(), 0, 3),
  tree: TreeType,
}));
";
    // Without forms nothing on the server judges an address.
    let expected = match cfg!(feature = "forms") {
        true => expected.to_owned(),
        false => expected.replace("string(email())", "string()"),
    };
    assert_eq!(body, expected);
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Small {
    id: u8,
}

#[test]
fn what_is_used_is_imported() {
    assert_eq!(
        written::<Small>(),
        "import { input, integer, object, range, type Schema } from './mizan/zod/index.js';
import type * as t from './types.js';

/** Takes. */
export const takeInputSchema: Schema<t.TakeInput> = /*#__PURE__*/ input(() => object({
  id: integer(range(0, 255)),
}));
"
    );
}

#[test]
fn nothing_to_judge_is_a_module_still() {
    let representation = Registry::builder().build().unwrap().representation();
    assert_eq!(write(&representation, &[]), "export {};\n");
}
