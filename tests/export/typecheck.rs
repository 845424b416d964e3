//! The output under TypeScript, as strict as it can be told to be.

use crate::node::{Package, modules, node};
use crate::zoo;

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
    for (module, resolution) in RESOLUTIONS {
        package.write("tsconfig.json", &config(module, resolution));
        for compiler in COMPILERS {
            let tsc = modules().join(compiler).join("bin/tsc");
            let done = node(package.path(), &tsc, &["-p", ".", "--pretty", "false"]);
            let said = String::from_utf8_lossy(&done.stdout);
            assert!(done.status.success(), "{compiler}, {resolution}:\n{said}");
        }
    }
}
