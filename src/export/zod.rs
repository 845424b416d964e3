//! `zod.ts`: what inputs are held to, judged in the page before they are sent.
//!
//! A schema for each function that takes an input (`updateAvatarInputSchema`), for each form
//! (`contactFormSchema`) and for what clients send to each channel (`chatClientMessageSchema`), in
//! `zod/mini` and by way of that a Standard Schema. Each is made when it is first used, and a bundle
//! has those that a page imports.
//!
//! The server has the last word, and a schema never refuses what it takes, with one exception:
//! whole numbers beyond 2^53, which ECMAScript does not tell apart. Of what follows the two judge
//! alike, and name the same fields:
//!
//! - what has to be there; what may be left out, or be `null`
//! - types, strictly: `"5"` is no number, `5.5` no integer, `NaN` and infinity are neither
//! - the ranges of Rust's integers up to 2^53, and of `f32`; text without half surrogate pairs
//! - the least and greatest value, inclusive and exclusive; multiples, of integers
//! - lengths: of texts in Unicode code points, of lists in items
//! - enums, literals, tuples, maps, nested and recursive types; members that a type denies
//! - unions, by whatever serde tags them, or by none
//! - patterns that mean the same in both languages: characters, sets of characters, `.`, `\d`, `\w`,
//!   `\s` and their opposites, groups, alternatives, repetitions, `^` and `$`
//! - in a form besides: texts read as the types they stand for, empty ones as nothing, checkboxes
//!
//! Left to the server, which may refuse what a schema takes:
//!
//! - formats: dates, times, addresses of machines, URLs, UUIDs; of an e-mail address the name beyond
//!   ASCII and the numeric address (it is judged where the server judges it, with the feature
//!   `forms`)
//! - patterns with look-around, references, flags, word boundaries or Unicode classes; and where
//!   garde reads a form's `\s`, `\S`, `\W` or `\D` more narrowly than ECMAScript
//! - multiples of fractions; the number, and the names, of a map's members; objects that are of
//!   several types at once
//! - what code decides: `try_from`, checks of a form and its whole, rules that garde does not tell to
//!   the schema, choices of a form that are not its type's
//! - the size, the kind and the number of files
//!
//! Of an enum that is flattened into an object, the server names other members beside a tag that is
//! none; a schema names the tag alone.
//!
//! A schema knows a type by its `JsonSchema`, and is stricter than a type that reads more than that
//! says: by `#[serde(alias)]` or `#[serde(other)]`, by code of its own, or where serde buffers what it
//! reads, in unions and flattened parts: there it takes a list for a struct, and a number for a
//! variant. No type of `types.ts` has such values.
//!
//! `tests/zod` holds the two against each other.

mod expression;
mod pattern;
mod print;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::expression::{Writer, shared};
use self::print::Expression;
use super::representation::{Representation, Type};
use super::typescript::layout::doc;
use super::typescript::spell::quote;

/// A schema to write.
#[derive(Clone, Debug)]
pub(crate) struct Schema<'r> {
    /// The name that it is exported by.
    pub(crate) export: String,
    /// The name of its type in `types.ts`.
    pub(crate) type_name: String,
    /// What it is of, for people.
    pub(crate) doc: Option<&'r str>,
    /// What it judges.
    pub(crate) of: &'r Type,
    /// Of a form the names of its disabled fields.
    pub(crate) form: Option<Vec<&'r str>>,
}

/// The text of `zod.ts`, without the banner.
pub(crate) fn write(representation: &Representation, schemas: &[Schema<'_>]) -> String {
    let mut writer = Writer {
        representation,
        used: BTreeSet::new(),
    };
    let uses = uses(representation, schemas);
    let mut body = String::new();
    // What only one schema is of stands there.
    let own = |name: &str| uses.get(name).is_some_and(|uses| *uses == 1);
    let inlined: BTreeSet<&str> = schemas
        .iter()
        .filter_map(|s| named(s.of))
        .filter(|n| own(n))
        .collect();
    for named in &representation.types {
        let name = named.name.as_str();
        if uses.contains_key(name) && !inlined.contains(name) {
            writer.used.extend(["lazy"]);
            let made = writer.ty(&named.ty);
            let begin = format!("const {}: Inner = /*#__PURE__*/ lazy(() => ", shared(name));
            statement(&mut body, &begin, &made, ");\n");
        }
    }
    for schema in schemas {
        let of = match named(schema.of).filter(|name| inlined.contains(name)) {
            Some(name) => representation
                .named(name)
                .map_or(schema.of, |named| &named.ty),
            None => schema.of,
        };
        let made = writer.ty(of);
        let (call, input, end) = match &schema.form {
            None => ("input", String::new(), ");\n".to_owned()),
            Some(disabled) => {
                writer.used.insert("FormInput");
                let input = format!(", FormInput<t.{}>", schema.type_name);
                ("form", input, form_end(disabled))
            }
        };
        writer.used.insert(call);
        if !body.is_empty() {
            body.push('\n');
        }
        body.push_str(&doc(schema.doc, 0));
        let begin = format!(
            "export const {}: Schema<t.{}{input}> = /*#__PURE__*/ {call}(() => ",
            schema.export, schema.type_name
        );
        statement(&mut body, &begin, &made, &end);
    }
    format!("{}{body}", imports(&writer.used, &body))
}

fn form_end(disabled: &[&str]) -> String {
    match disabled {
        [] => ");\n".to_owned(),
        disabled => {
            let names: Vec<_> = disabled.iter().map(|name| quote(name)).collect();
            format!(", [{}]);\n", names.join(", "))
        }
    }
}

/// A statement on one line, or with what its function gives on lines of its own.
fn statement(out: &mut String, begin: &str, made: &Expression, end: &str) {
    out.push_str(begin);
    // The arrow's end stands where the statement's does.
    let column = begin.len() + end.trim_end().len();
    made.write(out, 0, column);
    out.push_str(end);
}

fn imports(used: &BTreeSet<&'static str>, body: &str) -> String {
    if body.is_empty() {
        return "export {};\n".to_owned();
    }
    let mut names: BTreeMap<String, String> = used
        .iter()
        .map(|name| {
            let written = match name.starts_with(char::is_uppercase) {
                true => format!("type {name}"),
                false => (*name).to_owned(),
            };
            (name.to_lowercase(), written)
        })
        .collect();
    names.insert("schema".to_owned(), "type Schema".to_owned());
    if body.contains(": Inner = ") {
        names.insert("inner".to_owned(), "type Inner".to_owned());
    }
    let names: Vec<String> = names.into_values().collect();
    let mut flat = format!(
        "import {{ {} }} from './mizan/zod/index.js';\n",
        names.join(", ")
    );
    if flat.len() > 101 {
        flat = format!(
            "import {{\n  {},\n}} from './mizan/zod/index.js';\n",
            names.join(",\n  ")
        );
    }
    format!("{flat}import type * as t from './types.js';\n\n")
}

fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Reference { name } => Some(name),
        _ => None,
    }
}

/// How often each named type is referred to by what the schemas are of.
fn uses<'r>(
    representation: &'r Representation,
    schemas: &[Schema<'r>],
) -> BTreeMap<&'r str, usize> {
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    let mut todo: Vec<&Type> = schemas.iter().map(|schema| schema.of).collect();
    while let Some(ty) = todo.pop() {
        ty.references(&mut |name| {
            let count = uses.entry(name).or_insert(0);
            *count += 1;
            if *count == 1
                && let Some(named) = representation.named(name)
            {
                todo.push(&named.ty);
            }
        });
    }
    uses
}
