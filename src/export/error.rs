//! Why nothing was exported.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use super::names::Clash;

/// Why nothing was exported, or why a check failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExportError {
    /// Names of generated code clash: all of them.
    Names(Vec<Clash>),
    /// No folder was given.
    NoFolder,
    /// Files that are not what the registry says, found by a check: those that differ, that are
    /// missing, and that are no longer generated.
    Stale {
        /// The files, sorted.
        files: Vec<PathBuf>,
        /// What makes them right.
        command: String,
    },
    /// A file that was not generated stands where one would be written.
    Foreign(PathBuf),
    /// A file could not be read, written or removed.
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Names(clashes) => {
                f.write_str("names of the generated client clash:")?;
                clashes
                    .iter()
                    .try_for_each(|clash| write!(f, "\n- {clash}"))
            }
            Self::NoFolder => {
                f.write_str("there is no folder to write to: say it with `.out(\"…\")`")
            }
            Self::Stale { files, command } => {
                f.write_str("the generated client is not what the registry says:")?;
                for file in files {
                    write!(f, "\n- {}", file.display())?;
                }
                write!(f, "\nregenerate it with: {command}")
            }
            Self::Foreign(path) => write!(
                f,
                "{} was not generated and would be overwritten: move it or export to another folder",
                path.display()
            ),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
        }
    }
}

impl Error for ExportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
