//! What an export did, and what it would write.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The files of an export, by their paths in the folder, with `/` between names.
///
/// ```
/// # use mizan::{Call, Function, Registry, Result, export::Typescript};
/// # fn answer(_: Call) -> Result<i64> { Ok(42) }
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// let files = registry.render(Typescript::plain())?;
/// assert!(files["calls.ts"].contains("export function callAnswer("));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Files = BTreeMap<String, String>;

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// The files that were written, because they were missing or different; sorted.
    pub written: Vec<PathBuf>,
    /// The files that were right already; sorted.
    pub unchanged: Vec<PathBuf>,
    /// The files that an earlier export had written and that are no longer generated; sorted.
    pub removed: Vec<PathBuf>,
}
