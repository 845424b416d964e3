//! Tools of the JavaScript world, from `client/node_modules`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mizan::Registry;
use mizan::export::Typescript;
use serde_json::Value;
use tempfile::TempDir;

/// What is installed in `client`.
pub(crate) fn modules() -> PathBuf {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("client/node_modules");
    assert!(
        modules.join("typescript").is_dir(),
        "{} is missing: run `npm ci` in `client` first",
        modules.display(),
    );
    modules
}

/// Runs a script with Node.
pub(crate) fn node(folder: &Path, script: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("node");
    command.current_dir(folder).arg(script).args(args);
    let done = command.output();
    done.unwrap_or_else(|error| panic!("`node` cannot be run ({error}): install Node.js 20"))
}

/// A package with an exported client in `src/api`.
pub(crate) struct Package {
    folder: TempDir,
}

impl Package {
    pub(crate) fn of(registry: &Registry) -> Self {
        let package = Self::new();
        package.add("api", registry, Typescript::react());
        package
    }

    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let package = Self { folder };
        package.write(
            "package.json",
            r#"{ "type": "module", "sideEffects": false }"#,
        );
        #[cfg(unix)]
        std::os::unix::fs::symlink(modules(), package.path().join("node_modules")).unwrap();
        package
    }

    /// Exports a client into a folder of `src`.
    pub(crate) fn add(&self, name: &str, registry: &Registry, client: Typescript) {
        let folder = self.path().join("src").join(name);
        registry.export(client.out(folder)).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }
}

/// Prints esbuild's account of a bundle.
const BUNDLE: &str = "\
import { build } from 'esbuild';
const { metafile } = await build({
  entryPoints: ['src/page.ts'],
  outfile: 'page.js',
  bundle: true,
  minify: true,
  format: 'esm',
  external: ['react'],
  metafile: true,
  write: false,
});
console.log(JSON.stringify(metafile));
";

/// What a page that consists of this line bundles of each of its sources, in bytes.
pub(crate) fn bundled(package: &Package, line: &str) -> Value {
    package.write("src/page.ts", line);
    package.write("bundle.mjs", BUNDLE);
    let done = node(package.path(), &package.path().join("bundle.mjs"), &[]);
    assert!(done.status.success(), "{done:?}");
    let meta: Value = serde_json::from_slice(&done.stdout).unwrap();
    meta["outputs"]["page.js"]["inputs"].clone()
}

/// What of it a source of the client is, in bytes.
pub(crate) fn bytes(inputs: &Value, file: &str) -> u64 {
    let input = &inputs[format!("src/api/{file}")];
    input["bytesInOutput"].as_u64().unwrap_or_default()
}
