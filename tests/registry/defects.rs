//! Each defect by the smallest registry that has it.

use mizan::{Call, Context, Function, Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Key {
    id: i64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct TextKey {
    id: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Ids {
    id: Vec<i64>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Item {
    name: String,
}

fn none(_: Call) -> Result<i64> {
    Ok(1)
}

fn keyed(_: Call, _: Key) -> Result<i64> {
    Ok(1)
}

fn by_text(_: Call, _: TextKey) -> Result<i64> {
    Ok(1)
}

fn by_list(_: Call, _: Ids) -> Result<i64> {
    Ok(1)
}

fn bare(_: Call, _: Vec<i64>) -> Result<i64> {
    Ok(1)
}

fn item(_: Call, _: Key) -> Result<Item> {
    Ok(Item {
        name: String::new(),
    })
}

fn items(_: Call, _: Key) -> Result<Vec<Item>> {
    Ok(Vec::new())
}

fn any_item(_: Call) -> Result<Item> {
    Ok(Item {
        name: String::new(),
    })
}

const PLAIN: Context = Context::new("plain");
const THING: Context = Context::new("thing").key("id");

fn new() -> RegistryBuilder {
    Registry::builder()
}

fn named(name: &'static str) -> Function<(), i64> {
    Function::new(name, none)
}

#[path = "defect_cases.rs"]
mod cases;

#[test]
fn every_defect() {
    let mut kinds = std::collections::HashSet::new();
    for (builder, expected) in cases::cases() {
        let error = builder.build().unwrap_err();
        assert_eq!(error.defects(), expected);
        for defect in error.defects() {
            kinds.insert(std::mem::discriminant(defect));
            let text = defect.to_string();
            assert!(text.contains('`') && !text.contains("  "), "{text}");
            assert!(error.to_string().contains(&text));
        }
    }
    assert_eq!(kinds.len(), 18, "a defect without a registry that has it");
}

#[test]
fn what_is_no_defect() {
    let registry = new()
        .function(Function::new("a", item).context(THING))
        .function(Function::new("b", items).context(THING))
        .function(Function::new("any", any_item).context(PLAIN))
        .function(Function::new("c", item).merge(THING))
        .function(Function::new("d", item).merge_by(THING, "name"))
        .function(
            Function::new("e", any_item)
                .merge(PLAIN)
                .allow_unscoped_slot("any"),
        )
        .function(named("f").affects([PLAIN, Context::new("thing")]))
        .function(Function::new("g", keyed).local_key("id"))
        .function(named("h").private())
        .build();
    assert!(registry.is_ok(), "{}", registry.unwrap_err());
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let error = new()
        .state(1_u8)
        .state(2_u8)
        .function(named("no name"))
        .function(named("save").affects(Context::new("usre")))
        .function(named("save"))
        .function(named("reads").context(THING))
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the registry has 5 defects:\n  \
         - the state `u8` is given more than once\n  \
         - the function name `no name` is not of the form [A-Za-z_][A-Za-z0-9_.-]* with at most \
         64 characters\n  \
         - the function `save` is registered more than once\n  \
         - the key `id` of the context `thing` is no scalar parameter of its member `reads`\n  \
         - `save` affects the context `usre`, which has no members"
    );
    assert_eq!(error.defects().len(), 5);
}
