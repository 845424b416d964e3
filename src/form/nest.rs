//! The fields of an HTML form as one JSON object.

use std::collections::BTreeMap;

use serde_json::Value;

use super::coerce::node::Node;
use crate::schema::InputSchema;
use crate::schema::shape::Types;

/// How many members and items a name leads through at most.
const MAX_DEPTH: usize = 16;

/// The last item of a list that a name can tell.
const MAX_INDEX: usize = 1000;

/// Puts named values together as the schema has them; names that it does not know are ignored.
///
/// Dots lead into objects and lists (`address.city`, `items.0.label`), unless the schema has a
/// member of just that name. Items stand in the order of their numbers, without gaps. A name that
/// is given more than once is a list, which no scalar is: the validator refuses it there.
pub(crate) fn nest(
    pairs: impl IntoIterator<Item = (String, Value)>,
    schema: &InputSchema,
) -> Value {
    let root = Node::root(schema);
    let mut tree = Tree::default();
    for (name, value) in pairs {
        if let Some((steps, list)) = steps(&root, &name) {
            tree.insert(&steps, list, value);
        }
    }
    let members = tree.members.into_iter();
    Value::Object(members.map(|(name, tree)| (name, tree.value())).collect())
}

#[derive(Debug, PartialEq)]
enum Step<'n> {
    Member(&'n str),
    Item(usize),
}

/// Whether a file is what the schema has at a name, or a list of files.
pub(crate) fn is_file(schema: &InputSchema, name: &str) -> bool {
    let root = Node::root(schema);
    let Some((_, node)) = follow(&root, name) else {
        return false;
    };
    let parts = node.parts(None);
    let item = parts.item(0).filter(|_| node.types.has(Types::ARRAY));
    parts.is_of_format("binary") || item.is_some_and(|i| i.parts(None).is_of_format("binary"))
}

fn follow<'s, 'n>(root: &Node<'s>, name: &'n str) -> Option<(Vec<Step<'n>>, Node<'s>)> {
    let mut steps = Vec::new();
    let (mut node, mut rest) = step(root, name, &mut steps)?;
    while let Some(name) = rest {
        (node, rest) = step(&node, name, &mut steps)?;
    }
    Some((steps, node))
}

/// Where a name leads, and whether there is a list.
fn steps<'n>(root: &Node<'_>, name: &'n str) -> Option<(Vec<Step<'n>>, bool)> {
    let (steps, node) = follow(root, name)?;
    let scalar = Types::OBJECT.or(Types::STRING).or(Types::BOOLEAN);
    let scalar = scalar.or(Types::INTEGER).or(Types::NUMBER);
    let list = node.types.has(Types::ARRAY) && !node.types.has(scalar);
    Some((steps, list))
}

/// One step into a value, and what of the name is left for the next.
fn step<'s, 'n>(
    node: &Node<'s>,
    name: &'n str,
    steps: &mut Vec<Step<'n>>,
) -> Option<(Node<'s>, Option<&'n str>)> {
    let parts = node.parts(None);
    if let Some(member) = parts.declared(name) {
        steps.push(Step::Member(name));
        return Some((member, None));
    }
    let dots: Vec<usize> = name.match_indices('.').map(|(at, _)| at).collect();
    let cut = |at: usize| Some((name.get(..at)?, name.get(at + 1..)?));
    if dots.len() >= MAX_DEPTH {
        return None;
    }
    // The longest name that is one.
    for (head, tail) in dots.iter().rev().filter_map(|at| cut(*at)) {
        if let Some(member) = parts.declared(head) {
            steps.push(Step::Member(head));
            return Some((member, Some(tail)));
        }
    }
    let first = dots.first().and_then(|at| cut(*at));
    let (head, tail) = first.map_or((name, None), |(head, tail)| (head, Some(tail)));
    if node.types.has(Types::ARRAY)
        && let Some(index) = index(head)
        && let Some(item) = parts.item(index)
    {
        steps.push(Step::Item(index));
        return Some((item, tail));
    }
    let value = parts.additional()?;
    // The key of a map of scalars may have dots.
    let (key, tail) = match value.types {
        types if types == Types::ANY || types.is_scalar() => (name, None),
        _ => (head, tail),
    };
    steps.push(Step::Member(key));
    Some((value, tail))
}

fn index(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let index = text.parse().ok().filter(|_| digits)?;
    (index <= MAX_INDEX).then_some(index)
}

/// What was given under one name and under those that lead through it.
#[derive(Default)]
struct Tree {
    given: Vec<Value>,
    list: bool,
    members: BTreeMap<String, Tree>,
    items: BTreeMap<usize, Tree>,
}

impl Tree {
    fn insert(&mut self, steps: &[Step<'_>], list: bool, value: Value) {
        let mut tree = self;
        for step in steps {
            tree = match step {
                Step::Member(name) => tree.members.entry((*name).to_owned()).or_default(),
                Step::Item(index) => tree.items.entry(*index).or_default(),
            };
        }
        tree.list = list;
        match value {
            Value::Array(values) if list => tree.given.extend(values),
            value => tree.given.push(value),
        }
    }

    /// What leads further counts more than a value of its own.
    fn value(mut self) -> Value {
        if !self.members.is_empty() {
            let members = self.members.into_iter();
            return Value::Object(members.map(|(name, tree)| (name, tree.value())).collect());
        }
        if self.list || !self.items.is_empty() || self.given.len() != 1 {
            let items = self.items.into_values().map(Tree::value);
            return Value::Array(items.chain(self.given).collect());
        }
        self.given.pop().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Item {
        label: String,
        tags: Option<Vec<String>>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Form {
        name: String,
        tags: Vec<String>,
        items: Vec<Item>,
        grid: Vec<Vec<i64>>,
        pair: (i64, Item),
        item: Option<Box<Item>>,
        several: Several,
        map: BTreeMap<String, i64>,
        things: BTreeMap<String, Item>,
        any: Value,
        lists: Lists,
        again: Option<Box<Form>>,
        #[serde(rename = "item.label")]
        dotted: String,
        #[serde(rename = "a.b")]
        deeper: Item,
    }

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Lists(Vec<Lists>);

    #[derive(Deserialize, JsonSchema)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only its schema counts")]
    enum Several {
        One(i64),
        More(Vec<i64>),
    }

    fn nested(pairs: &[(&str, &str)]) -> Value {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        nest(pairs, &InputSchema::of::<Form>())
    }

    #[test]
    fn names_lead_into_values() {
        let table: [(&[(&str, &str)], Value); 18] = [
            (&[("name", "x")], json!({"name": "x"})),
            (&[("name", "")], json!({"name": ""})),
            (&[("name", "x"), ("name", "y")], json!({"name": ["x", "y"]})),
            (&[("tags", "x")], json!({"tags": ["x"]})),
            (
                &[("tags", "x"), ("name", "n"), ("tags", "y")],
                json!({"name": "n", "tags": ["x", "y"]}),
            ),
            (
                &[("tags.7", "z"), ("tags", "w"), ("tags.03", "x")],
                json!({"tags": ["x", "z", "w"]}),
            ),
            (
                &[("items.0.label", "x"), ("items.0.tags", "y")],
                json!({"items": [{"label": "x", "tags": ["y"]}]}),
            ),
            (
                &[("items.9.label", "y"), ("items.2.label", "x")],
                json!({"items": [{"label": "x"}, {"label": "y"}]}),
            ),
            (
                &[("grid.1.0", "3"), ("grid.0", "1"), ("grid.0", "2")],
                json!({"grid": [["1", "2"], ["3"]]}),
            ),
            (
                &[("pair.1.label", "x"), ("pair.0", "1")],
                json!({"pair": ["1", {"label": "x"}]}),
            ),
            (&[("item.label", "x")], json!({"item.label": "x"})),
            (
                &[("item.tags", "x"), ("item", "y")],
                json!({"item": {"tags": ["x"]}}),
            ),
            (&[("a.b.label", "x")], json!({"a.b": {"label": "x"}})),
            (&[("several", "1")], json!({"several": "1"})),
            (
                &[("several", "1"), ("several", "2")],
                json!({"several": ["1", "2"]}),
            ),
            (&[("map.a.b", "1")], json!({"map": {"a.b": "1"}})),
            (
                &[("things.a.label", "x")],
                json!({"things": {"a": {"label": "x"}}}),
            ),
            (
                &[("again.again.name", "x"), ("any", "y")],
                json!({"again": {"again": {"name": "x"}}, "any": "y"}),
            ),
        ];
        for (pairs, value) in table {
            assert_eq!(nested(pairs), value, "{pairs:?}");
        }
    }

    #[test]
    fn unknown_names_are_ignored() {
        for name in [
            "",
            ".",
            "..",
            "x",
            "name.x",
            "name.0",
            "tags[]",
            "tags.x",
            "tags.0.x",
            "tags.-1",
            "tags.+1",
            "tags.",
            "tags.1001",
            "tags.99999999999999999999999",
            "items.0.x",
            "pair.2",
            "item.x",
            "any.x",
            "a",
            "a.b.x",
            "again..name",
        ] {
            assert_eq!(nested(&[(name, "x")]), json!({}), "{name}");
        }
        assert_eq!(nested(&[("tags.1000", "x")]), json!({"tags": ["x"]}));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |depth: usize| {
            let name = format!("{}name", "again.".repeat(depth - 1));
            nested(&[(&name, "x")])
        };
        assert_ne!(deep(MAX_DEPTH), json!({}));
        assert_eq!(deep(MAX_DEPTH + 1), json!({}));
        assert_eq!(deep(100_000), json!({}));
        let deep = |depth: usize| {
            let name = format!("lists{}", ".0".repeat(depth - 1));
            nested(&[(&name, "x")])
        };
        assert_ne!(deep(MAX_DEPTH), json!({}));
        assert_eq!(deep(MAX_DEPTH + 1), json!({}));
    }

    #[test]
    fn values_of_any_kind() {
        let file = json!({"file": 1});
        let pairs = [
            ("tags", json!(["x", "y"])),
            ("tags", file.clone()),
            ("name", file.clone()),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value));
        let seen = nest(pairs, &InputSchema::of::<Form>());
        assert_eq!(seen, json!({"tags": ["x", "y", file], "name": file}));
    }
}
