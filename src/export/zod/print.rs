//! Expressions, laid out.

const WIDTH: usize = 100;

/// An expression of TypeScript.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// Written as it stands.
    Plain(String),
    /// A function by its name, called with these.
    Call(&'static str, Vec<Expression>),
    /// Members by their names, as they are written.
    Object(Vec<(String, Expression)>),
}

impl Expression {
    pub(super) fn call(name: &'static str, arguments: impl Into<Vec<Expression>>) -> Self {
        Self::Call(name, arguments.into())
    }

    /// Written from a column that is so far to the right, on lines that begin at an indent.
    pub(super) fn write(&self, out: &mut String, indent: usize, column: usize) {
        let flat = self.flat();
        if column + flat.len() <= WIDTH {
            out.push_str(&flat);
            return;
        }
        match self {
            Self::Plain(text) => out.push_str(text),
            // The last one opens on the line of those before it.
            Self::Call(name, arguments) if hugs(arguments) => {
                out.push_str(name);
                out.push('(');
                for (at, argument) in arguments.iter().enumerate() {
                    if at > 0 {
                        out.push_str(", ");
                    }
                    match at + 1 == arguments.len() {
                        true => argument.write(out, indent, WIDTH),
                        false => out.push_str(&argument.flat()),
                    }
                }
                out.push(')');
            }
            Self::Call(name, arguments) => {
                out.push_str(name);
                out.push_str("(\n");
                for argument in arguments {
                    line(out, indent + 2, "", argument);
                }
                close(out, indent, ')');
            }
            Self::Object(members) => {
                out.push_str("{\n");
                for (name, member) in members {
                    line(out, indent + 2, &format!("{name}: "), member);
                }
                close(out, indent, '}');
            }
        }
    }

    /// On one line.
    pub(super) fn flat(&self) -> String {
        let joined = |parts: Vec<String>| parts.join(", ");
        match self {
            Self::Plain(text) => text.clone(),
            Self::Call(name, arguments) => {
                let arguments = arguments.iter().map(Self::flat).collect();
                format!("{name}({})", joined(arguments))
            }
            Self::Object(members) if members.is_empty() => "{}".to_owned(),
            Self::Object(members) => {
                let members = members.iter();
                let members = members.map(|(name, member)| format!("{name}: {}", member.flat()));
                format!("{{ {} }}", joined(members.collect()))
            }
        }
    }
}

/// Whether a call's last argument is the only one that takes several lines.
fn hugs(arguments: &[Expression]) -> bool {
    let Some((last, before)) = arguments.split_last() else {
        return false;
    };
    match last {
        Expression::Object(_) => before
            .iter()
            .all(|argument| argument.flat().len() < WIDTH / 3),
        Expression::Call(..) => before.is_empty(),
        Expression::Plain(_) => false,
    }
}

fn line(out: &mut String, indent: usize, before: &str, expression: &Expression) {
    out.push_str(&" ".repeat(indent));
    out.push_str(before);
    // A comma follows.
    expression.write(out, indent, indent + before.len() + 1);
    out.push_str(",\n");
}

fn close(out: &mut String, indent: usize, bracket: char) {
    out.push_str(&" ".repeat(indent));
    out.push(bracket);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_calls_take_several_lines() {
        let word = |letter: &str| Expression::Plain(letter.repeat(45));
        let mut out = String::new();
        let members = vec![
            ("a".to_owned(), word("x")),
            (
                "b".to_owned(),
                Expression::call("g", [word("y"), word("z")]),
            ),
        ];
        let object = Expression::Object(members);
        Expression::call("f", [Expression::call("o", [object])]).write(&mut out, 0, 0);
        let expected = "f(o({
  a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,
  b: g(
    yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy,
    zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz,
  ),
}))";
        assert_eq!(out, expected);
        assert_eq!(Expression::Object(Vec::new()).flat(), "{}");
    }
}
