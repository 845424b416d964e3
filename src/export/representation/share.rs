//! Named types of many documents as one list: what is equal is one, and what is not has its own
//! name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::read::{ROOT, Reader, doc};
use super::types::Type;
use super::{Direction, NamedType, Usage};

/// A schema document, to be read.
pub(super) struct Document<'s> {
    pub(super) schema: &'s serde_json::Value,
    /// The name of its root, where that is a named type.
    pub(super) name: Option<&'s str>,
    pub(super) direction: Direction,
    /// Where in the document the type stands that is asked for, if it is not the root.
    pub(super) at: Option<&'static str>,
}

/// A named type of one document.
struct Node {
    document: usize,
    /// Its name in the document.
    local: String,
    /// Its name, without the number that schemars gives to the second of two.
    base: String,
    ty: Type,
    doc: Option<String>,
    class: usize,
}

/// The types of these documents' roots, in their order, and the named types that they refer to.
pub(super) fn share(documents: &[Document<'_>]) -> (Vec<Type>, Vec<NamedType>) {
    let mut roots = Vec::with_capacity(documents.len());
    let mut nodes = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let root = read(document, at, &mut nodes);
        roots.push(root);
    }
    strip_numbers(&mut nodes);
    let classes = classify(documents, &mut nodes);
    let names = name(documents, &nodes, classes);

    let of_node: HashMap<(usize, &str), usize> = nodes
        .iter()
        .map(|node| ((node.document, node.local.as_str()), node.class))
        .collect();
    let rename = |document: usize| {
        let (of_node, names) = (&of_node, &names);
        move |local: &str| match of_node.get(&(document, local)) {
            Some(class) => names[*class].clone(),
            None => local.to_owned(),
        }
    };
    for (document, root) in roots.iter_mut().enumerate() {
        root.rename(&rename(document));
    }
    let mut types: BTreeMap<usize, NamedType> = BTreeMap::new();
    for node in &nodes {
        let direction = documents[node.document].direction;
        let named = types.entry(node.class).or_insert_with(|| {
            let mut ty = node.ty.clone();
            ty.rename(&rename(node.document));
            NamedType {
                name: names[node.class].clone(),
                usage: Usage::default(),
                ty,
                doc: node.doc.clone(),
            }
        });
        named.usage.add(direction);
    }
    let mut types: Vec<NamedType> = types.into_values().collect();
    types.sort_by(|one, other| one.name.cmp(&other.name));
    (roots, types)
}

/// The type of a document's root; adds the named types that it leads to.
fn read(document: &Document<'_>, at: usize, nodes: &mut Vec<Node>) -> Type {
    let reader = Reader::new(document.schema, document.direction);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut todo: Vec<String> = Vec::new();
    let root = match document.name {
        Some(_) => {
            todo.push(ROOT.to_owned());
            Type::Reference {
                name: ROOT.to_owned(),
            }
        }
        None => {
            let schema = document.at.map(|at| document.schema.pointer(at));
            let schema = schema.unwrap_or(Some(document.schema));
            schema.map_or(Type::Any, |schema| reader.read(schema, &mut Vec::new()))
        }
    };
    root.references(&mut |name| todo.push(name.to_owned()));
    while let Some(local) = todo.pop() {
        if !seen.insert(local.clone()) {
            continue;
        }
        let ty = reader.named(&local);
        ty.references(&mut |name| todo.push(name.to_owned()));
        let base = match (&*local, document.name) {
            (ROOT, Some(name)) => name,
            (ROOT, None) => "Root",
            (local, _) => local,
        };
        nodes.push(Node {
            document: at,
            base: base.to_owned(),
            doc: reader.target(&local).and_then(doc),
            local,
            ty,
            class: 0,
        });
    }
    root
}

/// `Page2` of a document that has a `Page` too is another `Page`, here and wherever it is met.
fn strip_numbers(nodes: &mut [Node]) {
    let mut of_document: BTreeSet<(usize, &str)> = BTreeSet::new();
    for node in nodes.iter() {
        of_document.insert((node.document, &node.base));
    }
    let numbered: BTreeSet<String> = nodes
        .iter()
        .filter(|node| {
            let stem = stem(&node.base);
            stem.len() < node.base.len() && of_document.contains(&(node.document, stem))
        })
        .map(|node| node.base.clone())
        .collect();
    for node in nodes {
        if numbered.contains(&node.base) {
            node.base.truncate(stem(&node.base).len());
        }
    }
}

fn stem(name: &str) -> &str {
    name.trim_end_matches(|last: char| last.is_ascii_digit())
}

/// Finds out which named types are one: first by name and shape, then by what they refer to, until
/// that tells no more apart. The count of the classes.
fn classify(documents: &[Document<'_>], nodes: &mut [Node]) -> usize {
    let mut at: HashMap<(usize, String), usize> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        at.insert((node.document, node.local.clone()), index);
    }
    let mut count = 0;
    loop {
        let mut classes: HashMap<String, usize> = HashMap::new();
        let found: Vec<usize> = nodes
            .iter()
            .map(|node| {
                let mut ty = node.ty.clone();
                ty.rename(&|local| match at.get(&(node.document, local.to_owned())) {
                    Some(other) => format!("{} {}", nodes[*other].base, nodes[*other].class),
                    None => local.to_owned(),
                });
                let shape = serde_json::to_string(&(&node.base, &node.doc, ty)).unwrap_or_default();
                let next = classes.len();
                *classes.entry(shape).or_insert(next)
            })
            .collect();
        for (node, class) in nodes.iter_mut().zip(found) {
            node.class = class;
        }
        if classes.len() == count || documents.is_empty() {
            return count;
        }
        count = classes.len();
    }
}

/// A name for each class. Classes are numbered in the order of their first documents, which is that
/// of the functions' names.
fn name(documents: &[Document<'_>], nodes: &[Node], classes: usize) -> Vec<String> {
    let mut usage = vec![Usage::default(); classes];
    let mut groups: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for node in nodes {
        usage[node.class].add(documents[node.document].direction);
        groups.entry(&node.base).or_default().insert(node.class);
    }
    let mut names = vec![String::new(); classes];
    let mut taken: BTreeSet<String> = groups.keys().map(|base| (*base).to_owned()).collect();
    for (base, group) in &groups {
        let given = group.iter().any(|class| usage[*class].output);
        let mut own = true;
        for class in group {
            // What comes back is what callers name: it has the type's own name.
            let suffix = match usage[*class].output {
                false if given => "In",
                _ => "",
            };
            let stem = format!("{base}{suffix}");
            let free = if suffix.is_empty() && own {
                own = false;
                stem
            } else {
                let numbered = (2..).map(|number| format!("{stem}{number}"));
                let mut candidates = [stem.clone()].into_iter().chain(numbered);
                candidates
                    .find(|name| !taken.contains(name))
                    .unwrap_or(stem)
            };
            taken.insert(free.clone());
            names[*class] = free;
        }
    }
    names
}
