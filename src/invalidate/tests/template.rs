//! Texts that were put together at registration, against those of the entries themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;

use super::model::scalar;
use crate::invalidate::header::MAX_LEN;
use crate::invalidate::{Entries, Entry, Params, Scalar, Scoped, Template, Told};
use crate::params;

type Context = (Cow<'static, str>, Vec<Box<str>>);

fn context() -> impl Strategy<Value = Context> {
    let name = prop_oneof![4 => "[A-D]", 1 => "[ -~é]{1,3}"];
    let key = prop_oneof![6 => "[a-c]", 1 => "[ -~é]{0,3}"].prop_map(String::into_boxed_str);
    (name.prop_map(Cow::Owned), vec(key, 0..3))
}

/// The entries without a template.
fn entries(contexts: &[Context], scope: &Params) -> Entries {
    let entry = |(name, keys): &Context| {
        let mut scope = scope.clone();
        scope.retain(|name, _| keys.iter().any(|key| **key == *name));
        Entry::scoped(name.clone(), scope)
    };
    contexts.iter().map(entry).collect()
}

fn template(contexts: &[Context]) -> Option<Template> {
    Template::new(contexts.iter().map(|(name, keys)| (name, &**keys)))
}

fn check(template: Template, scope: Params, expected: &Entries) -> Result<(), TestCaseError> {
    let header = expected.header_value().unwrap();
    prop_assert_eq!(&template.header_value(&scope), &header);
    let mut json = b"before ".to_vec();
    expected.write_json(&mut json);

    let scoped = Scoped::new(&Arc::new(template), scope);
    let mut written = None;
    let body = scoped.with_header(b"body".to_vec(), &mut written);
    prop_assert_eq!(&*body, b"body");
    prop_assert_eq!(written, Some(header));

    let told = Told::Scoped(scoped);
    let mut written = b"before ".to_vec();
    told.write_json(&mut written);
    prop_assert_eq!(written, json);
    prop_assert!(!told.is_empty());
    prop_assert_eq!(told.entries(), expected);
    prop_assert_eq!(&told.into_entries(), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_template_says_what_its_entries_do(
        contexts in vec(context(), 0..4),
        values in vec(weighted(0.9, scalar()), 12),
    ) {
        let wanted = contexts.iter().flat_map(|(_, keys)| keys);
        let values: BTreeMap<&str, Option<Scalar>> = wanted
            .zip(values)
            .map(|(key, value)| (&**key, value.map(|(value, _)| value)))
            .collect();
        let scope: Params = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let repeated = (1..contexts.len())
            .any(|at| contexts[..at].iter().any(|known| known.0 == contexts[at].0));
        match template(&contexts) {
            None => prop_assert!(repeated || contexts.is_empty()),
            Some(_) if repeated => prop_assert!(false, "a context comes twice"),
            Some(template) if scope.len() == values.len() => {
                prop_assert!(template.takes(&scope));
                let expected = entries(&contexts, &scope);
                check(template, scope, &expected)?;
            }
            Some(template) => prop_assert!(!template.takes(&scope)),
        }
    }
}

#[test]
fn two_kib_and_one_byte_more() {
    let contexts = [
        (Cow::Borrowed("q"), vec!["t".into()]),
        (Cow::Borrowed("team"), vec![]),
    ];
    // `q;t=` and `, team`
    let fits = MAX_LEN - 10;
    for (text, header) in [
        ("x".repeat(fits), format!("q;t={}, team", "x".repeat(fits))),
        ("x".repeat(fits + 1), "q, team".to_owned()),
        ("x".repeat(MAX_LEN + 1), "q, team".to_owned()),
        (" ".repeat(1_000), "q, team".to_owned()),
    ] {
        let scope = params! { "t": text };
        let template = template(&contexts).unwrap();
        assert_eq!(template.header_value(&scope), &*header);
        check(template, scope.clone(), &entries(&contexts, &scope)).unwrap();
    }
}
