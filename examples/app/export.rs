//! The typed client of the demo, for its page.

use mizan::BoxError;
use mizan::export::Typescript;

use super::functions::registry;
use super::store::Store;

/// Where the page looks for it.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/web/src/api");

/// Writes the typed client if the arguments of the program are `export` and, or not, a folder;
/// tells whether they are.
pub(crate) async fn export() -> Result<bool, BoxError> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() != Some("export") {
        return Ok(false);
    }
    let folder = args.next().unwrap_or_else(|| FOLDER.to_owned());
    let client = Typescript::react().out(&folder).command("make page");
    let exported = registry(Store::open(None).await?)?.export(client)?;
    println!("{} files written to {folder}", exported.written.len());
    Ok(true)
}
