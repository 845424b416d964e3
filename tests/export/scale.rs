//! A registry of 3,000 functions: what its types cost the compiler, and what a page bundles of it.

use std::borrow::Cow;
use std::cell::Cell;

use mizan::{Call, Context, Error, Function, Registry, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::node::{Package, bundled, bytes, modules, node};
use crate::typecheck::{COMPILERS, config};

const FUNCTIONS: usize = 3_000;

// Measured, and a tenth more: a change that costs more than that is to be looked at.
const MOST_TYPES: u64 = 128_000;
const MOST_INSTANTIATIONS: u64 = 207_000;

thread_local! {
    /// Which function's types are asked for.
    static NUMBER: Cell<usize> = const { Cell::new(0) };
}

/// A type that is another one for each function.
#[derive(Serialize, Deserialize)]
struct Numbered<const INPUT: bool>;

impl<const INPUT: bool> JsonSchema for Numbered<INPUT> {
    fn schema_name() -> Cow<'static, str> {
        let kind = if INPUT { "Request" } else { "Answer" };
        format!("{kind}{}", NUMBER.get()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "id": { "type": "integer", "format": "int64" },
                format!("name_{}", NUMBER.get()): { "type": "string", "maxLength": 20 },
                "kind": { "type": "string", "enum": ["one", "other"] },
                "list": { "type": "array", "items": { "type": ["number", "null"] } },
            },
            "required": ["id"],
        })
    }
}

fn function(number: usize) -> Function<Numbered<true>, Numbered<false>> {
    NUMBER.set(number);
    Function::new(
        format!("function_{number}"),
        |_: Call, _: Numbered<true>| -> Result<Numbered<false>> {
            Err(Error::not_implemented("It has types alone"))
        },
    )
}

fn registry() -> Registry {
    // Names of contexts live as long as the program.
    let name = |number: usize| -> &'static str { format!("context_{number}").leak() };
    (0..FUNCTIONS)
        .fold(Registry::builder(), |builder, number| {
            let function = function(number);
            builder.function(match number % 10 {
                0 => function.context(Context::new(name(number))),
                1 => function.affects(Context::new(name(number - 1))),
                _ => function,
            })
        })
        .build()
        .unwrap()
}

/// A figure of `--extendedDiagnostics`.
fn figure(said: &str, name: &str) -> u64 {
    let mut lines = said.lines().filter_map(|line| line.split_once(':'));
    let (_, figure) = lines
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("no {name} in {said}"));
    figure.trim().parse().unwrap()
}

#[test]
fn types_and_instantiations() {
    let package = Package::of(&registry());
    package.write("tsconfig.json", &config("esnext", "bundler"));
    for compiler in COMPILERS {
        let tsc = modules().join(compiler).join("bin/tsc");
        let done = node(package.path(), &tsc, &["-p", ".", "--extendedDiagnostics"]);
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{said}");
        let (types, instantiations) = (figure(&said, "Types"), figure(&said, "Instantiations"));
        println!("{compiler}: {types} types, {instantiations} instantiations");
        assert!(types < MOST_TYPES, "{compiler}: {types} types");
        assert!(
            instantiations < MOST_INSTANTIATIONS,
            "{compiler}: {instantiations} instantiations"
        );
    }
}

#[test]
fn a_page_bundles_what_it_imports() {
    let package = Package::of(&registry());

    let inputs = bundled(
        &package,
        "import { callFunction7 } from './api/calls.js';\nvoid callFunction7({ id: 1 });\n",
    );
    let calls = bytes(&inputs, "calls.ts");
    // The names of the contexts are among them.
    assert!((1..8_000).contains(&calls), "{inputs:#}");
    let foreign = ["react.ts", "zod.ts", "testing.ts", "mizan/react/index.ts"];
    assert!(
        foreign.iter().all(|file| bytes(&inputs, file) == 0),
        "{inputs:#}"
    );

    let inputs = bundled(
        &package,
        "import { useFunction7 } from './api/react.js';\nconsole.log(useFunction7);\n",
    );
    assert!((1..300).contains(&bytes(&inputs, "react.ts")), "{inputs:#}");
    assert_eq!(bytes(&inputs, "mizan/react/slot.ts"), 0, "{inputs:#}");

    let inputs = bundled(
        &package,
        "import { function7InputSchema } from './api/zod.js';\nconsole.log(function7InputSchema);\n",
    );
    assert!((1..500).contains(&bytes(&inputs, "zod.ts")), "{inputs:#}");
    assert_eq!(bytes(&inputs, "mizan/core/client.ts"), 0, "{inputs:#}");
    let whole: u64 = inputs
        .as_object()
        .unwrap()
        .values()
        .filter_map(|input| input["bytesInOutput"].as_u64())
        .sum();
    println!("one schema bundles {whole} bytes");
    assert!(whole < 60_000, "{whole} bytes");
}
