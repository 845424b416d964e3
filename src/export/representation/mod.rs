//! What a registry offers, in the terms of no language: what every writer of a client reads.
//!
//! It comes from [`Registry::representation`] and serialises to JSON, for tools other than those
//! here. Private functions are not in it, and neither are the functions that a form is served as:
//! these are in its [`FormType`].

#[cfg(feature = "websocket")]
mod channel;
mod context;
#[cfg(feature = "forms")]
mod form;
mod function;
mod merge;
mod read;
mod share;
#[cfg(test)]
mod tests;
mod types;
mod union;

use serde::Serialize;

#[cfg(feature = "websocket")]
pub use self::channel::ChannelType;
pub use self::context::{ContextType, MemberType};
#[cfg(feature = "forms")]
pub use self::form::{FormType, FormsetType};
pub use self::function::{Effect, FunctionType};
use self::share::{Document, share};
pub use self::types::{
    ArrayType, EnumValue, Field, NumberType, ObjectType, StringType, Type, UnionType, Variant,
};
use crate::registry::{FunctionInfo, Registry};

/// What a registry offers to clients.
///
/// ```
/// # use mizan::{Call, Function, Registry, Result};
/// # fn answer(_: Call) -> Result<i64> { Ok(42) }
/// let registry = Registry::builder().function(Function::new("answer", answer)).build()?;
/// let representation = registry.representation();
/// assert_eq!(representation.functions[0].name, "answer");
/// # Ok::<(), mizan::RegistryError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Representation {
    /// The hash that every answer carries in `X-Mizan-Contract`.
    pub contract: String,
    /// The named types, sorted by name.
    pub types: Vec<NamedType>,
    /// The functions, sorted by name.
    pub functions: Vec<FunctionType>,
    /// The contexts, sorted by name.
    pub contexts: Vec<ContextType>,
    /// The forms, sorted by name.
    #[cfg(feature = "forms")]
    pub forms: Vec<FormType>,
    /// The channels, sorted by name.
    #[cfg(feature = "websocket")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelType>,
}

/// A type with a name, which others refer to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NamedType {
    /// Its name: the one of the Rust type. Where values of that look otherwise in inputs than in
    /// outputs, the one in inputs ends in `In`; where several types have it, in a number.
    pub name: String,
    /// Where it occurs.
    pub usage: Usage,
    /// The type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// Whether a type occurs in inputs, in outputs, or in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Usage {
    /// In inputs.
    pub input: bool,
    /// In outputs.
    pub output: bool,
}

impl Usage {
    fn add(&mut self, direction: Direction) {
        match direction {
            Direction::Input => self.input = true,
            Direction::Output => self.output = true,
        }
    }
}

/// Which way values of a type go: a member that serde has a default for may be left out of an
/// input, and is always in an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Input,
    Output,
}

impl Representation {
    /// Whether there is any form.
    #[must_use]
    pub fn has_forms(&self) -> bool {
        #[cfg(feature = "forms")]
        return !self.forms.is_empty();
        #[cfg(not(feature = "forms"))]
        false
    }

    /// Whether there is any channel.
    #[must_use]
    pub fn has_channels(&self) -> bool {
        #[cfg(feature = "websocket")]
        return !self.channels.is_empty();
        #[cfg(not(feature = "websocket"))]
        false
    }

    /// The named type of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&NamedType> {
        let at = self.types.binary_search_by(|ty| (*ty.name).cmp(name));
        self.types.get(at.ok()?)
    }

    /// The type itself, where it is a reference to a named one.
    #[must_use]
    pub fn resolved<'r>(&'r self, mut ty: &'r Type) -> &'r Type {
        // A name that only stands for another comes to an end.
        for _ in 0..16 {
            match ty {
                Type::Reference { name } => match self.named(name) {
                    Some(named) => ty = &named.ty,
                    None => break,
                },
                _ => break,
            }
        }
        ty
    }

    /// Whether these parameters can all be left out.
    pub(crate) fn is_optional(&self, params: Option<&Type>) -> bool {
        match params.map(|ty| self.resolved(ty)) {
            None => true,
            Some(Type::Object(object)) => object.fields.iter().all(|field| field.optional),
            Some(_) => false,
        }
    }

    /// Whether values of this type may hold files.
    #[must_use]
    pub fn holds_files(&self, ty: &Type) -> bool {
        let mut seen = Vec::new();
        self.finds_files(ty, &mut seen)
    }

    fn finds_files<'r>(&'r self, ty: &'r Type, seen: &mut Vec<&'r str>) -> bool {
        match ty {
            Type::File => true,
            Type::Reference { name } => {
                if seen.contains(&name.as_str()) {
                    return false;
                }
                seen.push(name);
                self.named(name)
                    .is_some_and(|named| self.finds_files(&named.ty, seen))
            }
            ty => ty
                .inside()
                .into_iter()
                .any(|inner| self.finds_files(inner, seen)),
        }
    }
}

impl Registry {
    /// What this registry offers to clients, in the terms of no language.
    #[must_use]
    pub fn representation(&self) -> Representation {
        let mut functions: Vec<FunctionInfo<'_>> =
            self.functions().filter(|f| !f.private).collect();
        functions.sort_by(|one, other| one.name.cmp(other.name));
        let mut documents = Documents::default();
        #[cfg(feature = "forms")]
        let forms = form::find(self, &mut functions, &mut documents);
        let read: Vec<_> = functions
            .iter()
            .map(|function| function::Places::of(function, &mut documents))
            .collect();
        #[cfg(feature = "websocket")]
        let channels = channel::find(self, &mut documents);
        let (roots, types) = share(&documents.all);

        let mut representation = Representation {
            contract: self.contract().to_owned(),
            types,
            functions: Vec::new(),
            contexts: Vec::new(),
            #[cfg(feature = "forms")]
            forms: Vec::new(),
            #[cfg(feature = "websocket")]
            channels: Vec::new(),
        };
        for (function, places) in functions.iter().zip(&read) {
            let function = function::function(function, places, &roots, &representation);
            representation.functions.push(function);
        }
        representation.contexts = context::contexts(self, &functions, &representation);
        #[cfg(feature = "forms")]
        {
            let forms = forms.into_iter();
            let forms = forms.map(|found| form::form(found, &roots, &representation));
            representation.forms = forms.collect();
        }
        #[cfg(feature = "websocket")]
        {
            let channels = channels.into_iter();
            let channels = channels.map(|found| channel::channel(found, &roots, &representation));
            representation.channels = channels.collect();
        }
        representation
    }
}

/// The schemas that are read together.
#[derive(Default)]
struct Documents<'s> {
    all: Vec<Document<'s>>,
}

impl<'s> Documents<'s> {
    fn add(&mut self, document: Document<'s>) -> usize {
        self.all.push(document);
        self.all.len() - 1
    }
}
