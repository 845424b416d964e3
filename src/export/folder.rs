//! The folder that is exported to. Only what was generated in it is ever changed.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::banner::is_generated;
use super::error::ExportError;
use super::exported::{Exported, Files};

/// The folder within, of what comes with Mizan.
pub(super) const EMBEDDED: &str = "mizan";

/// How the folder differs from what it should be.
struct Difference<'f> {
    to_write: Vec<(PathBuf, &'f str)>,
    right: Vec<PathBuf>,
    to_remove: Vec<PathBuf>,
}

/// Makes the folder what it should be.
pub(super) fn write(folder: &Path, files: &Files) -> Result<Exported, ExportError> {
    let difference = compare(folder, files)?;
    for (path, text) in &difference.to_write {
        write_file(path, text).map_err(|source| at(path, source))?;
    }
    for path in &difference.to_remove {
        fs::remove_file(path).map_err(|source| at(path, source))?;
        remove_empty(folder, path);
    }
    let written = difference.to_write.into_iter().map(|(path, _)| path);
    Ok(Exported {
        written: written.collect(),
        unchanged: difference.right,
        removed: difference.to_remove,
    })
}

/// Says how the folder is not what it should be.
pub(super) fn check(folder: &Path, files: &Files, command: &str) -> Result<Exported, ExportError> {
    let difference = compare(folder, files)?;
    let wrong = difference.to_write.into_iter().map(|(path, _)| path);
    let mut wrong: Vec<PathBuf> = wrong.chain(difference.to_remove).collect();
    wrong.sort();
    match wrong.is_empty() {
        true => Ok(Exported {
            unchanged: difference.right,
            ..Exported::default()
        }),
        false => Err(ExportError::Stale {
            files: wrong,
            command: command.to_owned(),
        }),
    }
}

fn compare<'f>(folder: &Path, files: &'f Files) -> Result<Difference<'f>, ExportError> {
    let mut difference = Difference {
        to_write: Vec::new(),
        right: Vec::new(),
        to_remove: Vec::new(),
    };
    for (name, text) in files {
        let path = name
            .split('/')
            .fold(folder.to_owned(), |path, part| path.join(part));
        match fs::read(&path) {
            Ok(found) if is_same(&found, text) => difference.right.push(path),
            Ok(found) if is_generated(&found) => difference.to_write.push((path, text)),
            Ok(_) => return Err(ExportError::Foreign(path)),
            Err(error) if is_absent(&error) => difference.to_write.push((path, text)),
            Err(source) => return Err(ExportError::Io { path, source }),
        }
    }
    let mut generated = Vec::new();
    find_generated(folder, false, &mut generated)?;
    find_generated(&folder.join(EMBEDDED), true, &mut generated)?;
    generated.retain(|path| {
        let written = difference.to_write.iter().any(|(known, _)| known == path);
        !written && !difference.right.contains(path)
    });
    generated.sort();
    difference.to_remove = generated;
    Ok(difference)
}

/// Whether a file has this text, whatever ends its lines.
fn is_same(found: &[u8], text: &str) -> bool {
    found == text.as_bytes()
        || std::str::from_utf8(found).is_ok_and(|found| found.replace("\r\n", "\n") == text)
}

fn is_absent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// The generated files of a folder. Links are not followed.
fn find_generated(folder: &Path, deep: bool, found: &mut Vec<PathBuf>) -> Result<(), ExportError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absent(&error) => return Ok(()),
        Err(source) => return Err(at(folder, source)),
    };
    for entry in entries {
        let entry = entry.map_err(|source| at(folder, source))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(|source| at(&path, source))?;
        if kind.is_dir() && deep {
            find_generated(&path, deep, found)?;
        } else if kind.is_file() && is_source(&path) && begins_generated(&path)? {
            found.push(path);
        }
    }
    Ok(())
}

fn is_source(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    matches!(extension, Some("ts" | "tsx"))
}

fn begins_generated(path: &Path) -> Result<bool, ExportError> {
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(256).read_to_end(&mut head));
    read.map_err(|source| at(path, source))?;
    Ok(is_generated(&head))
}

/// Whoever reads the file meanwhile, a bundler that watches say, sees the old one or the new one.
fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)?;
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create(&unfinished).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&unfinished, path));
    if renamed.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
    }
    renamed
}

/// Removes the folders that a removed file leaves empty, up to the one that is exported to.
fn remove_empty(folder: &Path, removed: &Path) {
    let parents = removed.ancestors().skip(1);
    for parent in parents.take_while(|parent| *parent != folder) {
        if fs::remove_dir(parent).is_err() {
            return;
        }
    }
}

fn at(path: &Path, source: io::Error) -> ExportError {
    ExportError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::banner::of_generated;

    fn files(named: &[(&str, &str)]) -> Files {
        let files = named.iter().map(|(name, text)| {
            let text = format!("{}{text}", of_generated("make client"));
            ((*name).to_owned(), text)
        });
        files.collect()
    }

    fn names(paths: &[PathBuf], folder: &Path) -> Vec<String> {
        let relative = paths
            .iter()
            .filter_map(|path| path.strip_prefix(folder).ok());
        relative.map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn only_what_changed_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let first = files(&[("a.ts", "1"), ("mizan/core/b.ts", "2")]);
        let done = write(folder, &first).unwrap();
        assert_eq!(names(&done.written, folder), ["a.ts", "mizan/core/b.ts"]);

        let before = fs::metadata(folder.join("a.ts"))
            .unwrap()
            .modified()
            .unwrap();
        let second = files(&[("a.ts", "1"), ("mizan/core/b.ts", "3")]);
        let done = write(folder, &second).unwrap();
        assert_eq!(names(&done.written, folder), ["mizan/core/b.ts"]);
        assert_eq!(names(&done.unchanged, folder), ["a.ts"]);
        let after = fs::metadata(folder.join("a.ts"))
            .unwrap()
            .modified()
            .unwrap();
        assert_eq!(before, after);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_longer_generated_goes_and_what_is_foreign_stays() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        write(
            folder,
            &files(&[("a.ts", ""), ("zod.ts", ""), ("mizan/zod/z.ts", "")]),
        )
        .unwrap();
        fs::write(folder.join("mine.ts"), "export {};\n").unwrap();
        fs::create_dir(folder.join("deep")).unwrap();
        fs::copy(folder.join("a.ts"), folder.join("deep/a.ts")).unwrap();

        let done = write(folder, &files(&[("a.ts", "")])).unwrap();
        assert_eq!(names(&done.removed, folder), ["mizan/zod/z.ts", "zod.ts"]);
        assert!(!folder.join("mizan").exists());
        assert!(folder.join("mine.ts").exists() && folder.join("deep/a.ts").exists());

        let error = write(folder, &files(&[("mine.ts", "")])).unwrap_err();
        assert!(matches!(error, ExportError::Foreign(path) if path.ends_with("mine.ts")));
        assert_eq!(
            fs::read_to_string(folder.join("mine.ts")).unwrap(),
            "export {};\n"
        );
    }

    #[test]
    fn a_check_names_what_is_wrong_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let wanted = files(&[("a.ts", "1\n"), ("b.ts", "2"), ("c.ts", "3")]);
        write(folder, &wanted).unwrap();
        assert_eq!(check(folder, &wanted, "make").unwrap().unchanged.len(), 3);

        // A checkout may end lines otherwise.
        let text = wanted["a.ts"].replace('\n', "\r\n");
        fs::write(folder.join("a.ts"), text).unwrap();
        check(folder, &wanted, "make").unwrap();

        fs::remove_file(folder.join("b.ts")).unwrap();
        fs::write(folder.join("c.ts"), &wanted["a.ts"]).unwrap();
        fs::write(folder.join("old.ts"), &wanted["a.ts"]).unwrap();
        let error = check(folder, &wanted, "make client").unwrap_err();
        let ExportError::Stale { files, .. } = &error else {
            panic!("{error}");
        };
        assert_eq!(names(files, folder), ["b.ts", "c.ts", "old.ts"]);
        assert!(
            error
                .to_string()
                .ends_with("regenerate it with: make client")
        );
        assert!(!folder.join("b.ts").exists());
    }
}
