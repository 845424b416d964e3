use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;
use crate::{Call, Function, Registry, Result};

fn give<I, O>(name: &'static str) -> Function<I, O>
where
    I: for<'de> Deserialize<'de> + JsonSchema + Send + 'static,
    O: Serialize + JsonSchema + Send + 'static,
{
    Function::new(name, |_: Call, _: I| -> Result<O> {
        Err(crate::Error::not_implemented("nothing"))
    })
}

fn of<I, O>() -> Representation
where
    I: for<'de> Deserialize<'de> + JsonSchema + Send + 'static,
    O: Serialize + JsonSchema + Send + 'static,
{
    let registry = Registry::builder().function(give::<I, O>("f"));
    registry.build().unwrap().representation()
}

fn json_of<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Plain {
    /// Which one.
    id: i64,
    #[serde(default)]
    note: Option<String>,
    #[serde(default = "one")]
    count: u8,
}

fn one() -> u8 {
    1
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Leaf {
    text: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Shape {
    /// Round.
    Circle {
        radius: f64,
    },
    Leaf(Leaf),
    Group {
        parts: Vec<Shape>,
    },
    Nothing,
}

#[test]
fn directions_tell_types_apart() {
    let representation = of::<Plain, Plain>();
    let names: Vec<_> = representation.types.iter().map(|ty| &*ty.name).collect();
    assert_eq!(names, ["Plain", "PlainIn"]);
    assert_eq!(
        json_of(&representation.types[1].ty),
        json!({"kind": "object", "fields": [
            {"name": "count", "type": {"kind": "integer", "format": "uint8", "minimum": 0, "maximum": 255}, "optional": true, "default": 1},
            {"name": "id", "type": {"kind": "integer", "format": "int64", "wide": true}, "optional": false, "doc": "Which one."},
            {"name": "note", "type": {"kind": "nullable", "inner": {"kind": "string"}}, "optional": true, "default": null},
        ]})
    );
}

#[test]
fn tagged_unions() {
    let representation = of::<Leaf, Shape>();
    println!("{}", serde_json::to_string_pretty(&representation).unwrap());
    let shape = representation.named("Shape").unwrap();
    let Type::Union(union) = &shape.ty else {
        panic!("{shape:?}");
    };
    assert_eq!(union.tag.as_deref(), Some("type"));
    assert_eq!(union.variants.len(), 4);
    assert_eq!(union.variants[0].doc.as_deref(), Some("Round."));
    assert_eq!(
        json_of(&union.variants[1].ty),
        json!({"kind": "object", "fields": [
            {"name": "text", "type": {"kind": "string"}, "optional": false},
            {"name": "type", "type": {"kind": "enum", "values": [{"value": "leaf"}]}, "optional": false},
        ]})
    );
    assert_eq!(
        json_of(&union.variants[2].ty)["fields"][0]["type"],
        json!({"kind": "array", "items": {"kind": "reference", "name": "Shape"}})
    );
}

mod other {
    use super::*;

    #[derive(Serialize, Deserialize, JsonSchema)]
    pub(super) struct Leaf {
        pub(super) colour: String,
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Leaves {
    one: Leaf,
    other: other::Leaf,
}

#[test]
fn types_of_one_name() {
    let registry = Registry::builder()
        .function(give::<Leaf, ()>("a"))
        .function(give::<BTreeMap<String, other::Leaf>, Vec<Leaf>>("b"))
        .function(give::<Leaves, ()>("c"))
        .build()
        .unwrap();
    let representation = registry.representation();
    let names: Vec<_> = representation
        .types
        .iter()
        .map(|ty| (&*ty.name, ty.usage))
        .collect();
    let input = Usage {
        input: true,
        output: false,
    };
    let both = Usage {
        output: true,
        ..input
    };
    assert_eq!(
        names,
        [("Leaf", both), ("LeafIn", input), ("Leaves", input)]
    );
    assert_eq!(
        json_of(&representation.functions[1].input),
        json!({"kind": "map", "values": {"kind": "reference", "name": "LeafIn"}})
    );
}

#[test]
fn flattened_parts() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Flat {
        own: u8,
        #[serde(flatten)]
        shape: Shape,
        #[serde(flatten)]
        rest: BTreeMap<String, bool>,
    }
    let representation = of::<Leaf, Flat>();
    let Type::Union(union) = &representation.named("Flat").unwrap().ty else {
        panic!("{representation:?}");
    };
    assert_eq!(union.tag.as_deref(), Some("type"));
    for variant in &union.variants {
        let Type::Object(object) = &variant.ty else {
            panic!("{variant:?}");
        };
        assert!(object.field("own").is_some() && object.field("type").is_some());
        assert_eq!(object.additional.as_deref(), Some(&Type::Boolean));
    }
}

#[test]
fn what_holds_types_that_differ_differs() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Outer {
        inner: Vec<Plain>,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Tree {
        children: Vec<Tree>,
    }
    let names = |representation: Representation| -> Vec<String> {
        representation.types.into_iter().map(|ty| ty.name).collect()
    };
    assert_eq!(
        names(of::<Outer, Outer>()),
        ["Outer", "OuterIn", "Plain", "PlainIn"]
    );
    assert_eq!(names(of::<Tree, Vec<Tree>>()), ["Tree"]);
}
