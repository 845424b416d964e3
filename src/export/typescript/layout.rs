//! How generated modules are laid out: imports, comments, lines of at most a hundred columns.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The greatest length of a line where it can be helped, in characters.
const WIDTH: usize = 100;

/// A module that is being written.
#[derive(Debug, Default)]
pub(super) struct Module {
    directive: Option<&'static str>,
    imports: BTreeMap<&'static str, BTreeSet<Import>>,
    body: String,
}

/// One imported name; sorted as Biome and editors do it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    folded: String,
    name: String,
    is_type: bool,
    alias: Option<&'static str>,
}

impl Module {
    /// A module that begins with a directive: `'use client'`.
    pub(super) fn with_directive(directive: &'static str) -> Self {
        Self {
            directive: Some(directive),
            ..Self::default()
        }
    }

    /// Imports a value.
    pub(super) fn value(&mut self, from: &'static str, name: &str) {
        self.import(from, name, false, None);
    }

    /// Imports a value under another name.
    pub(super) fn value_as(&mut self, from: &'static str, name: &str, alias: &'static str) {
        self.import(from, name, false, Some(alias));
    }

    /// Imports all of a module under one name.
    pub(super) fn namespace(&mut self, from: &'static str, alias: &'static str) {
        self.import(from, "*", false, Some(alias));
    }

    /// Imports a type.
    pub(super) fn ty(&mut self, from: &'static str, name: &str) {
        self.import(from, name, true, None);
    }

    fn import(
        &mut self,
        from: &'static str,
        name: &str,
        is_type: bool,
        alias: Option<&'static str>,
    ) {
        self.imports.entry(from).or_default().insert(Import {
            folded: name.to_lowercase(),
            name: name.to_owned(),
            is_type,
            alias,
        });
    }

    /// Adds a declaration, with an empty line in front.
    pub(super) fn add(&mut self, declaration: &str) {
        self.body.push('\n');
        self.body.push_str(declaration);
        self.body.push('\n');
    }

    /// Adds a heading over the declarations that follow.
    pub(super) fn heading(&mut self, text: &str) {
        self.add(&format!("// {text}"));
    }

    /// The module's text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(directive) = self.directive {
            text.push_str(directive);
            text.push('\n');
        }
        if !self.imports.is_empty() {
            text.push('\n');
        }
        let (near, far): (Vec<_>, Vec<_>) = self
            .imports
            .iter()
            .partition(|(from, _)| from.starts_with('.'));
        for (from, names) in far.into_iter().chain(near) {
            text.push_str(&import(from, names));
        }
        text.push_str(&self.body);
        if self.body.is_empty() && self.imports.is_empty() {
            // Without an import or an export it would be no module.
            text.push_str("\nexport {};\n");
        }
        text
    }
}

fn import(from: &str, names: &BTreeSet<Import>) -> String {
    let all_types = names.iter().all(|name| name.is_type);
    let head = if all_types { "import type" } else { "import" };
    let names: Vec<String> = names
        .iter()
        .map(|import| {
            let word = if import.is_type && !all_types {
                "type "
            } else {
                ""
            };
            match import.alias {
                Some(alias) => format!("{} as {alias}", import.name),
                None => format!("{word}{}", import.name),
            }
        })
        .collect();
    if let [only] = &*names
        && only.starts_with('*')
    {
        return format!("{head} {only} from '{from}';\n");
    }
    let line = format!("{head} {{ {} }} from '{from}';", names.join(", "));
    match line.len() <= WIDTH {
        true => format!("{line}\n"),
        false => format!("{head} {{\n  {},\n}} from '{from}';\n", names.join(",\n  ")),
    }
}

/// A comment for editors to show, ending in a line's end; nothing where there is nothing to say.
pub(crate) fn doc(text: Option<&str>, indent: usize) -> String {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return String::new();
    };
    let space = " ".repeat(indent);
    let text = text.replace("*/", "*\\/").replace('\r', "");
    if !text.contains('\n') && indent + text.chars().count() + 7 <= WIDTH {
        return format!("{space}/** {text} */\n");
    }
    let mut comment = format!("{space}/**\n");
    for line in text.lines() {
        let line = line.trim_end();
        let between = if line.is_empty() { "" } else { " " };
        let _ = writeln!(comment, "{space} *{between}{line}");
    }
    let _ = writeln!(comment, "{space} */");
    comment
}

/// A function with a body of one statement.
pub(super) fn function(head: &str, params: &[String], gives: &str, body: &str) -> String {
    let signature = signature(head, params, gives, " {");
    format!("{signature}\n  {body}\n}}")
}

/// A function's signature, in one line where that is short enough.
pub(super) fn signature(head: &str, params: &[String], gives: &str, end: &str) -> String {
    let line = format!("{head}({}): {gives}{end}", params.join(", "));
    if line.chars().count() <= WIDTH || params.is_empty() {
        return line;
    }
    format!("{head}(\n  {},\n): {gives}{end}", params.join(",\n  "))
}

/// A constant of a generic type: one line for one member, and a line each for more.
pub(super) fn constant(name: &str, ty: &str, args: &[&str], members: &[String]) -> String {
    let mut head = format!("export const {name}: {ty}");
    if !args.is_empty() {
        let line = format!("{head}<{}>", args.join(", "));
        head = match line.chars().count() + " = {".len() <= WIDTH {
            true => line,
            false => format!("{head}<\n  {}\n>", args.join(",\n  ")),
        };
    }
    let line = format!("{head} = {{ {} }};", members.join(", "));
    if members.len() == 1 && !head.contains('\n') && line.chars().count() <= WIDTH {
        return line;
    }
    format!("{head} = {{\n  {},\n}};", members.join(",\n  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments() {
        assert_eq!(doc(None, 0), "");
        assert_eq!(doc(Some("  "), 0), "");
        assert_eq!(doc(Some("One."), 2), "  /** One. */\n");
        assert_eq!(
            doc(Some("One.\r\n\n*/ two"), 2),
            "  /**\n   * One.\n   *\n   * *\\/ two\n   */\n"
        );
        let long = "x".repeat(WIDTH);
        assert_eq!(doc(Some(&long), 0), format!("/**\n * {long}\n */\n"));
    }

    #[test]
    fn lines_are_broken_where_they_are_too_long() {
        let short = ["a: A".to_owned()];
        assert_eq!(signature("f", &short, "B", ";"), "f(a: A): B;");
        let long = ["a: A".to_owned(), format!("b: {}", "B".repeat(WIDTH))];
        let broken = signature("f", &long, "C", " {");
        assert!(broken.starts_with("f(\n  a: A,\n  b: BB") && broken.ends_with(",\n): C {"));

        let one = ["name: 'a'".to_owned()];
        assert_eq!(
            constant("a", "T", &["X"], &one),
            "export const a: T<X> = { name: 'a' };"
        );
        let wide = "X".repeat(WIDTH);
        assert_eq!(
            constant("a", "T", &["Y", &wide], &one),
            format!("export const a: T<\n  Y,\n  {wide}\n> = {{\n  name: 'a',\n}};")
        );
    }

    #[test]
    fn imports_are_sorted_and_told_apart() {
        let mut module = Module::with_directive("'use client';");
        module.ty("./b.js", "Zed");
        module.value("./b.js", "alpha");
        module.ty("react", "ReactNode");
        module.value_as("./a.js", "one", "other");
        module.namespace("./c.js", "all");
        module.ty("./b.js", "Zed");
        module.add("export {};");
        assert_eq!(
            module.text(),
            "'use client';\n\n\
             import type { ReactNode } from 'react';\n\
             import { one as other } from './a.js';\n\
             import { alpha, type Zed } from './b.js';\n\
             import * as all from './c.js';\n\
             \nexport {};\n"
        );
        assert_eq!(Module::default().text(), "\nexport {};\n");
    }
}
