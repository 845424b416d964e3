//! The output under TypeScript, as strict as it can be told to be.

use mizan::export::Typescript;

use crate::node::{Package, modules, node};
use crate::{few, zoo};

/// The compilers, by their folders in `node_modules`.
pub(crate) const COMPILERS: [&str; 2] = ["typescript", "typescript-5"];

/// The ways to resolve modules.
const RESOLUTIONS: [(&str, &str); 2] = [("nodenext", "nodenext"), ("esnext", "bundler")];

pub(crate) fn config(module: &str, resolution: &str) -> String {
    format!(
        r#"{{
  "compilerOptions": {{
    "target": "ES2022",
    "lib": ["ES2022", "DOM", "DOM.Iterable"],
    "module": "{module}",
    "moduleResolution": "{resolution}",
    "jsx": "react-jsx",
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "noPropertyAccessFromIndexSignature": true,
    "noImplicitOverride": true,
    "noImplicitReturns": true,
    "noUnusedLocals": true,
    "noUnusedParameters": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "isolatedModules": true,
    "skipLibCheck": true,
    "noEmit": true,
    "types": []
  }},
  "include": ["src"]
}}"#
    )
}

#[test]
fn strict_compilers_find_nothing_wrong() {
    let package = Package::of(&zoo::registry());
    package.write("src/usage.tsx", include_str!("usage.tsx"));
    package.write("src/channels.tsx", include_str!("channels.tsx"));
    check(&package, &COMPILERS);
}

#[test]
fn nor_in_what_has_little_or_leaves_much_out() {
    let package = Package::new();
    for (name, registry) in few::registries() {
        package.add(name, &registry, Typescript::react());
    }
    let zoo = zoo::registry();
    package.add("plain", &zoo, Typescript::plain());
    package.add("least", &zoo, Typescript::plain().zod(false));
    package.add(
        "untested",
        &zoo,
        Typescript::react().zod(false).testing(false),
    );
    check(&package, &COMPILERS[..1]);
    for absent in [
        "plain/react.ts",
        "plain/testing.ts",
        "least/zod.ts",
        "least/mizan/zod",
    ] {
        assert!(
            !package.path().join("src").join(absent).exists(),
            "{absent}"
        );
    }
}

fn check(package: &Package, compilers: &[&str]) {
    for (module, resolution) in RESOLUTIONS {
        package.write("tsconfig.json", &config(module, resolution));
        for compiler in compilers {
            let tsc = modules().join(compiler).join("bin/tsc");
            let done = node(package.path(), &tsc, &["-p", ".", "--pretty", "false"]);
            let said = String::from_utf8_lossy(&done.stdout);
            assert!(done.status.success(), "{compiler}, {resolution}:\n{said}");
        }
    }
}
