//! Several types that all hold at once, as one where that can be said.
//!
//! serde's internally tagged newtype variants and its flattened enums come as such: the schema of
//! the content beside the tag's own members.

use super::read::Reader;
use super::types::{Field, ObjectType, Type, UnionType, Variant};
use super::union;

/// How many variants a merge may make.
const MAX_VARIANTS: usize = 64;

/// The type that all of these hold of.
pub(super) fn all(reader: &Reader<'_>, mut parts: Vec<Type>, within: &mut Vec<String>) -> Type {
    parts.retain(|part| *part != Type::Any);
    parts.dedup();
    match parts.len() {
        0 => return Type::Any,
        1 => return parts.remove(0),
        _ => {}
    }
    let mut merged = Type::Any;
    for part in &parts {
        match both(reader, merged, part.clone(), within) {
            Some(both) => merged = both,
            None => return Type::Intersection { parts },
        }
    }
    merged
}

/// Reads what a reference stands for, unless it is being read in place already.
fn in_place(reader: &Reader<'_>, name: &str, within: &mut Vec<String>) -> Option<Type> {
    if within.iter().any(|known| known == name) {
        return None;
    }
    within.push(name.to_owned());
    let ty = reader.read(reader.target(name)?, within);
    within.pop();
    Some(ty)
}

fn both(reader: &Reader<'_>, one: Type, other: Type, within: &mut Vec<String>) -> Option<Type> {
    match (one, other) {
        (one, other) if one == other => Some(one),
        (Type::Any, other) => Some(other),
        (one, Type::Any) => Some(one),
        (Type::Reference { name }, other) => {
            let one = in_place(reader, &name, within)?;
            both(reader, one, other, within)
        }
        (one, Type::Reference { name }) => {
            let other = in_place(reader, &name, within)?;
            both(reader, one, other, within)
        }
        (Type::Object(one), Type::Object(other)) => {
            objects(reader, one, other, within).map(Type::Object)
        }
        (Type::Object(mut object), Type::Map { values })
        | (Type::Map { values }, Type::Object(mut object)) => {
            object.additional = Some(values);
            object.closed = false;
            Some(Type::Object(object))
        }
        (Type::Nullable { inner }, other) | (other, Type::Nullable { inner }) => {
            both(reader, *inner, other, within)
        }
        (Type::Union(union), other) | (other, Type::Union(union)) => {
            distribute(reader, union, &other, within)
        }
        // A narrower saying of the same kind of value.
        (Type::Text(_), narrow @ Type::Enum { .. })
        | (narrow @ Type::Enum { .. }, Type::Text(_))
        | (Type::Boolean, narrow @ Type::Literal { .. })
        | (narrow @ Type::Literal { .. }, Type::Boolean) => Some(narrow),
        _ => None,
    }
}

fn distribute(
    reader: &Reader<'_>,
    union: UnionType,
    with: &Type,
    within: &mut Vec<String>,
) -> Option<Type> {
    let mut variants = Vec::new();
    for variant in union.variants {
        variants.push(Variant {
            ty: both(reader, variant.ty, with.clone(), within)?,
            doc: variant.doc,
        });
    }
    (variants.len() <= MAX_VARIANTS).then(|| union::of(reader, variants))
}

fn objects(
    reader: &Reader<'_>,
    one: ObjectType,
    other: ObjectType,
    within: &mut Vec<String>,
) -> Option<ObjectType> {
    let mut merged = one;
    for field in other.fields {
        match merged
            .fields
            .iter_mut()
            .find(|known| known.name == field.name)
        {
            Some(known) => {
                known.ty = both(reader, known.ty.clone(), field.ty, within)?;
                known.optional &= field.optional;
                known.doc = known.doc.take().or(field.doc);
                known.default = known.default.take().or(field.default);
            }
            None => merged.fields.push(field),
        }
    }
    merged.fields.sort_by(by_name);
    merged.additional = merged.additional.or(other.additional);
    merged.closed = (merged.closed || other.closed) && merged.additional.is_none();
    Some(merged)
}

fn by_name(one: &Field, other: &Field) -> std::cmp::Ordering {
    one.name.cmp(&other.name)
}
