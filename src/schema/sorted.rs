//! Objects with their members in order.

use std::borrow::Cow;
use std::ops::Range;

use super::scan::{Invalid, Kind, Scanner, decode};

/// A member of an object: its name, and where it stands from the name to the value's end.
struct Member<'t> {
    name: Cow<'t, str>,
    at: Range<usize>,
}

/// An open bracket; for an object, what is known of its members so far.
struct Open {
    start: usize,
    /// Where the members begin in the common list of them.
    first: usize,
    in_order: bool,
}

/// An object whose members are out of order.
struct Unsorted {
    /// Where its bracket opens.
    start: usize,
    /// Where members stand, in the order of the text.
    slots: Vec<Range<usize>>,
    /// The same, in the order of their names.
    sorted: Vec<Range<usize>>,
}

/// Puts the members of every object in `json` in the order of their names, which compare as
/// decoded text by code points.
///
/// All else stays as it is written, numbers and white space too; members of one name keep their
/// order. Text that is in order already is borrowed, and so is text that is no JSON.
pub(crate) fn sort_members(json: &str) -> Cow<'_, str> {
    match find_unsorted(json) {
        Ok(unsorted) if !unsorted.is_empty() => {
            Cow::Owned(write_sorted(json, &unsorted).unwrap_or_else(|| json.to_owned()))
        }
        _ => Cow::Borrowed(json),
    }
}

/// The objects that are out of order, by where they begin.
fn find_unsorted(json: &str) -> Result<Vec<Unsorted>, Invalid> {
    let mut scanner = Scanner::new(json);
    let mut open: Vec<Open> = Vec::new();
    let mut members: Vec<Member<'_>> = Vec::new();
    let mut unsorted = Vec::new();
    while let Some(token) = scanner.next()? {
        match token.kind {
            Kind::OpenObject | Kind::OpenArray => {
                open.push(Open {
                    start: token.at.start,
                    first: members.len(),
                    in_order: true,
                });
                continue;
            }
            Kind::Key => {
                let name = json.get(token.at.clone()).and_then(decode).ok_or(Invalid)?;
                let object = open.last_mut().ok_or(Invalid)?;
                if let Some(last) = members.get(object.first..).and_then(<[_]>::last) {
                    object.in_order &= last.name <= name;
                }
                members.push(Member { name, at: token.at });
                continue;
            }
            Kind::CloseObject => {
                let object = open.pop().ok_or(Invalid)?;
                if object.in_order {
                    members.truncate(object.first);
                } else {
                    let members = members.split_off(object.first);
                    unsorted.push(by_name(object.start, members));
                }
            }
            Kind::CloseArray => {
                open.pop();
            }
            Kind::Text | Kind::Plain => {}
        }
        // A value ended here. Where that is inside an array, the member of an object around it is
        // stretched early, to be stretched on by the array's own end.
        if let Some(member) = members.last_mut() {
            member.at.end = token.at.end;
        }
    }
    unsorted.sort_unstable_by_key(|object| object.start);
    Ok(unsorted)
}

fn by_name(start: usize, mut members: Vec<Member<'_>>) -> Unsorted {
    let places = |members: &[Member<'_>]| members.iter().map(|m| m.at.clone()).collect();
    let slots = places(&members);
    members.sort_by(|a, b| a.name.cmp(&b.name));
    let sorted = places(&members);
    Unsorted {
        start,
        slots,
        sorted,
    }
}

/// Copies the text, the members of unsorted objects in each other's places.
fn write_sorted(json: &str, unsorted: &[Unsorted]) -> Option<String> {
    let mut out = String::with_capacity(json.len());
    let mut todo = Vec::new();
    todo.push(0..json.len());
    while let Some(part) = todo.pop() {
        let next = unsorted.partition_point(|object| object.start < part.start);
        let Some(object) = unsorted.get(next).filter(|o| o.start < part.end) else {
            out.push_str(json.get(part)?);
            continue;
        };
        let first = object.slots.first()?;
        out.push_str(json.get(part.start..first.start)?);
        let ends = object.slots.iter().map(|slot| slot.end);
        let next_starts = object.slots.iter().skip(1).map(|slot| slot.start);
        let pieces = ends.zip(next_starts.chain([part.end])).zip(&object.sorted);
        let at = todo.len();
        for ((end, next_start), member) in pieces {
            todo.push(member.clone());
            todo.push(end..next_start);
        }
        if let Some(pushed) = todo.get_mut(at..) {
            pushed.reverse();
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::scan::tests::any_json;
    use super::*;

    #[test]
    fn table() {
        for (text, sorted) in [
            (r#"{"b":1,"a":2}"#, r#"{"a":2,"b":1}"#),
            (r#"[{"b":1.0,"a":1e2}, 5]"#, r#"[{"a":1e2,"b":1.0}, 5]"#),
            (
                "{ \"b\" : {\"d\":[1,{\"f\":1,\"e\":2}],\"c\":2} ,\n \"a\":0 }",
                "{ \"a\":0 ,\n \"b\" : {\"c\":2,\"d\":[1,{\"e\":2,\"f\":1}]} }",
            ),
            (r#"{"b":1,"a":2,"b":0}"#, r#"{"a":2,"b":1,"b":0}"#),
            (r#"{"\u0062":1,"a":2}"#, r#"{"a":2,"\u0062":1}"#),
            (
                "{\"\u{10000}\":1,\"\u{ffff}\":2}",
                "{\"\u{ffff}\":2,\"\u{10000}\":1}",
            ),
            (
                r#"{"c":{"z":1,"y":2},"b":[{"z":1,"y":2}],"a":{"y":1}}"#,
                r#"{"a":{"y":1},"b":[{"y":2,"z":1}],"c":{"y":2,"z":1}}"#,
            ),
        ] {
            assert_eq!(sort_members(text), sorted);
        }
    }

    #[test]
    fn ordered_and_invalid_text_is_borrowed() {
        for text in [
            r#"{"a":2,"\u0062":{"x":[]},"c":{}}"#,
            "5",
            "",
            r#"{"b":1,"a":2"#,
            r#"{"b":1,"a":2}}"#,
            r#"{"b":1,"a":tru}"#,
            r#"{"b":1,"\ud800":2}"#,
            r#"{"b":1,"a":2} x"#,
        ] {
            assert!(
                matches!(sort_members(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn depth_is_no_matter() {
        let deep = r#"{"b":1,"a":"#.repeat(50_000) + "0" + &"}".repeat(50_000);
        let sorted = sort_members(&deep);
        assert!(sorted.starts_with(r#"{"a":{"a":"#) && sorted.ends_with(r#","b":1}"#));
        assert_eq!(sorted.len(), deep.len());
        let open = r#"[{"b":"#.repeat(50_000);
        assert_eq!(sort_members(&open), open);
    }

    /// `value` as text, with the members of every object turned about.
    fn reversed(value: &Value) -> String {
        match value {
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(reversed).collect();
                format!("[{}]", items.join(","))
            }
            Value::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .rev()
                    .map(|(name, value)| {
                        format!("{}:{}", Value::from(name.as_str()), reversed(value))
                    })
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            scalar => scalar.to_string(),
        }
    }

    proptest! {
        #[test]
        fn sorts_as_a_map_does(value in any_json()) {
            let text = reversed(&value);
            let sorted = sort_members(&text);
            prop_assert_eq!(&sorted, &value.to_string());
            prop_assert!(matches!(sort_members(&sorted), Cow::Borrowed(_)));
        }

        #[test]
        fn any_text_is_safe(text in r#"[{}\[\]",:ab1 \\]{0,16}|.{0,8}"#) {
            let sorted = sort_members(&text);
            prop_assert_eq!(sorted.len(), text.len());
            let again = sort_members(&sorted);
            prop_assert!(matches!(again, Cow::Borrowed(_)));
        }
    }
}
