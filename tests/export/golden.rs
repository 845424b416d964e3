//! The whole output, compared with what is kept: in `golden`, and in `client/test/fixtures`, where
//! the client's own tests run it. With `MIZAN_UPDATE` set it is kept anew: look at the difference
//! before it is committed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use mizan::export::Typescript;

use crate::support::process::example;
use crate::{few, zoo};

const COMMAND: &str = "cargo test --all-features --test export";

/// What is kept for its text alone.
const GOLDEN: &str = "tests/export/golden";

/// What the client's tests run, too: there the embedded parts lead to their sources.
const FIXTURES: &str = "client/test/fixtures";

/// The names of the files of a folder, but not of what is in folders of its own.
fn kept(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<String> = files
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Compares the files, but for what is embedded.
fn compare(place: &str, name: &str, files: &BTreeMap<String, String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(place).join(name);
    let files: BTreeMap<&String, &String> = files
        .iter()
        .filter(|(path, _)| !path.contains('/'))
        .collect();
    if env::var_os("MIZAN_UPDATE").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for name in kept(&folder) {
            fs::remove_file(folder.join(name)).unwrap();
        }
        for (path, text) in &files {
            fs::write(folder.join(path), text).unwrap();
        }
        return;
    }
    assert_eq!(
        kept(&folder).iter().collect::<Vec<_>>(),
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
    compare(GOLDEN, "zoo", &zoo::registry().render(client).unwrap());
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
    compare(FIXTURES, "api", &files.collect());
}

#[test]
fn a_local_context() {
    let client = Typescript::react().zod(false).testing(false);
    let files = few::local().render(client.command(COMMAND)).unwrap();
    compare(FIXTURES, "local", &files);
}

#[test]
fn the_representation_as_json() {
    let json = serde_json::to_string_pretty(&zoo::registry().representation()).unwrap();
    let files = [("representation.json".to_owned(), format!("{json}\n"))];
    compare(GOLDEN, "representation", &files.into());
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
