//! Which control shows which error, and the ids by which the parts of a page find each other.

use std::fmt::Write;

use super::FormPage;
use crate::form::errors::FieldErrors;
use crate::form::schema::FieldSchema;
use crate::schema::{WHOLE, within};

/// The errors of a form by where they are shown.
pub(super) struct Placed<'p> {
    /// Of the form, and of paths that no field shows.
    pub(super) whole: Vec<Told<'p>>,
    /// Of each field, in the form's order.
    pub(super) fields: Vec<Vec<Told<'p>>>,
}

/// A message, and where in a field it belongs.
pub(super) struct Told<'p> {
    /// What of the path the field's name leaves: `.1` for the second item of a list.
    rest: &'p str,
    pub(super) message: &'p str,
}

impl<'p> Placed<'p> {
    pub(super) fn of(page: &'p FormPage) -> Self {
        let fields = &page.schema.fields;
        let mut placed = Self {
            whole: Vec::new(),
            fields: fields.iter().map(|_| Vec::new()).collect(),
        };
        for known in page.errors.iter() {
            let (rest, told) = match owner(fields, &known.field) {
                Some((index, rest)) => match placed.fields.get_mut(index) {
                    Some(told) => (rest, told),
                    None => continue,
                },
                None => (stray(known), &mut placed.whole),
            };
            told.extend(known.errors.iter().map(|error| Told {
                rest,
                message: &error.message,
            }));
        }
        placed
    }
}

/// The field that shows errors at this path, the innermost of several, and what it leaves of it.
fn owner<'p>(fields: &[FieldSchema], path: &'p str) -> Option<(usize, &'p str)> {
    let (index, field) = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| within(path, &field.name))
        .max_by_key(|(_, field)| field.name.len())?;
    Some((index, path.get(field.name.len()..)?))
}

fn stray(known: &FieldErrors) -> &str {
    match &*known.field {
        WHOLE => "",
        path => path,
    }
}

impl Told<'_> {
    /// The message as it stands beside a field, or with the field's label in front where it stands
    /// alone. Items of a list are counted from one, as people do.
    pub(super) fn text(&self, label: &str) -> String {
        let mut text = label.to_owned();
        for step in self.rest.split('.').filter(|step| !step.is_empty()) {
            if !text.is_empty() {
                text.push(' ');
            }
            let counted = step.parse::<u64>().ok().and_then(|n| n.checked_add(1));
            let _ = match counted {
                Some(number) => write!(text, "{number}"),
                None => write!(text, "{step}"),
            };
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(self.message);
        text
    }
}

/// The id of a field's control: `contact-email`, and behind a colon that of what belongs to it,
/// `contact-email:help`.
///
/// Ids hold no spaces, and different fields never share one: what is not usual in a name is written
/// as `:hex:`, and the form's own hyphens are.
pub(super) fn id(form: &str, field: &str) -> String {
    let mut id = String::with_capacity(form.len() + field.len() + 1);
    push(&mut id, form, |c| {
        c.is_ascii_alphanumeric() || "_.".contains(c)
    });
    id.push('-');
    push(&mut id, field, |c| {
        c.is_ascii_alphanumeric() || "_.-".contains(c)
    });
    id
}

fn push(id: &mut String, name: &str, is_usual: impl Fn(char) -> bool) {
    for c in name.chars() {
        if is_usual(c) {
            id.push(c);
        } else {
            let _ = write!(id, ":{:x}:", u32::from(c));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::field;
    use super::*;
    use crate::form::schema::Widget;

    #[test]
    fn ids() {
        assert_eq!(id("contact", "email"), "contact-email");
        assert_eq!(
            id("my-form", "address.zip-code"),
            "my:2d:form-address.zip-code"
        );
        assert_eq!(id("contact", "a b:ü"), "contact-a:20:b:3a::fc:");
    }

    #[test]
    fn the_innermost_field_shows_it() {
        let fields = ["address", "address.city", "tags"].map(|name| field(name, Widget::TextInput));
        let table = [
            ("address", Some((0, ""))),
            ("address.zip", Some((0, ".zip"))),
            ("address.city", Some((1, ""))),
            ("address.city.0", Some((1, ".0"))),
            ("addressee", None),
            ("tags.1", Some((2, ".1"))),
            (WHOLE, None),
        ];
        for (path, expected) in table {
            assert_eq!(owner(&fields, path), expected, "{path}");
        }
    }

    #[test]
    fn messages_with_their_places() {
        let table = [
            ("", "", "Too late", "Too late"),
            ("", "Email", "Too long", "Email: Too long"),
            (".1", "Tags", "Too long", "Tags 2: Too long"),
            (".0.name", "Items", "Too long", "Items 1 name: Too long"),
            (".1", "", "Too long", "2: Too long"),
            ("address", "", "Unknown", "address: Unknown"),
            (
                ".18446744073709551615",
                "",
                "No",
                "18446744073709551615: No",
            ),
        ];
        for (rest, label, message, expected) in table {
            assert_eq!(Told { rest, message }.text(label), expected);
        }
    }

    proptest! {
        #[test]
        fn ids_differ_where_names_do(
            a in ("[a-c.-]{1,3}", "[a-c0-3 :.ü-]{1,4}", "|:help|:errors|:2"),
            b in ("[a-c.-]{1,3}", "[a-c0-3 :.ü-]{1,4}", "|:help|:errors|:2"),
        ) {
            let ids = [&a, &b].map(|(form, field, part)| id(form, field) + part);
            prop_assert_eq!(a == b, ids[0] == ids[1]);
            prop_assert!(!ids[0].contains(char::is_whitespace));
        }
    }
}
