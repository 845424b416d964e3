//! The client in TypeScript: what is said about it, and its files.

mod calls;
#[cfg(feature = "websocket")]
mod channels;
#[cfg(feature = "forms")]
mod forms;
pub(super) mod layout;
mod react;
pub(super) mod spell;
mod testing;
mod types;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use self::layout::Module;
use super::banner;
use super::error::ExportError;
use super::exported::{Exported, Files};
use super::names::Names;
use super::representation::Representation;
use super::{folder, kernel, zod};
use crate::registry::Registry;

const COMMAND: &str = "cargo run -- export";
const MOUNT: &str = "/api/mizan";

/// A client in TypeScript, to be exported.
///
/// It is settings alone; [`Registry::export`] writes by them.
///
/// ```
/// # use mizan::{Call, Function, Registry, Result, export::Typescript};
/// # fn answer(_: Call) -> Result<i64> { Ok(42) }
/// # let folder = tempfile::tempdir().unwrap();
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// # let web = folder.path();
/// let exported = registry.export(Typescript::react().out(web.join("src/api")))?;
/// assert!(exported.written.contains(&web.join("src/api/calls.ts")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "settings do nothing until a registry is exported by them"]
pub struct Typescript {
    react: bool,
    zod: bool,
    testing: bool,
    check: bool,
    out: Option<PathBuf>,
    command: Cow<'static, str>,
    mount: Cow<'static, str>,
}

impl Typescript {
    /// A client for React 19: types, calls, hooks and providers, Zod schemas, and stubs for tests.
    pub fn react() -> Self {
        Self {
            react: true,
            zod: true,
            testing: true,
            check: false,
            out: None,
            command: COMMAND.into(),
            mount: MOUNT.into(),
        }
    }

    /// A client of no framework: types, calls and Zod schemas.
    pub fn plain() -> Self {
        Self {
            react: false,
            testing: false,
            ..Self::react()
        }
    }

    /// The folder to write to. What an export has written there before and no longer writes is
    /// removed; whatever else is in it stays as it is.
    pub fn out(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out = Some(folder.into());
        self
    }

    /// Whether there is a `zod.ts`, which needs the package `zod`; true unless set.
    pub fn zod(mut self, zod: bool) -> Self {
        self.zod = zod;
        self
    }

    /// Whether there is a `testing.ts`, for tests of components; true for React unless set, and
    /// never without it.
    pub fn testing(mut self, testing: bool) -> Self {
        self.testing = testing && self.react;
        self
    }

    /// Whether to compare only: the export fails, naming the files, when those in the folder are
    /// not what the registry says, and writes nothing. For continuous integration; false unless
    /// set.
    pub fn check(mut self, check: bool) -> Self {
        self.check = check;
        self
    }

    /// The command that exports, for the banner of every file; `cargo run -- export` unless set.
    pub fn command(mut self, command: impl AsRef<str>) -> Self {
        self.command = banner::one_line(command.as_ref()).into();
        self
    }

    /// The path of the mount that the client calls; `/api/mizan` unless set.
    pub fn mount(mut self, path: impl AsRef<str>) -> Self {
        self.mount = path.as_ref().trim_end_matches('/').to_owned().into();
        self
    }

    pub(crate) fn has_react(&self) -> bool {
        self.react
    }

    pub(crate) fn has_zod(&self) -> bool {
        self.zod
    }

    pub(crate) fn has_testing(&self) -> bool {
        self.testing
    }

    fn folder(&self) -> Result<&Path, ExportError> {
        self.out.as_deref().ok_or(ExportError::NoFolder)
    }

    /// The folders of the embedded client that this one needs.
    fn embedded(&self, representation: &Representation) -> Vec<&'static str> {
        let mut folders = vec!["core"];
        if self.react {
            folders.push("react");
        }
        if representation.has_forms() {
            folders.push("forms");
            if self.react {
                folders.push("react-forms");
            }
        }
        if representation.has_channels() {
            folders.push("channels");
            if self.react {
                folders.push("react-channels");
            }
        }
        if self.zod {
            folders.push("zod");
        }
        if self.testing {
            folders.push("testing");
        }
        folders
    }
}

impl Registry {
    /// Writes the client of this registry, or compares it with what is there.
    ///
    /// # Errors
    /// Where names clash, where no folder was given, where a file cannot be written, and where a
    /// [check](Typescript::check) finds a difference.
    pub fn export(&self, client: Typescript) -> Result<Exported, ExportError> {
        let folder = client.folder()?;
        let files = self.files(&client)?;
        match client.check {
            true => folder::check(folder, &files, &client.command),
            false => folder::write(folder, &files),
        }
    }

    /// The files of the client of this registry, which are written nowhere.
    ///
    /// # Errors
    /// Where names clash.
    pub fn render(&self, client: Typescript) -> Result<Files, ExportError> {
        self.files(&client)
    }

    fn files(&self, client: &Typescript) -> Result<Files, ExportError> {
        let representation = self.representation();
        let names = Names::settle(&representation, client).map_err(ExportError::Names)?;
        let head = banner::of_generated(&client.command);
        let mut files = Files::new();
        let mut add = |name: &str, module: Module| {
            files.insert(name.to_owned(), format!("{head}{}", module.text()));
        };
        add("types.ts", types::module(&representation, &names));
        add(
            "calls.ts",
            calls::module(&representation, &names, &client.mount),
        );
        if client.react {
            add("react.ts", react::module(&representation, &names));
        }
        if client.testing {
            add("testing.ts", testing::module(&representation, &names));
        }
        if client.zod {
            let schemas = zod_schemas(&representation, &names);
            let text = format!("{head}\n{}", zod::write(&representation, &schemas));
            files.insert("zod.ts".to_owned(), text);
        }
        kernel::embed(
            &client.embedded(&representation),
            &client.command,
            &mut files,
        );
        Ok(files)
    }
}

/// What there is a schema of in zod.ts.
fn zod_schemas<'r>(representation: &'r Representation, names: &Names) -> Vec<zod::Schema<'r>> {
    let functions = representation.functions.iter().zip(&names.functions);
    let functions = functions.filter_map(|(function, names)| {
        Some(zod::Schema {
            export: names.schema.clone(),
            type_name: names.input.clone(),
            doc: function.doc.as_deref(),
            of: function.input.as_ref()?,
            form: None,
        })
    });
    #[cfg_attr(
        not(any(feature = "forms", feature = "websocket")),
        expect(unused_mut, reason = "there are none")
    )]
    let mut schemas: Vec<zod::Schema<'r>> = functions.collect();
    #[cfg(feature = "forms")]
    for (form, names) in representation.forms.iter().zip(&names.forms) {
        let fields = form.schema.fields.iter();
        let disabled = fields.filter(|field| field.disabled);
        schemas.push(zod::Schema {
            export: names.schema.clone(),
            type_name: names.fields.clone(),
            doc: None,
            of: &form.fields,
            form: Some(disabled.map(|field| field.name.as_str()).collect()),
        });
    }
    #[cfg(feature = "websocket")]
    for (channel, names) in representation.channels.iter().zip(&names.channels) {
        schemas.extend(channel.client_message.as_ref().map(|message| zod::Schema {
            export: names.schema.clone(),
            type_name: names.client.clone(),
            doc: None,
            of: message,
            form: None,
        }));
    }
    schemas
}
