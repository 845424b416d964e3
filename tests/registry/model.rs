//! Auto-scoping against a plain model: random inputs, random keys.

use std::future::IntoFuture;

use mizan::{Call, Context, Function, Registry, Result};
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What readers take: every parameter that a key can be.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
struct Keys {
    a: i64,
    b: String,
    c: bool,
    d: f64,
    e: u64,
}

/// What the mutation takes: some as the keys are, some otherwise.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
struct Args {
    a: i64,
    b: String,
    c: Option<bool>,
    d: f64,
    e: i64,
    other: i64,
}

/// Of the keys, those that the mutation takes with the same type.
const SAME: [&str; 3] = ["a", "b", "d"];
const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn read(_: Call, _: Keys) -> Result<i64> {
    Ok(1)
}

async fn change(_: Call, _: Args) -> Result<i64> {
    Ok(1)
}

fn args() -> impl Strategy<Value = Args> {
    (
        any::<i64>(),
        ".{0,6}",
        any::<Option<bool>>(),
        -1e6..1e6,
        any::<i64>(),
        any::<i64>(),
    )
        .prop_map(|(a, b, c, d, e, other)| Args {
            a,
            b,
            c,
            d,
            e,
            other,
        })
}

/// What the protocol says, said again in the plainest way.
fn expected(keys: &[&'static str], args: &Args, broad: bool) -> Value {
    let all = serde_json::to_value(args).unwrap();
    let mut params = serde_json::Map::new();
    for key in keys.iter().filter(|key| SAME.contains(key) && !broad) {
        let value = match &all[key] {
            Value::Number(n) if n.as_i64().is_some_and(|n| n.unsigned_abs() > 1 << 53) => {
                json!(n.to_string())
            }
            value => value.clone(),
        };
        params.insert((*key).to_owned(), value);
    }
    match params.is_empty() {
        true => json!("page"),
        false => json!({"context": "page", "params": params}),
    }
}

/// 2^53 itself is exact in both forms, and numbers compare by their value.
fn same(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            found.len() == expected.len()
                && expected
                    .iter()
                    .all(|(name, value)| found.get(name).is_some_and(|found| same(found, value)))
        }
        (Value::Number(found), Value::Number(expected)) => found.as_f64() == expected.as_f64(),
        (found, expected) => found == expected,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn scopes_are_what_the_model_says(
        args in args(),
        keys in proptest::sample::subsequence(NAMES.to_vec(), 0..=5),
        broad in proptest::bool::weighted(0.2),
    ) {
        let context = keys.iter().fold(Context::new("page"), |context, key| context.key(key));
        let mut mutation = Function::new("change", change).affects(context);
        if broad {
            mutation = mutation.broad();
        }
        let registry = Registry::builder()
            .function(Function::new("read", read).context(context))
            .function(mutation)
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let reply = runtime.block_on(registry.call("change", &args).into_future()).unwrap();
        let found = serde_json::to_value(reply.invalidate()).unwrap();
        let expected = json!([expected(&keys, &args, broad)]);
        prop_assert!(same(&found[0], &expected[0]), "{found} is not {expected}");
        prop_assert_eq!(found.as_array().unwrap().len(), 1);

        // Whoever holds what was changed is hit, and by the header just as by the body.
        let held: mizan::Params = keys
            .iter()
            .filter_map(|key| match *key {
                "a" => Some(("a", mizan::IntoScalar::into_scalar(args.a))),
                "b" => Some(("b", mizan::IntoScalar::into_scalar(args.b.clone()))),
                "d" => Some(("d", mizan::IntoScalar::into_scalar(args.d))),
                _ => None,
            })
            .collect();
        prop_assert!(reply.invalidate().hits("page", &held));
        let header = reply.invalidate().header_value().unwrap();
        let parsed: mizan::Entries = header.to_str().unwrap().parse().unwrap();
        prop_assert!(parsed.hits("page", &held));
        let elsewhere = held.clone().with("a", args.a.wrapping_add(1));
        let spared = keys.contains(&"a") && !broad;
        prop_assert_eq!(reply.invalidate().hits("page", &elsewhere), !spared);
        prop_assert_eq!(parsed.hits("page", &elsewhere), !spared);
    }
}
