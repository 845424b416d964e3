//! Several types of which one holds.

use std::collections::BTreeSet;

use super::read::Reader;
use super::types::{EnumValue, Type, UnionType, Variant};

/// The union of these, in its plainest form: without repeats, `null` told apart, texts together.
pub(super) fn of(reader: &Reader<'_>, variants: Vec<Variant>) -> Type {
    let mut null = false;
    let mut texts: Vec<EnumValue> = Vec::new();
    let mut first_text = None;
    let mut rest: Vec<Variant> = Vec::new();
    let mut todo: Vec<Variant> = variants.into_iter().rev().collect();
    while let Some(Variant { ty, doc }) = todo.pop() {
        match ty {
            Type::Any => return Type::Any,
            Type::Never => {}
            Type::Null => null = true,
            Type::Nullable { inner } => {
                null = true;
                todo.push(Variant { ty: *inner, doc });
            }
            Type::Enum { values } => {
                first_text.get_or_insert(rest.len());
                let alone = values.len() == 1;
                for mut value in values {
                    if alone {
                        value.doc = value.doc.or_else(|| doc.clone());
                    }
                    if !texts.iter().any(|known| known.value == value.value) {
                        texts.push(value);
                    }
                }
            }
            ty => {
                if !rest.iter().any(|known| known.ty == ty) {
                    rest.push(Variant { ty, doc });
                }
            }
        }
    }
    if let Some(at) = first_text {
        let texts = Variant {
            ty: Type::Enum { values: texts },
            doc: None,
        };
        rest.insert(at, texts);
    }
    let mut rest = rest.into_iter();
    let union = match (rest.next(), rest.len()) {
        (None, _) if null => return Type::Null,
        (None, _) => return Type::Never,
        (Some(only), 0) => only.ty,
        (Some(first), _) => {
            let variants: Vec<Variant> = [first].into_iter().chain(rest).collect();
            Type::Union(UnionType {
                tag: tag(reader, &variants),
                variants,
            })
        }
    };
    if null { union.or_null() } else { union }
}

/// The member by which the variants can be told apart.
fn tag(reader: &Reader<'_>, variants: &[Variant]) -> Option<String> {
    let told = variants.iter().map(|variant| told(reader, &variant.ty));
    let told: Vec<Vec<(String, String)>> = told.collect::<Option<_>>()?;
    let (first, _) = told.split_first()?;
    let tells_apart = |name: &str| {
        let texts: Option<BTreeSet<&str>> = told
            .iter()
            .map(|told| {
                let (_, text) = told.iter().find(|(told, _)| told == name)?;
                Some(text.as_str())
            })
            .collect();
        texts.is_some_and(|texts| texts.len() == variants.len())
    };
    let mut names = first.iter().map(|(name, _)| name);
    names.find(|name| tells_apart(name)).cloned()
}

/// The members of an object that have to be there and have to be one text.
fn told(reader: &Reader<'_>, ty: &Type) -> Option<Vec<(String, String)>> {
    match ty {
        Type::Object(object) => {
            let required = object.fields.iter().filter(|field| !field.optional);
            let told = required.filter_map(|field| match &field.ty {
                Type::Enum { values } => match values.as_slice() {
                    [only] => Some((field.name.clone(), only.value.clone())),
                    _ => None,
                },
                _ => None,
            });
            Some(told.collect())
        }
        // Read from the schema: its type may lead back here.
        Type::Reference { name } => {
            let target = reader.target(name)?;
            let required = target.get("required")?.as_array()?;
            let members = target.get("properties")?.as_object()?;
            let told = members.iter().filter_map(|(name, member)| {
                let text = member.get("const")?.as_str()?;
                let told = (name.clone(), text.to_owned());
                required.iter().any(|r| r == name).then_some(told)
            });
            Some(told.collect())
        }
        _ => None,
    }
}
