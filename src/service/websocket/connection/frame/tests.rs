use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// What a message asks for, in one line.
fn told(text: &str) -> String {
    let part = |raw: Option<&RawValue>| raw.map_or("-", RawValue::get).to_owned();
    match parse(text) {
        Ok(Action::Rpc(ask)) => format!("rpc {} {} {}", ask.id, ask.name, ask.args),
        Ok(Action::Ctx(ask)) => format!("ctx {} {} {}", ask.id, ask.name, ask.args),
        Ok(Action::Subscribe(topic)) => {
            format!("subscribe {} {}", topic.channel, part(topic.params))
        }
        Ok(Action::Unsubscribe(topic)) => {
            format!("unsubscribe {} {}", topic.channel, part(topic.params))
        }
        Ok(Action::Message(topic, data)) => {
            let (params, data) = (part(topic.params), part(data));
            format!("message {} {params} {data}", topic.channel)
        }
        Ok(Action::Auth(token)) => format!("auth {token}"),
        Err(Refusal::Invalid) => "invalid".to_owned(),
        Err(Refusal::Unknown(action)) => format!("unknown {action}"),
        Err(Refusal::NoId(action)) => format!("no id {action}"),
        Err(Refusal::Repeated(member)) => format!("repeated {member}"),
        Err(Refusal::NoText(member)) => format!("no text {member}"),
        Err(Refusal::Call { id, error }) => format!("refused {id} {}", error.message()),
    }
}

#[test]
fn every_action_and_every_refusal() {
    for (text, expected) in [
        (
            r#"{"action":"rpc","id":"1","fn":"f","args":{"a": 1}}"#,
            r#"rpc "1" f {"a": 1}"#,
        ),
        (
            r#" { "args" : null , "x":[{}], "fn":"f","id":[0],"\u0061ction":"r\u0070c"} "#,
            "rpc [0] f ",
        ),
        (r#"{"action":"rpc","id":0,"fn":"f"}"#, "rpc 0 f "),
        (
            r#"{"action":"ctx","id":"","context":"c","params":{}}"#,
            r#"ctx "" c {}"#,
        ),
        (
            r#"{"action":"ctx","id":1,"context":"c","fn":"x","fn":"y"}"#,
            "ctx 1 c ",
        ),
        (
            r#"{"action":"subscribe","channel":"c","params":{"r":"\u00e9"}}"#,
            r#"subscribe c {"r":"\u00e9"}"#,
        ),
        (r#"{"action":"subscribe","channel":"c"}"#, "subscribe c -"),
        (
            r#"{"action":"subscribe","channel":"c","params":null}"#,
            "subscribe c null",
        ),
        (
            r#"{"action":"unsubscribe","channel":"","params":5}"#,
            "unsubscribe  5",
        ),
        (
            r#"{"action":"message","channel":"c","params":{},"data":[1, 2]}"#,
            "message c {} [1, 2]",
        ),
        (r#"{"action":"message","channel":"c"}"#, "message c - -"),
        (r#"{"action":"auth","token":"a.b"}"#, "auth a.b"),
        // What a call lacks.
        (r#"{"action":"rpc","fn":"f"}"#, "no id RPC"),
        (r#"{"action":"rpc","id":null,"fn":"f"}"#, "no id RPC"),
        (r#"{"action":"ctx","context":"f"}"#, "no id ctx"),
        (r#"{"action":"rpc","id":1}"#, "refused 1 `fn` is missing"),
        (
            r#"{"action":"rpc","id":1,"fn":""}"#,
            "refused 1 `fn` is missing",
        ),
        (
            r#"{"action":"ctx","id":1,"fn":"f"}"#,
            "refused 1 `context` is missing",
        ),
        (
            r#"{"action":"rpc","id":1,"fn":5}"#,
            "refused 1 `fn` must be a text",
        ),
        (
            r#"{"action":"rpc","id":1,"fn":"f","args":[]}"#,
            "refused 1 `args` must be an object or null",
        ),
        (
            r#"{"action":"ctx","id":1,"context":"f","params":"x"}"#,
            "refused 1 `params` must be an object or null",
        ),
        // What is repeated.
        (
            r#"{"action":"rpc","id":1,"fn":"f","fn":"f"}"#,
            "refused 1 `fn` is given more than once",
        ),
        (
            r#"{"action":"rpc","id":1,"fn":"f","args":{},"args":null}"#,
            "refused 1 `args` is given more than once",
        ),
        (r#"{"action":"rpc","id":1,"id":1,"fn":"f"}"#, "repeated id"),
        (r#"{"action":"rpc","action":"rpc"}"#, "repeated action"),
        (
            r#"{"action":"message","channel":"c","data":1,"data":1}"#,
            "repeated data",
        ),
        (
            r#"{"action":"subscribe","channel":"c","params":{},"params":{}}"#,
            "repeated params",
        ),
        (
            r#"{"action":"subscribe","channel":"c","data":1,"data":1}"#,
            "subscribe c -",
        ),
        // What is no text.
        (r#"{"action":"subscribe"}"#, "no text channel"),
        (r#"{"action":"message","channel":1}"#, "no text channel"),
        (r#"{"action":"auth"}"#, "no text token"),
        (r#"{"action":"auth","token":null}"#, "no text token"),
        // What is no action.
        (r#"{"action":"SUBSCRIBE"}"#, "unknown SUBSCRIBE"),
        (r#"{"action":"watch","id":1}"#, "unknown watch"),
        (r#"{"action":5}"#, "unknown 5"),
        (r#"{"action":null}"#, "unknown null"),
        ("{}", "unknown "),
        // What is no object.
        ("", "invalid"),
        ("[]", "invalid"),
        ("{}{}", "invalid"),
        (r#"{"action":"auth","token":"x",}"#, "invalid"),
        (r#"{"action":"rpc","id":01}"#, "invalid"),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn depth_costs_nothing() {
    let deep = "[".repeat(100_000);
    let text = format!(r#"{{"action":"rpc","id":1,"fn":"f","x":{deep}"#);
    assert_eq!(told(&text), "invalid");
    let closed = format!(r#"{{"id":{deep}1{},"action":"x"}}"#, "]".repeat(100_000));
    assert_eq!(told(&closed), "unknown x");
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((".*", inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_served_or_refused(text in ".*") {
        let _ = parse(&text);
    }

    #[test]
    fn members_of_any_value_in_any_order(
        members in vec((prop::sample::select(NAMES.to_vec()), value()), 0..9),
        action in prop::sample::select(vec!["rpc", "ctx", "subscribe", "message", "auth", "x"]),
        at in any::<prop::sample::Index>(),
    ) {
        let mut written: Vec<(&str, Value)> =
            members.into_iter().filter(|(name, _)| *name != "action").collect();
        written.insert(at.index(written.len() + 1), ("action", json!(action)));
        let text = written
            .iter()
            .map(|(name, value)| format!("{}:{value}", json!(name)))
            .collect::<Vec<_>>()
            .join(" , ");
        let text = format!("{{{text}}}");
        let repeated = |name: &str| written.iter().filter(|(known, _)| *known == name).count() > 1;
        let all: Map<String, Value> =
            written.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let is_text = |name: &str| all.get(name).and_then(Value::as_str);
        let is_args = |name: &str| matches!(all.get(name), None | Some(Value::Null | Value::Object(_)));
        let has_id = !matches!(all.get("id"), None | Some(Value::Null));
        let served = |names: &[&str]| !names.iter().any(|name| repeated(name));
        match parse(&text) {
            Ok(Action::Rpc(ask)) => {
                prop_assert!(served(&["id", "fn", "args"]));
                prop_assert_eq!(Some(&*ask.name), is_text("fn"));
                prop_assert_eq!(Some(&serde_json::from_str(ask.id).unwrap()), all.get("id"));
            }
            Ok(Action::Ctx(ask)) => {
                prop_assert!(served(&["id", "context", "params"]));
                prop_assert_eq!(Some(&*ask.name), is_text("context"));
            }
            Ok(Action::Subscribe(topic)) => {
                prop_assert!(served(&["channel", "params"]));
                prop_assert_eq!(Some(&*topic.channel), is_text("channel"));
            }
            Ok(Action::Message(topic, data)) => {
                prop_assert!(served(&["channel", "params", "data"]));
                prop_assert_eq!(Some(&*topic.channel), is_text("channel"));
                let data = data.map(|data| serde_json::from_str::<Value>(data.get()).unwrap());
                prop_assert_eq!(data.as_ref(), all.get("data"));
            }
            Ok(Action::Auth(token)) => {
                prop_assert!(served(&["token"]));
                prop_assert_eq!(Some(&*token), is_text("token"));
            }
            Ok(Action::Unsubscribe(_)) => prop_assert!(false, "nobody asked for it"),
            Err(Refusal::Invalid) => prop_assert!(false, "{} is an object", text),
            Err(Refusal::Unknown(unknown)) => prop_assert_eq!(&*unknown, "x"),
            Err(Refusal::NoId(_)) => prop_assert!(!has_id),
            Err(Refusal::Repeated(name)) => prop_assert!(repeated(name)),
            Err(Refusal::NoText(name)) => prop_assert!(is_text(name).is_none()),
            Err(Refusal::Call { .. }) => {
                let (name, args) = if action == "rpc" { ("fn", "args") } else { ("context", "params") };
                let whole = is_text(name).is_some_and(|name| !name.is_empty())
                    && is_args(args)
                    && served(&[name, args]);
                prop_assert!(!whole, "{} is refused", text);
            }
        }
    }
}
