//! Properties of the whole: what is written is read again, and nothing that changed is spared.

mod collected;
mod model;
mod template;

use std::collections::BTreeMap;

use http::HeaderValue;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use self::model::{Model, entry, json_scalars, model_hits, model_of, near, params, scalar};
use super::header::MAX_LEN;
use super::{Entries, Entry, Scalar, instance_value};

fn read(value: &HeaderValue) -> Entries {
    value.to_str().unwrap().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn headers_are_read_as_they_were_written(
        pushed in vec(entry(), 1..4),
        held in vec(params(), 0..8),
    ) {
        let entries: Entries = pushed.iter().map(|(entry, _)| entry.clone()).collect();
        let value = entries.header_value().unwrap();
        let bare = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%;=, ".contains(byte);
        prop_assert!(value.as_bytes().iter().all(bare), "{:?}", value);
        prop_assert_eq!(value.as_bytes().trim_ascii(), value.as_bytes());

        let whole: Vec<_> = entries.iter().map(Entry::to_string).collect();
        let whole = whole.join(", ");
        let read = read(&value);
        if whole.len() <= MAX_LEN {
            prop_assert_eq!(value.as_bytes(), whole.as_bytes());
            prop_assert_eq!(&read, &entries);
            prop_assert!(read.iter().map(model_of).eq(entries.iter().map(model_of)));
        } else {
            prop_assert!(read.iter().all(Entry::is_broad));
        }
        let held = held.iter().map(|(held, _)| held.clone());
        for held in held.chain(entries.iter().flat_map(near)) {
            for entry in &entries {
                let hit = entry.hits(entry.context(), &held);
                prop_assert!(!hit || read.hits(entry.context(), &held));
            }
        }
    }

    #[test]
    fn instances_are_read_as_they_were_written((entry, model) in entry(), (other, _) in entry()) {
        let value = instance_value(entry.context(), entry.params());
        let read = read(&value);
        let read = read.iter().next().unwrap();
        if entry.to_string().len() <= MAX_LEN {
            prop_assert_eq!(model_of(read), model);
        } else {
            prop_assert_eq!(read, &Entry::broad(entry.context().to_owned()));
        }
        let hit = other.hits(entry.context(), entry.params());
        prop_assert!(!hit || other.hits(read.context(), read.params()));
    }

    #[test]
    fn any_text_parses_or_is_refused(text in prop_oneof![any::<String>(), "[ab ,;=%0-9~é]{0,12}"]) {
        match text.parse::<Entries>() {
            Ok(entries) => if let Some(value) = entries.header_value() {
                prop_assert_eq!(read(&value), entries);
            },
            Err(error) => prop_assert!(error.at() <= text.len()),
        }
    }

    #[test]
    fn scalars_compare_by_their_text((one, one_text) in scalar(), (two, two_text) in scalar()) {
        prop_assert_eq!(one.canonical(), &*one_text);
        prop_assert_eq!(one.to_string(), &*one_text);
        prop_assert_eq!(one.same(&two), one_text == two_text);
        prop_assert_eq!(two.same(&one), one_text == two_text);
        let as_text = Scalar::Text(one_text.into());
        prop_assert!(one.same(&as_text) && as_text.same(&one));
    }

    #[test]
    fn matching_is_section_3(
        (entry, model) in entry(),
        (params, held) in params(),
        context in "[AB]",
    ) {
        prop_assert_eq!(entry.hits(&context, &params), model_hits(&model, &context, &held));
        for params in near(&entry) {
            let (_, held) = model_of(&Entry::scoped("A", params.clone()));
            prop_assert_eq!(entry.hits(&context, &params), model_hits(&model, &context, &held));
        }
    }

    #[test]
    fn entries_keep_order_and_spare_nothing(
        pushed in vec(entry(), 0..10),
        held in vec(params(), 0..8),
    ) {
        let mut model: Vec<Model> = Vec::new();
        for (_, entry) in &pushed {
            let broad = (entry.0.clone(), BTreeMap::new());
            if model.contains(entry) || model.contains(&broad) {
                continue;
            }
            model.retain(|known| known.0 != entry.0 || *entry != broad);
            model.push(entry.clone());
        }
        let entries: Entries = pushed.iter().map(|(entry, _)| entry.clone()).collect();
        prop_assert_eq!(entries.iter().map(model_of).collect::<Vec<_>>(), model);

        let held = held.iter().map(|(held, _)| held.clone());
        for held in held.chain(pushed.iter().flat_map(|(entry, _)| near(entry))) {
            for (entry, _) in &pushed {
                let hit = entry.hits(entry.context(), &held);
                prop_assert!(!hit || entries.hits(entry.context(), &held));
            }
        }
    }

    #[test]
    fn json_says_the_same((params, model) in params()) {
        let written = serde_json::to_string(&params).unwrap();
        prop_assert_eq!(json_scalars(&written), model);
        let entry = Entry::scoped("A", params.clone());
        let expected = match entry.is_broad() {
            true => "\"A\"".to_owned(),
            false => format!(r#"{{"context":"A","params":{written}}}"#),
        };
        prop_assert_eq!(serde_json::to_string(&entry).unwrap(), expected);
        let read: BTreeMap<String, Value> = serde_json::from_str(&written).unwrap();
        let mut integers = read.values().filter_map(|value| value.as_number()?.as_i128());
        prop_assert!(integers.all(|int| int.unsigned_abs() <= 1 << 53));
    }
}
