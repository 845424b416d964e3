//! Which name is whose.

use std::collections::HashMap;
use std::fmt;

use super::is_named;
use super::reserved::{in_code, in_types};
use super::word::is_identifier;
use crate::export::representation::Type;
use crate::export::typescript::Typescript;

/// Two sides that want one name in generated code, and how to part them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clash {
    /// The name.
    pub name: String,
    /// Who wants it: `the function "state"`.
    pub wanted_by: String,
    /// Whose it is: `the context "state"`, or `a hook of React's`.
    pub owner: String,
    /// What to do about it.
    pub cure: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            wanted_by,
            owner,
            cure,
        } = self;
        write!(
            f,
            "`{name}` is wanted by {wanted_by} and is {owner}; {cure}"
        )
    }
}

/// Where a name stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'t> {
    /// In types.ts, for this type if it is one that the registry spells; and wherever it is
    /// imported.
    Type(Option<&'t Type>),
    /// In calls.ts, and wherever it is imported.
    Calls,
    /// In react.ts.
    React,
    /// In zod.ts.
    Zod,
}

/// The table: types by themselves, and whatever code has.
#[derive(Debug)]
pub(super) struct Table {
    types: HashMap<String, Whose>,
    code: HashMap<String, Whose>,
    /// The members of the stubs of tests.
    stubs: HashMap<String, String>,
    clashes: Vec<Clash>,
    react: bool,
    zod: bool,
    testing: bool,
    channels: bool,
}

#[derive(Clone, Debug)]
struct Whose {
    owner: String,
    cure: &'static str,
}

/// Somebody who takes names.
pub(super) struct Owner<'t> {
    table: &'t mut Table,
    whose: Whose,
}

const TS_NAME: &str = "give one of them another word with `.ts_name(\"…\")`";
const RENAME: &str = "give the type another name with `#[schemars(rename = \"…\")]`";

impl Table {
    pub(super) fn new(settings: &Typescript, has_channels: bool) -> Self {
        Self {
            types: HashMap::new(),
            code: HashMap::new(),
            stubs: HashMap::new(),
            clashes: Vec::new(),
            react: settings.has_react(),
            zod: settings.has_zod(),
            testing: settings.has_testing(),
            channels: has_channels,
        }
    }

    pub(super) fn react(&self) -> bool {
        self.react
    }

    /// A type that the registry names.
    pub(super) fn named_type(&mut self, name: &str) {
        let whose = Whose {
            owner: format!("the type `{name}`"),
            cure: RENAME,
        };
        if !is_identifier(name) {
            self.clash(name, &whose, "no name in TypeScript".to_owned(), RENAME);
        } else if let Some(owner) = in_types(name) {
            self.clash(name, &whose, owner.to_owned(), RENAME);
        }
        self.types.insert(name.to_owned(), whose);
    }

    /// Who takes the names that are made from a word.
    pub(super) fn owner(&mut self, kind: &str, name: &str, word: &str) -> Owner<'_> {
        let whose = Whose {
            owner: format!("the {kind} \"{name}\""),
            cure: TS_NAME,
        };
        // What the word is made of is no matter in front of others, and all at the start.
        if !is_identifier(word) {
            self.clash(word, &whose, "no name in TypeScript".to_owned(), TS_NAME);
        }
        Owner { table: self, whose }
    }

    /// A parameter that cannot be a property of its context's provider.
    pub(super) fn reserved_prop(&mut self, context: &str, member: &str, param: &str) {
        self.clashes.push(Clash {
            name: param.to_owned(),
            wanted_by: format!("a parameter of \"{member}\" in the context \"{context}\""),
            owner: "a property that React takes for itself".to_owned(),
            cure: "give the parameter another name with `#[serde(rename = \"…\")]`".to_owned(),
        });
    }

    fn clash(&mut self, name: &str, wanted_by: &Whose, owner: String, cure: &str) {
        let clash = Clash {
            name: name.to_owned(),
            wanted_by: wanted_by.owner.clone(),
            owner,
            cure: cure.to_owned(),
        };
        if !self.clashes.contains(&clash) {
            self.clashes.push(clash);
        }
    }

    pub(super) fn finish(self) -> Result<(), Vec<Clash>> {
        match self.clashes.is_empty() {
            true => Ok(()),
            false => Err(self.clashes),
        }
    }
}

impl Owner<'_> {
    /// Takes a member of the stubs of tests, which have the names of the wire.
    pub(super) fn takes_stub(&mut self, name: &str) {
        let table = &mut *self.table;
        if !table.testing {
            return;
        }
        let owner = self.whose.owner.clone();
        if let Some(other) = table.stubs.insert(name.to_owned(), owner) {
            let cure = "register one of them under another name";
            table.clash(name, &self.whose, format!("{other} in tests"), cure);
        }
    }

    /// Takes a name.
    pub(super) fn takes(&mut self, scope: Scope<'_>, name: &str) {
        let table = &mut *self.table;
        match scope {
            Scope::React if !table.react => return,
            Scope::Zod if !table.zod => return,
            _ => {}
        }
        if let Scope::Type(ty) = scope {
            // The registry's own type may have the very name that it gets here.
            match table.types.get(name).cloned() {
                Some(_) if is_named(ty, name) => {}
                Some(other) => table.clash(name, &self.whose, other.owner, other.cure),
                None => {
                    table.types.insert(name.to_owned(), self.whose.clone());
                }
            }
        }
        if let Some(owner) = in_code(name, table.channels) {
            table.clash(name, &self.whose, owner.to_owned(), self.whose.cure);
            return;
        }
        match table.code.get(name).cloned() {
            Some(other) if other.owner == self.whose.owner => {}
            Some(other) => table.clash(name, &self.whose, other.owner, self.whose.cure),
            None => {
                table.code.insert(name.to_owned(), self.whose.clone());
            }
        }
    }
}
