//! What the registry tells of itself, and the hash over what clients see of it.

use std::time::Duration;

use mizan::{Auth, Call, Context, Function, Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const USER: Context = Context::new("user").key("id");

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Key {
    id: i64,
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Wider {
    id: i64,
    #[serde(default)]
    more: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Name {
    name: String,
}

fn name(_: Call, _: Key) -> Result<Name> {
    Ok(Name { name: "Ada".into() })
}

fn age(_: Call, _: Key) -> Result<i64> {
    Ok(36)
}

fn rename(_: Call, _: Wider) -> Result<Name> {
    Ok(Name { name: "Ada".into() })
}

fn secret(_: Call) -> Result<i64> {
    Ok(1)
}

fn reader() -> Function<Key, Name> {
    Function::new("name", name).context(USER)
}

fn other() -> Function<Key, i64> {
    Function::new("age", age).context(USER)
}

fn mutation() -> Function<Wider, Name> {
    Function::new("rename", rename).affects(USER)
}

fn of(builder: RegistryBuilder) -> String {
    let contract = builder.build().unwrap().contract().to_owned();
    assert!(contract.len() == 16 && contract.bytes().all(|b| b.is_ascii_hexdigit()));
    contract
}

fn with<O: 'static, I: 'static>(function: Function<I, O>) -> String {
    let base = Registry::builder().function(reader()).function(other());
    of(base.function(function))
}

fn contract() -> String {
    with(mutation())
}

#[test]
fn what_the_contract_does_not_depend_on() {
    let orders = [
        Registry::builder()
            .function(mutation())
            .function(other())
            .function(reader()),
        Registry::builder()
            .function(other())
            .function(mutation())
            .function(reader()),
        Registry::builder()
            .function(reader())
            .function(other())
            .function(mutation())
            .function(Function::new("secret", secret).private())
            .state(1_u8)
            .default_deadline(None)
            .on_invalidate(|_| async {}),
    ];
    for builder in orders {
        assert_eq!(of(builder), contract());
    }
    assert_eq!(
        with(mutation().deadline(Duration::from_secs(1))),
        contract()
    );
    assert_eq!(with(mutation().description("Renames.")), contract());
}

#[test]
fn what_it_depends_on() {
    fn input(_: Call, _: Key) -> Result<Name> {
        Ok(Name {
            name: String::new(),
        })
    }
    fn output(_: Call, _: Wider) -> Result<String> {
        Ok(String::new())
    }
    let changed = [
        of(Registry::builder().function(reader()).function(other())),
        of(Registry::builder().function(reader()).function(mutation())),
        with(Function::new("rename2", rename).affects(USER)),
        with(Function::new("rename", rename)),
        with(Function::new("rename", rename).local()),
        with(Function::new("rename", rename).merge(USER)),
        with(Function::new("rename", input).affects(USER)),
        with(Function::new("rename", output).affects(USER)),
        with(mutation().auth(Auth::Required)),
        with(mutation().auth(Auth::permission("p"))),
        with(mutation().websocket()),
        with(mutation().broad()),
        with(mutation().error::<Name>()),
        with(mutation().gate(|_| async { Ok(true) })),
        with(mutation().private()),
    ];
    let mut all: Vec<_> = changed.iter().cloned().chain([contract()]).collect();
    all.sort_unstable();
    all.dedup();
    // Without the mutation, or with a private one, clients see the same.
    assert_eq!(changed[0], changed[14]);
    assert_eq!(all.len(), changed.len());
}

#[test]
fn functions_and_contexts_as_tools_see_them() {
    let registry = Registry::builder()
        .default_deadline(None)
        .function(reader())
        .function(other())
        .function(
            mutation()
                .description("Renames.")
                .auth(Auth::Staff)
                .merge(USER)
                .websocket()
                .deadline(Duration::from_secs(3)),
        )
        .function(
            Function::new("secret", secret)
                .private()
                .gate(|_| async { Ok(true) }),
        )
        .build()
        .unwrap();
    let listed = serde_json::to_value(registry.functions().collect::<Vec<_>>()).unwrap();
    assert_eq!(listed[0]["context"], "user");
    assert_eq!(listed[0]["input"]["required"], json!(["id"]));
    assert_eq!(listed[0]["output"]["required"], json!(["name"]));
    let mutation = &listed[2];
    assert_eq!(
        mutation["effects"],
        json!([
            {"context": "user", "keys": ["id"]},
            {"context": "user", "keys": ["id"], "slot": "name"},
        ])
    );
    assert_eq!(mutation["auth"], "staff");
    assert_eq!(mutation["description"], "Renames.");
    assert_eq!(mutation["websocket"], true);
    assert_eq!(mutation["deadline"], json!({"secs": 3, "nanos": 0}));
    assert_eq!(listed[3]["input"], json!(null));
    assert_eq!(
        (&listed[3]["private"], &listed[3]["gated"]),
        (&json!(true), &json!(true))
    );

    let contexts = serde_json::to_value(registry.contexts().collect::<Vec<_>>()).unwrap();
    assert_eq!(
        contexts,
        json!([{"name": "user", "keys": ["id"], "members": ["name", "age"], "shared": ["id"]}])
    );
}
