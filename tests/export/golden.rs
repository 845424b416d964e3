//! The whole output, compared with what is kept in `golden`. With `MIZAN_UPDATE` set it is kept
//! anew: look at the difference before it is committed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use mizan::export::Typescript;

use crate::support::process::example;
use crate::zoo;

const COMMAND: &str = "cargo test --all-features --test export";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/export/golden")
        .join(name)
}

/// Compares the files, but for what is embedded.
fn compare(name: &str, files: &BTreeMap<String, String>) {
    let folder = folder(name);
    let files: BTreeMap<&String, &String> = files
        .iter()
        .filter(|(path, _)| !path.contains('/'))
        .collect();
    if env::var_os("MIZAN_UPDATE").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (path, text) in &files {
            fs::write(folder.join(path), text).unwrap();
        }
        return;
    }
    let mut kept: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    assert_eq!(
        kept.iter().collect::<Vec<_>>(),
        files.keys().copied().collect::<Vec<_>>()
    );
    for (path, text) in files {
        let kept = fs::read_to_string(folder.join(path)).unwrap();
        let lines = kept.lines().zip(text.lines());
        if let Some((at, (kept, now))) = lines.enumerate().find(|(_, (kept, now))| kept != now) {
            let at = at + 1;
            panic!(
                "{name}/{path}:{at} was\n  {kept}\nand is\n  {now}\nset MIZAN_UPDATE to keep it"
            );
        }
        assert!(kept == *text, "{name}/{path} ends otherwise");
    }
}

#[test]
fn a_zoo_of_types() {
    let client = Typescript::react().command(COMMAND);
    compare("zoo", &zoo::registry().render(client).unwrap());
}

#[test]
fn the_conformance_registry_as_its_example_exports_it() {
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::new(example("conformance"));
    let done = command.arg("export").arg(out.path()).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let files = fs::read_dir(out.path()).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name()?.to_str()?.to_owned();
        Some((name, fs::read_to_string(path).ok()?))
    });
    compare("conformance", &files.collect());
}

#[test]
fn the_representation_as_json() {
    let json = serde_json::to_string_pretty(&zoo::registry().representation()).unwrap();
    let files = [("representation.json".to_owned(), format!("{json}\n"))];
    compare("representation", &files.into());
}

#[test]
fn an_export_comes_out_the_same_twice() {
    let (one, other) = (zoo::registry(), zoo::registry());
    let client = || Typescript::react();
    assert_eq!(
        one.render(client()).unwrap(),
        other.render(client()).unwrap()
    );
}
