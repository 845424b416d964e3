//! That all ways of judging an input agree, on inputs that nobody thought of.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::schema::scan::tests::any_json;
use crate::schema::{limits, read::read};

/// Values that are near to what `Typed` takes.
fn near_typed() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        4 => any::<i64>().prop_map(|v| v.to_string()),
        2 => any::<bool>().prop_map(|v| v.to_string()),
        2 => "[a-c]{0,2}".prop_map(|v| format!("\"{v}\"")),
        2 => (-9.0..9.0).prop_map(|v: f64| v.to_string()),
        4 => prop::sample::select(&[
            "5.0", "1e3", "9223372036854775808", "1e400", "null", "\"alpha\"", "\"beta\"",
            "{\"alpha\":null}", "[]", "[1,2]", "[1,1.0]", "{}", "{\"label\":\"x\"}", "[\"x\",1]",
            "{\"label\":1,\"weight\":2}", "{\"label\":\"\",\"weight\":\"\",\"label\":\"\"}",
        ][..]).prop_map(str::to_owned),
        1 => any_json().prop_map(|v| v.to_string()),
    ];
    let names = ["i", "f", "b", "s", "opt", "items", "kind", "nested", "x"];
    let member = (prop::sample::select(names.to_vec()), value);
    (prop::collection::vec(member, 0..5), any::<bool>()).prop_map(|(mut members, whole)| {
        // In half of the cases all that is needed is there.
        let good = [("i", "1"), ("f", "2"), ("b", "true"), ("s", "\"x\"")];
        for (name, value) in good.into_iter().filter(|_| whole) {
            if members.iter().all(|(known, _)| *known != name) {
                members.push((name, value.to_owned()));
            }
        }
        let members = members
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

fn typed_schema() -> &'static InputSchema {
    static SCHEMA: OnceLock<InputSchema> = OnceLock::new();
    SCHEMA.get_or_init(InputSchema::of::<Typed>)
}

fn many_schema() -> &'static InputSchema {
    static SCHEMA: OnceLock<InputSchema> = OnceLock::new();
    SCHEMA.get_or_init(InputSchema::of::<Many>)
}

/// The text of a query that holds `pairs`.
fn encode(pairs: &[(&str, String)]) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(n, v)| format!("{n}={}", encode(v)))
        .collect();
    pairs.join("&")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_taken_fits_the_schema(text in near_typed()) {
        let schema = typed_schema();
        if from_json::<Typed>(&text).is_ok() {
            let (value, notes) = read(schema.schema(), &text).expect("JSON");
            prop_assert!(notes.is_empty(), "{}", text);
            let validator = limits::compile(schema.schema()).expect("a schema");
            prop_assert!(validator.is_valid(&value), "{}", text);
        } else {
            let fields = schema.explain_json::<Typed>(&text);
            prop_assert!(!fields.is_empty() && !fields.contains("__all__"), "{}: {:?}", text, fields);
        }
    }

    /// A field is reported exactly if the input that has it alone, beside good ones, is refused.
    #[test]
    fn every_wrong_field_is_reported(text in near_typed()) {
        let members: BTreeMap<String, Box<serde_json::value::RawValue>> =
            serde_json::from_str(&text).expect("JSON");
        if members.len() != text_members(&text) {
            return Ok(());
        }
        let good: BTreeMap<String, Value> = serde_json::from_str(&typed("")).expect("JSON");
        let mut wrong: Vec<&str> = good.keys().map(String::as_str).collect();
        wrong.retain(|name| !members.contains_key(*name));
        for (name, value) in &members {
            let mut alone: BTreeMap<&str, String> =
                good.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect();
            alone.insert(name, value.get().to_owned());
            let alone: Vec<_> = alone.iter().map(|(n, v)| format!("\"{n}\":{v}")).collect();
            if from_json::<Typed>(&format!("{{{}}}", alone.join(","))).is_err() {
                wrong.push(name);
            }
        }
        wrong.sort_unstable();
        if wrong.is_empty() {
            prop_assert!(from_json::<Typed>(&text).is_ok(), "{}", text);
        } else {
            let fields = typed_schema().explain_json::<Typed>(&text);
            let mut seen: Vec<_> = paths(&fields)
                .into_iter()
                .map(|path| path.split_once('.').map_or(path, |(first, _)| first))
                .collect();
            seen.dedup();
            prop_assert_eq!(seen, wrong, "{}: {:?}", text, fields);
        }
    }

    #[test]
    fn queries_are_read_alike(
        pairs in prop::collection::vec(
            (
                prop::sample::select(&["i", "f", "b", "s", "opt", "items", "kind", "nested", "x"][..]),
                prop_oneof![
                    3 => any::<i64>().prop_map(|v| v.to_string()),
                    3 => any::<f64>().prop_map(|v| ryu_js::Buffer::new().format(v).to_owned()),
                    3 => any::<bool>().prop_map(|v| v.to_string()),
                    2 => prop::sample::select(
                        &["", "0", "-0", "01", "1.0", "alpha", "beta", "null", "9223372036854775808"][..]
                    ).prop_map(str::to_owned),
                    1 => any::<String>(),
                ],
            ),
            0..6,
        ),
        whole in 0..4,
    ) {
        let mut all = pairs;
        if whole > 0 {
            let good = [("i", "1"), ("f", "0.5"), ("b", "true"), ("s", "x")];
            for (name, value) in good {
                if all.iter().all(|(known, _)| *known != name) {
                    all.push((name, value.to_owned()));
                }
            }
        }
        let text = encode(&all);
        let query = Query::parse(&text).expect("UTF-8");
        let quick = from_query::<Typed>(&query);
        let by_schema = typed_schema().coerce_query::<Typed>(&query);
        if let Err(fields) = &by_schema {
            prop_assert!(!paths(fields).is_empty());
        }
        prop_assert_eq!(quick.ok(), by_schema.ok(), "{}", text);
    }

    #[test]
    fn any_text_is_safe(text in r#"[{}\[\]",:ifbs1e9.nul \\]{0,24}|\PC{0,8}"#) {
        let _ = typed_schema().explain_json::<Typed>(&text);
        let _ = many_schema().explain_json::<Many>(&text);
        if let Ok(query) = Query::parse(&text) {
            let _ = typed_schema().coerce_query::<Typed>(&query);
        }
    }
}

/// How many members the object in `text` has at its top, repeated ones counted.
fn text_members(text: &str) -> usize {
    use crate::schema::scan::{Kind, Scanner};
    let mut scanner = Scanner::new(text);
    let (mut depth, mut members) = (0, 0);
    while let Ok(Some(token)) = scanner.next() {
        match token.kind {
            Kind::OpenArray | Kind::OpenObject => depth += 1,
            Kind::CloseArray | Kind::CloseObject => depth -= 1,
            Kind::Key if depth == 1 => members += 1,
            _ => {}
        }
    }
    members
}
