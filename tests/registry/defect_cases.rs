//! The smallest registry that has a defect, for each defect.

use mizan::{Context, Defect, Function, Params, RegistryBuilder};

use super::{PLAIN, THING, any_item, bare, by_list, by_text, item, items, keyed, named, new};

fn text(text: &str) -> String {
    text.to_owned()
}

pub(super) fn cases() -> Vec<(RegistryBuilder, Vec<Defect>)> {
    let many = Context::new("many");
    let many = many.key("a").key("b").key("c").key("d").key("e");
    let many = many.key("f").key("g").key("h").key("i");
    vec![
        (
            new().function(named("9lives")),
            vec![Defect::InvalidName {
                what: "function",
                name: text("9lives"),
            }],
        ),
        (
            new().function(named("a").context(Context::new("no name"))),
            vec![Defect::InvalidName {
                what: "context",
                name: text("no name"),
            }],
        ),
        (
            new().function(named("a")).function(named("a")),
            vec![Defect::DuplicateFunction {
                function: text("a"),
            }],
        ),
        (
            new().state(1_u8).state(2_u8),
            vec![Defect::DuplicateState { state: text("u8") }],
        ),
        (
            new().function(Function::new("bare", bare)),
            vec![Defect::InputIsNoObject {
                function: text("bare"),
            }],
        ),
        (
            new().function(named("a").context(PLAIN).context(Context::GLOBAL)),
            vec![Defect::SeveralContexts {
                function: text("a"),
            }],
        ),
        (
            new().function(named("a").context(PLAIN).private()),
            vec![Defect::PrivateReader {
                function: text("a"),
            }],
        ),
        (
            new().function(named("a").context(PLAIN).affects(PLAIN)),
            vec![Defect::ReaderAffects {
                function: text("a"),
            }],
        ),
        (
            new().function(named("a").affects(PLAIN)),
            vec![Defect::UnknownContext {
                function: text("a"),
                effect: "affects",
                context: text("plain"),
            }],
        ),
        (
            new().function(named("a").merge(PLAIN)),
            vec![Defect::UnknownContext {
                function: text("a"),
                effect: "merges into",
                context: text("plain"),
            }],
        ),
        (
            new().function(Function::new("a", keyed).affects_params(|_, _, _| Ok(Params::new()))),
            vec![Defect::NothingToScope {
                function: text("a"),
            }],
        ),
        (
            new()
                .function(Function::new("a", keyed).context(THING))
                .function(Function::new("b", keyed).context(Context::new("thing"))),
            vec![Defect::DivergingKeys {
                context: text("thing"),
                function: text("b"),
            }],
        ),
        (
            new()
                .function(Function::new("a", keyed).context(THING))
                .function(named("b").affects(Context::new("thing").key("other"))),
            vec![Defect::DivergingKeys {
                context: text("thing"),
                function: text("b"),
            }],
        ),
        (
            new().function(named("a").context(THING)),
            vec![Defect::MissingKey {
                context: text("thing"),
                key: text("id"),
                function: text("a"),
            }],
        ),
        (
            new().function(Function::new("a", by_list).context(THING)),
            vec![Defect::MissingKey {
                context: text("thing"),
                key: text("id"),
                function: text("a"),
            }],
        ),
        (
            new()
                .function(Function::new("a", keyed).context(PLAIN))
                .function(Function::new("b", by_text).context(PLAIN)),
            vec![Defect::DivergingParameter {
                context: text("plain"),
                parameter: text("id"),
                first: text("a"),
                other: text("b"),
            }],
        ),
        (
            new()
                .function(named("a").local())
                .function(named("b").context(Context::new("a"))),
            vec![Defect::SharedLocal { context: text("a") }],
        ),
        (
            new()
                .function(named("a").context(PLAIN))
                .function(Function::new("b", item).merge(PLAIN)),
            vec![Defect::NoSlot {
                function: text("b"),
                context: text("plain"),
                list: false,
            }],
        ),
        (
            new()
                .function(Function::new("a", item).context(THING))
                .function(Function::new("b", item).merge_by(THING, "name")),
            vec![Defect::NoSlot {
                function: text("b"),
                context: text("thing"),
                list: true,
            }],
        ),
        (
            new()
                .function(Function::new("a", item).context(THING))
                .function(Function::new("b", item).context(THING))
                .function(Function::new("c", item).merge(THING)),
            vec![Defect::AmbiguousSlot {
                function: text("c"),
                context: text("thing"),
                slots: vec![text("a"), text("b")],
            }],
        ),
        (
            new()
                .function(Function::new("a", any_item).context(PLAIN))
                .function(Function::new("b", item).merge(PLAIN)),
            vec![Defect::UnscopedSlot {
                function: text("b"),
                slot: text("a"),
            }],
        ),
        (
            new()
                .function(Function::new("a", items).context(THING))
                .function(Function::new("b", item).merge_by(THING, "nome")),
            vec![Defect::NoMergeKey {
                function: text("b"),
                key: text("nome"),
            }],
        ),
        (
            new().function(Function::new("a", keyed).context(many)),
            [Defect::TooManyKeys {
                context: text("many"),
            }]
            .into_iter()
            .chain("abcdefgh".chars().map(|key| Defect::MissingKey {
                context: text("many"),
                key: key.to_string(),
                function: text("a"),
            }))
            .collect(),
        ),
    ]
}
