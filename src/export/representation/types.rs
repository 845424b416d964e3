//! The types of the representation: a small algebra that every writer can spell.

use serde::Serialize;
use serde_json::{Number, Value};

/// What a value looks like on the wire.
///
/// `Option<T>` is [`Nullable`](Type::Nullable); that a member may be left out is told by its
/// [`Field`], not by its type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Type {
    /// Any JSON value.
    Any,
    /// No value at all.
    Never,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer(NumberType),
    /// A number.
    Number(NumberType),
    /// A text.
    // With the name of the standard library's own the compiler would spell that out in its messages.
    #[serde(rename = "string")]
    Text(StringType),
    /// A file of a multipart body; it has no JSON form.
    File,
    /// This value alone.
    Literal {
        /// A text, a number or a boolean.
        value: Value,
    },
    /// One of several texts.
    Enum {
        /// In the order of declaration.
        values: Vec<EnumValue>,
    },
    /// A list.
    Array(ArrayType),
    /// A list with a type for each place.
    Tuple {
        /// The places.
        items: Vec<Type>,
    },
    /// An object whose member names are data.
    Map {
        /// The type of each member.
        values: Box<Type>,
    },
    /// An object with declared members.
    Object(ObjectType),
    /// One of several types.
    Union(UnionType),
    /// All of several types at once: objects that could not be merged into one.
    Intersection {
        /// The types.
        parts: Vec<Type>,
    },
    /// This type, or `null`.
    Nullable {
        /// The type, which is neither nullable itself nor [`Any`](Type::Any).
        inner: Box<Type>,
    },
    /// One of the [`named`](super::Representation::types) types.
    Reference {
        /// Its name there.
        name: String,
    },
}

/// A number, and what it is held to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NumberType {
    /// Its type in Rust, as JSON Schema names it: `int64`, `uint8`, `double`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Whether it may be beyond 2^53, where ECMAScript's numbers lose digits.
    #[serde(skip_serializing_if = "is_false")]
    pub wide: bool,
    /// The least that it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The most that it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// What it has to be more than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_minimum: Option<Number>,
    /// What it has to be less than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusive_maximum: Option<Number>,
    /// What it has to be a multiple of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<Number>,
}

/// A text, and what it is held to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StringType {
    /// What is written in it: `email`, `date-time`, `uuid`, `uri`…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The least length, in Unicode code points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// The greatest length, in Unicode code points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// A regular expression that has to match somewhere in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// A list, and what it is held to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ArrayType {
    /// The type of its items.
    pub items: Box<Type>,
    /// How many items it has at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u64>,
    /// And at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u64>,
}

/// An object with declared members.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ObjectType {
    /// The members, sorted by name.
    pub fields: Vec<Field>,
    /// The type of members that are not declared, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional: Option<Box<Type>>,
    /// Whether members that are not declared are refused; otherwise they are ignored.
    #[serde(skip_serializing_if = "is_false")]
    pub closed: bool,
}

impl ObjectType {
    /// An object of these members alone.
    pub(crate) fn of(fields: Vec<Field>) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// The member of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether it may be left out: of an input, where serde has a default for it or its type is an
    /// `Option`; of an output, where it is skipped now and then.
    pub optional: bool,
    /// What stands for it where it is left out of an input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

impl Field {
    /// A member that is always there.
    pub(crate) fn required(name: &str, ty: Type) -> Self {
        Self {
            name: name.to_owned(),
            ty,
            optional: false,
            default: None,
            doc: None,
        }
    }
}

/// One text of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EnumValue {
    /// As it is sent.
    pub value: String,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// One of several types.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnionType {
    /// The member that tells the variants apart: every variant is an object (or a reference to
    /// one) that requires it, with a literal text that no other has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// In the order of declaration.
    pub variants: Vec<Variant>,
}

/// One type of a union.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Variant {
    /// The type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

impl Type {
    /// The type or `null`.
    pub(crate) fn or_null(self) -> Self {
        match self {
            Self::Any | Self::Null | Self::Nullable { .. } => self,
            Self::Never => Self::Null,
            inner => Self::Nullable {
                inner: Box::new(inner),
            },
        }
    }

    /// Calls this with every type directly inside of this one.
    pub(crate) fn each_mut(&mut self, mut visit: impl FnMut(&mut Type)) {
        match self {
            Self::Array(array) => visit(&mut array.items),
            Self::Tuple { items } => items.iter_mut().for_each(visit),
            Self::Map { values } => visit(values),
            Self::Object(object) => {
                object
                    .fields
                    .iter_mut()
                    .for_each(|field| visit(&mut field.ty));
                object.additional.iter_mut().for_each(|ty| visit(ty));
            }
            Self::Union(union) => union
                .variants
                .iter_mut()
                .for_each(|variant| visit(&mut variant.ty)),
            Self::Intersection { parts } => parts.iter_mut().for_each(visit),
            Self::Nullable { inner } => visit(inner),
            _ => {}
        }
    }

    /// Calls this with every reference in it.
    pub(crate) fn references<'t>(&'t self, found: &mut impl FnMut(&'t str)) {
        if let Self::Reference { name } = self {
            found(name);
        }
        self.inside()
            .into_iter()
            .for_each(|ty| ty.references(found));
    }

    /// The types directly inside of this one.
    pub(crate) fn inside(&self) -> Vec<&Type> {
        match self {
            Self::Array(array) => vec![&*array.items],
            Self::Tuple { items } => items.iter().collect(),
            Self::Map { values } => vec![&**values],
            Self::Object(object) => {
                let fields = object.fields.iter().map(|field| &field.ty);
                fields.chain(object.additional.as_deref()).collect()
            }
            Self::Union(union) => union.variants.iter().map(|variant| &variant.ty).collect(),
            Self::Intersection { parts } => parts.iter().collect(),
            Self::Nullable { inner } => vec![&**inner],
            _ => Vec::new(),
        }
    }

    /// Gives every reference another name.
    pub(crate) fn rename(&mut self, new: &impl Fn(&str) -> String) {
        if let Self::Reference { name } = self {
            *name = new(name);
        }
        self.each_mut(|ty| ty.rename(new));
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}
