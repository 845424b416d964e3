//! JSON text read as far as it can be, with notes of what stood in the way.
//!
//! serde stops at a number that is out of range, at text that is no Unicode and where values nest
//! too deep, and at the second member of one name. Here each of these is noted at its path and
//! reading goes on, so that the rest is judged too. Only what the schema leads to is noted: the
//! rest is not read by serde either.

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::{Map, Value};

#[cfg(any(feature = "forms", test))]
use super::once::Once;
use super::scan::{Invalid, Kind, Scanner, decode};
use super::shape::expand;

/// How deep values nest before serde_json refuses them.
const MAX_DEPTH: usize = 127;

/// Something that cannot be taken, and where.
pub(crate) struct Note {
    pub(crate) path: String,
    pub(super) message: &'static str,
    /// Whether the value at the path could not be read, so that nothing can be said about it.
    pub(super) unreadable: bool,
}

/// A dotted path, one step longer.
pub(crate) fn join(path: &str, step: &str) -> String {
    if path.is_empty() {
        step.to_owned()
    } else {
        format!("{path}.{step}")
    }
}

/// The schemas that have a say on a value; none for what nobody reads.
type Schemas<'s> = Rc<[&'s Value]>;

/// An open list or object.
struct Frame<'s> {
    value: Value,
    path: String,
    schemas: Schemas<'s>,
    /// The name, and whether what comes under it is kept.
    member: Option<(String, bool)>,
    /// What the members of a list share, once the schema stops telling them apart.
    items: Option<Schemas<'s>>,
}

/// Reads `text` by the schema `root`.
#[cfg(any(feature = "forms", test))]
pub(crate) fn read(root: &Value, text: &str) -> Result<(Value, Vec<Note>), Invalid> {
    match serde_json::from_str(text) {
        Ok(Once(value)) => Ok((value, Vec::new())),
        Err(_) => read_noting(root, text),
    }
}

/// Reads `text` to its end, whatever stands in the way.
pub(super) fn read_noting(root: &Value, text: &str) -> Result<(Value, Vec<Note>), Invalid> {
    let mut reader = Reader {
        root,
        open: Vec::new(),
        notes: Vec::new(),
        done: Value::Null,
    };
    let mut scanner = Scanner::new(text);
    let mut skipping = 0_usize;
    while let Some(token) = scanner.next()? {
        let opens = matches!(token.kind, Kind::OpenObject | Kind::OpenArray);
        let closes = matches!(token.kind, Kind::CloseObject | Kind::CloseArray);
        if skipping > 0 {
            skipping = skipping + usize::from(opens) - usize::from(closes);
            continue;
        }
        let token_text = text.get(token.at).ok_or(Invalid)?;
        match token.kind {
            Kind::OpenObject | Kind::OpenArray if reader.open.len() >= MAX_DEPTH => {
                reader.too_deep();
                skipping = 1;
            }
            Kind::OpenObject | Kind::OpenArray if reader.is_unread() => {
                reader.put(Value::Null);
                skipping = 1;
            }
            Kind::OpenObject => reader.open(Value::Object(Map::new())),
            Kind::OpenArray => reader.open(Value::Array(Vec::new())),
            Kind::CloseObject | Kind::CloseArray => {
                let closed = reader.open.pop().ok_or(Invalid)?;
                reader.put(closed.value);
            }
            Kind::Key => reader.name(token_text),
            Kind::Text | Kind::Plain => reader.scalar(token_text),
        }
    }
    Ok((reader.done, reader.notes))
}

struct Reader<'s> {
    root: &'s Value,
    open: Vec<Frame<'s>>,
    notes: Vec<Note>,
    done: Value,
}

impl<'s> Reader<'s> {
    fn note(&mut self, path: String, message: &'static str, unreadable: bool) {
        self.notes.push(Note {
            path,
            message,
            unreadable,
        });
    }

    /// The path and the schemas of the value that comes next.
    fn next_value(&mut self) -> (String, Schemas<'s>) {
        let root = self.root;
        let Some(frame) = self.open.last_mut() else {
            let mut schemas = Vec::new();
            expand(root, root, &mut schemas);
            return (String::new(), schemas.into());
        };
        match (&frame.member, &frame.value) {
            (Some((name, _)), _) => {
                let schemas = member_schemas(root, &frame.schemas, name);
                (join(&frame.path, name), schemas)
            }
            (None, Value::Array(items)) => {
                let path = join(&frame.path, &items.len().to_string());
                if let Some(schemas) = &frame.items {
                    return (path, Rc::clone(schemas));
                }
                let (schemas, shared) = item_schemas(root, &frame.schemas, items.len());
                if shared {
                    frame.items = Some(Rc::clone(&schemas));
                }
                (path, schemas)
            }
            _ => (frame.path.clone(), Rc::from([])),
        }
    }

    /// Whether nobody reads the value that comes next. Its name alone may be of interest.
    fn is_unread(&mut self) -> bool {
        self.next_value().1.is_empty()
    }

    fn open(&mut self, value: Value) {
        let (path, schemas) = self.next_value();
        self.open.push(Frame {
            value,
            path,
            schemas,
            member: None,
            items: None,
        });
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut() {
            None => self.done = value,
            Some(frame) => match (&mut frame.value, frame.member.take()) {
                (Value::Array(items), _) => items.push(value),
                (Value::Object(members), Some((name, true))) => {
                    members.insert(name, value);
                }
                _ => {}
            },
        }
    }

    fn name(&mut self, quoted: &str) {
        let Some(frame) = self.open.last_mut() else {
            return;
        };
        let Some(name) = decode(quoted).map(Cow::into_owned) else {
            frame.member = Some((String::new(), false));
            if !frame.schemas.is_empty() {
                let path = frame.path.clone();
                self.note(path, "Has a name that is no valid text", false);
            }
            return;
        };
        let known = frame.value.get(&name).is_some();
        let repeated = known && declares(&frame.schemas, &name);
        let path = repeated.then(|| join(&frame.path, &name));
        // Of members that nobody declares the last one counts, as in a map.
        frame.member = Some((name, !repeated));
        if let Some(path) = path {
            self.note(path, "Given more than once", false);
        }
    }

    fn scalar(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(value) => self.put(value),
            Err(_) => {
                let (path, schemas) = self.next_value();
                if !schemas.is_empty() {
                    let message = if text.starts_with('"') {
                        "Must be a valid text"
                    } else {
                        "Number out of range"
                    };
                    self.note(path, message, true);
                }
                self.put(Value::Null);
            }
        }
    }

    /// Notes at the outermost member that it nests too deep.
    fn too_deep(&mut self) {
        let (_, schemas) = self.next_value();
        if !schemas.is_empty() {
            let outermost = self.open.get(1).map(|frame| frame.path.clone());
            self.note(outermost.unwrap_or_default(), "Nested too deep", true);
        }
        self.put(Value::Null);
    }
}

/// Whether a schema leaves open what it is about, so that everything in the value is kept.
fn is_open(schema: &Value) -> bool {
    const SAYS: [&str; 10] = [
        "type",
        "properties",
        "$ref",
        "anyOf",
        "oneOf",
        "allOf",
        "enum",
        "const",
        "items",
        "prefixItems",
    ];
    match schema {
        Value::Object(schema) => !SAYS.iter().any(|keyword| schema.contains_key(*keyword)),
        schema => *schema == Value::Bool(true),
    }
}

fn declares(schemas: &[&Value], name: &str) -> bool {
    let mut declared = schemas.iter().filter_map(|schema| schema.get("properties"));
    declared.any(|members| members.get(name).is_some())
}

/// The schemas of a member of an object that `schemas` are about.
fn member_schemas<'s>(root: &'s Value, schemas: &[&'s Value], name: &str) -> Schemas<'s> {
    let mut found = Vec::new();
    for schema in schemas.iter().copied() {
        if is_open(schema) {
            expand(root, schema, &mut found);
        }
        let declared = schema.get("properties").and_then(|p| p.get(name));
        if let Some(declared) = declared {
            expand(root, declared, &mut found);
            continue;
        }
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        for other in patterns.into_iter().flat_map(Map::values).chain(others) {
            if *other != Value::Bool(false) {
                expand(root, other, &mut found);
            }
        }
    }
    found.into()
}

/// The schemas of an element of a list that `schemas` are about, and whether the elements behind
/// it have the same.
fn item_schemas<'s>(root: &'s Value, schemas: &[&'s Value], index: usize) -> (Schemas<'s>, bool) {
    let mut found = Vec::new();
    let mut shared = true;
    for schema in schemas.iter().copied() {
        if is_open(schema) {
            expand(root, schema, &mut found);
        }
        let first = schema.get("prefixItems").and_then(Value::as_array);
        let first = first.and_then(|first| first.get(index));
        shared &= first.is_none();
        if let Some(item) = first.or_else(|| schema.get("items")) {
            expand(root, item, &mut found);
        }
    }
    (found.into(), shared)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::scan::tests::any_json;
    use super::*;

    fn notes(schema: &Value, text: &str) -> Vec<String> {
        let (_, notes) = read(schema, text).expect("JSON");
        notes.into_iter().map(|note| note.path).collect()
    }

    fn tree() -> Value {
        json!({
            "type": "object",
            "properties": {
                "f": {"type": "number"},
                "sub": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
                "list": {"type": "array", "items": {"$ref": "#"}},
                "pair": {"type": "array", "prefixItems": [{"type": "number"}, {"$ref": "#"}]},
                "map": {"type": "object", "additionalProperties": {"type": "number"}},
                "any": true,
            },
        })
    }

    #[test]
    fn what_cannot_be_taken_is_noted_where_it_is_read() {
        for (text, paths) in [
            (r#"{"f":1e999,"sub":{"f":-1e999}}"#, vec!["f", "sub.f"]),
            (r#"{"x":1e999,"x":{"f":1e999},"x":"\ud800"}"#, vec![]),
            (
                r#"{"list":[{"f":1},{"f":1e999,"f":1}]}"#,
                vec!["list.1.f", "list.1.f"],
            ),
            (
                r#"{"pair":[1e999,{"f":1e999},{"f":1e999}]}"#,
                vec!["pair.0", "pair.1.f"],
            ),
            (r#"{"map":{"a":1,"a":2,"b":1e999}}"#, vec!["map.b"]),
            (r#"{"any":{"a":1,"a":[1e999]}}"#, vec!["any.a.0"]),
            (
                r#"{"sub":1,"f":"\udfff","sub":{"\ud800":1}}"#,
                vec!["f", "sub", "sub"],
            ),
            (r#"{"\ud800":1}"#, vec![""]),
            ("1e999", vec![""]),
        ] {
            assert_eq!(notes(&tree(), text), paths, "{text}");
        }
    }

    #[test]
    fn nesting_is_noted_at_its_member() {
        let deep = |name: &str, depth| {
            let open = format!(r#"{{"{name}":"#).repeat(depth);
            format!("{open}1{}", "}".repeat(depth))
        };
        assert_eq!(notes(&tree(), &deep("sub", 127)), [""; 0]);
        assert_eq!(notes(&tree(), &deep("sub", 128)), ["sub"]);
        assert_eq!(notes(&tree(), &deep("sub", 100_000)), ["sub"]);
        assert_eq!(notes(&tree(), &deep("x", 100_000)), [""; 0]);
        let limit = |depth| serde_json::from_str::<Value>(&deep("sub", depth)).is_ok();
        assert!(limit(127) && !limit(128));
    }

    proptest! {
        #[test]
        fn what_has_no_repeats_is_read_alike(json in any_json()) {
            // Some names are repeated.
            let json = json.to_string().replace('b', "a");
            if let Ok(Once(value)) = serde_json::from_str(&json) {
                let noted = read_noting(&Value::Bool(true), &json);
                let (noted, notes) = noted.unwrap_or_else(|_| panic!("no JSON: {json}"));
                prop_assert!(notes.is_empty());
                prop_assert_eq!(value.to_string(), noted.to_string());
            }
        }

        #[test]
        fn reads_as_serde_json_does(value in any_json()) {
            let read = read(&Value::Bool(true), &value.to_string());
            prop_assert!(read.is_ok_and(|(read, notes)| read == value && notes.is_empty()));
        }

        #[test]
        fn any_text_is_safe(text in r#"[{}\[\]",:a1e9 \\]{0,16}|.{0,8}"#) {
            let _ = read(&tree(), &text);
        }
    }
}
