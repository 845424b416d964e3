//! A validator's errors, told field by field.

use std::collections::BTreeSet;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{JsonType, JsonTypeSet, ValidationError};
use serde_json::Value;

use super::findings::{Code, Findings, Said};
use super::read::join;

/// How many of the values that a field may have are listed.
const MAX_LISTED: usize = 20;

fn dotted(location: &Location) -> String {
    let mut path = String::new();
    for segment in location {
        path = match segment {
            LocationSegment::Property(name) => join(&path, &name),
            LocationSegment::Index(index) => join(&path, &index.to_string()),
        };
    }
    path
}

/// Puts an error, and those that it stands for, at their paths.
pub(super) fn explain(error: &ValidationError<'_>, findings: &mut Findings) {
    let path = dotted(error.instance_path());
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            findings.add(&join(&path, name), Said::required());
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                findings.add(&join(&path, name), "Unknown field");
            }
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            union(error.instance_path(), &path, context, findings);
        }
        // serde takes the first branch that fits.
        Kind::OneOfMultipleValid { .. } => {}
        kind => findings.add(&path, said(kind)),
    }
}

type Branch = Vec<ValidationError<'static>>;

/// Tells what is wrong with a value of a union: by the branch that it was meant for, where that
/// can be seen.
fn union(at: &Location, path: &str, branches: &[Branch], findings: &mut Findings) {
    let mut fitting: Vec<&Branch> = branches.iter().filter(|b| fits(at, b)).collect();
    if fitting.is_empty() {
        let errors = branches.iter().flatten();
        return unfit(path, errors.filter(|e| e.instance_path() == at), findings);
    }
    let misnamed = |branch: &&Branch| branch.iter().any(|error| is_other_variant(at, error));
    let incomplete = |branch: &&Branch| branch.iter().any(|error| is_required_at(at, error));
    if fitting.len() > 1 {
        let named: Vec<&Branch> = fitting.iter().copied().filter(|b| !misnamed(b)).collect();
        if named.is_empty() {
            return wrong_tag(at, path, &fitting, findings);
        }
        fitting = named;
    }
    if fitting.len() > 1 {
        let complete: Vec<&Branch> = fitting.iter().copied().filter(|b| !incomplete(b)).collect();
        if complete.len() == 1 {
            fitting = complete;
        }
    }
    match fitting.as_slice() {
        [branch] => branch.iter().for_each(|error| explain(error, findings)),
        several => {
            let wanted = common(several, |error| match error.kind() {
                Kind::Required { property } if error.instance_path() == at => property.as_str(),
                _ => None,
            });
            for name in &wanted {
                findings.add(&join(path, name), Said::required());
            }
            if wanted.is_empty() {
                findings.add(path, "Does not have any of the forms it may have");
            }
        }
    }
}

/// Whether a value is of the kind that a branch is for, whatever is wrong inside it.
fn fits(at: &Location, branch: &Branch) -> bool {
    let here = branch.iter().filter(|error| error.instance_path() == at);
    here.map(ValidationError::kind).all(|kind| match kind {
        Kind::Type { .. }
        | Kind::Enum { .. }
        | Kind::Constant { .. }
        | Kind::Custom { .. }
        | Kind::FalseSchema => false,
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            context.iter().any(|branch| fits(at, branch))
        }
        _ => true,
    })
}

/// Whether an error says that the value is another variant: its tag is another one (`{"type":
/// "b"}`), or the member that names it is (`{"b": …}`).
fn is_other_variant(at: &Location, error: &ValidationError<'_>) -> bool {
    match error.kind() {
        Kind::Constant { .. } => is_child(at, error.instance_path()),
        Kind::AdditionalProperties { .. } => error.instance_path() == at,
        _ => false,
    }
}

fn is_required_at(at: &Location, error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::Required { .. }) && error.instance_path() == at
}

fn is_child(at: &Location, path: &Location) -> bool {
    let rest = path.as_str().strip_prefix(at.as_str());
    rest.and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|step| !step.contains('/'))
}

/// What each of the branches has of what `pick` takes from errors.
fn common<'e>(
    branches: &[&'e Branch],
    pick: impl Fn(&'e ValidationError<'static>) -> Option<&'e str>,
) -> BTreeSet<&'e str> {
    let mut each = branches
        .iter()
        .map(|branch| branch.iter().filter_map(&pick).collect::<BTreeSet<_>>());
    let first = each.next().unwrap_or_default();
    each.fold(first, |all, branch| &all & &branch)
}

/// Tells of a value that is no variant by its tag.
fn wrong_tag(at: &Location, path: &str, branches: &[&Branch], findings: &mut Findings) {
    let tags = common(branches, |error| match error.kind() {
        Kind::Constant { .. } if is_child(at, error.instance_path()) => {
            Some(error.instance_path().as_str())
        }
        _ => None,
    });
    let Some(tag) = tags.first() else {
        return findings.add(path, "Does not have any of the forms it may have");
    };
    let errors = branches.iter().flat_map(|branch| branch.iter());
    let errors: Vec<_> = errors
        .filter(|error| error.instance_path().as_str() == *tag)
        .collect();
    if let Some(first) = errors.first() {
        unfit(&dotted(first.instance_path()), errors.into_iter(), findings);
    }
}

/// Tells of a value that no branch is for: what it may be instead.
fn unfit<'e>(
    path: &str,
    errors: impl Iterator<Item = &'e ValidationError<'static>>,
    findings: &mut Findings,
) {
    let mut listed = Vec::new();
    let mut told = false;
    for error in errors {
        match error.kind() {
            Kind::Constant { expected_value } => listed.push((**expected_value).clone()),
            Kind::Enum { options } => {
                listed.extend(options.as_array().into_iter().flatten().cloned());
            }
            Kind::Type {
                kind: TypeKind::Single(JsonType::Null),
            } => {}
            Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
                told = true;
                explain(error, findings);
            }
            kind => {
                told = true;
                findings.add(path, said(kind));
            }
        }
    }
    if !listed.is_empty() {
        findings.add(path, one_of(&listed));
    } else if !told {
        findings.add(path, "Not a valid value");
    }
}

fn one_of(values: &[Value]) -> Said {
    let mut listed: Vec<String> = Vec::new();
    for value in values {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        if !listed.contains(&text) && !value.is_null() {
            listed.push(text);
        }
    }
    let more = listed.len() > MAX_LISTED;
    listed.truncate(MAX_LISTED);
    let dots = if more { ", …" } else { "" };
    let message = format!("Must be one of: {}{dots}", listed.join(", "));
    Said::new(Code::InvalidChoice, message)
}

fn said(kind: &Kind) -> Said {
    let at = |code, message: String, limit: Value| Said::new(code, message).with_limit(limit);
    let count = |code, say: fn(u64) -> String, limit: &u64| at(code, say(*limit), (*limit).into());
    match kind {
        Kind::Type { kind } => of_type(match kind {
            TypeKind::Single(name) => JsonTypeSet::from(*name),
            TypeKind::Multiple(names) => *names,
        })
        .into(),
        Kind::Enum { options } => one_of(options.as_array().map_or(&[], Vec::as_slice)),
        Kind::Constant { expected_value } => one_of(std::slice::from_ref(expected_value)),
        Kind::Minimum { limit } => at(
            Code::MinValue,
            format!("Must be at least {limit}"),
            limit.clone(),
        ),
        Kind::Maximum { limit } => at(
            Code::MaxValue,
            format!("Must be at most {limit}"),
            limit.clone(),
        ),
        Kind::ExclusiveMinimum { limit } => at(
            Code::MinValue,
            format!("Must be more than {limit}"),
            limit.clone(),
        ),
        Kind::ExclusiveMaximum { limit } => at(
            Code::MaxValue,
            format!("Must be less than {limit}"),
            limit.clone(),
        ),
        Kind::MultipleOf { multiple_of } => format!("Must be a multiple of {multiple_of}").into(),
        Kind::MinLength { limit } => count(
            Code::MinLength,
            |limit| format!("Must have at least {limit} characters"),
            limit,
        ),
        Kind::MaxLength { limit } => count(
            Code::MaxLength,
            |limit| format!("Must have at most {limit} characters"),
            limit,
        ),
        Kind::MinItems { limit } => count(
            Code::MinLength,
            |limit| format!("Must have at least {limit} items"),
            limit,
        ),
        Kind::MaxItems { limit } => count(
            Code::MaxLength,
            |limit| format!("Must have at most {limit} items"),
            limit,
        ),
        Kind::AdditionalItems { limit } => {
            Said::new(Code::MaxLength, format!("Must have at most {limit} items"))
        }
        Kind::MinProperties { limit } => count(
            Code::MinLength,
            |limit| format!("Must have at least {limit} members"),
            limit,
        ),
        Kind::MaxProperties { limit } => count(
            Code::MaxLength,
            |limit| format!("Must have at most {limit} members"),
            limit,
        ),
        Kind::Pattern { .. } => Said::new(Code::Pattern, "Does not have the form it must have"),
        Kind::Format { format } => format!("Must be a valid {format}").into(),
        Kind::PropertyNames { .. } => "Has a name that is not allowed".into(),
        Kind::FalseSchema => "Not allowed here".into(),
        Kind::Custom { message, .. } => message.clone().into(),
        _ => "Not a valid value".into(),
    }
}

fn of_type(types: JsonTypeSet) -> &'static str {
    let mut wanted = types.iter().filter(|name| *name != JsonType::Null);
    match (wanted.next(), wanted.next()) {
        (None, _) => "Must be null",
        (Some(_), Some(_)) => "Not of a type it may have",
        (Some(JsonType::Integer), _) => "Must be a whole number",
        (Some(JsonType::Number), _) => "Must be a number",
        (Some(JsonType::String), _) => "Must be a text",
        (Some(JsonType::Boolean), _) => "Must be true or false",
        (Some(JsonType::Array), _) => "Must be a list",
        (Some(JsonType::Object), _) => "Must be an object",
        (Some(JsonType::Null), _) => "Must be null",
    }
}
