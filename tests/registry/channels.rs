//! Channels in a registry: what is refused, what is told, and the hash over it.

use mizan::channel::{Channel, Never, Settings, Subscriber};
use mizan::{Call, Defect, Function, Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::marker::PhantomData;

/// Types alone: nothing of them is held.
type Types<P, C, S> = PhantomData<fn() -> (P, C, S)>;

/// A channel of these types.
struct Of<P, C, S>(Settings, Types<P, C, S>);

impl<P, C, S> Of<P, C, S> {
    fn new() -> Self {
        Self::with(Settings::new())
    }

    fn with(settings: Settings) -> Self {
        Self(settings, PhantomData)
    }
}

impl<P, C, S> Channel for Of<P, C, S>
where
    P: DeserializeOwned + Serialize + JsonSchema + Send + Sync + 'static,
    C: DeserializeOwned + JsonSchema + Send + 'static,
    S: Serialize + JsonSchema + Send + Sync + 'static,
{
    type Params = P;
    type ClientMessage = C;
    type ServerMessage = S;

    async fn authorize(&self, _: &Subscriber, _: &P) -> Result<bool> {
        Ok(true)
    }

    fn settings(&self) -> Settings {
        self.0.clone()
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Room {
    room: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Unholdable {
    #[schemars(regex(pattern = "("))]
    text: String,
}

fn answer(_: Call) -> Result<i64> {
    Ok(42)
}

fn contract(builder: RegistryBuilder) -> String {
    builder.build().unwrap().contract().to_owned()
}

#[test]
fn every_defect_is_told_with_the_others() {
    let error = Registry::builder()
        .function(Function::new("not a name", answer))
        .channel("no name", Of::<(), Never, i64>::new())
        .channel("chat", Of::<Room, i64, i64>::new())
        .channel("chat", Of::<Room, i64, i64>::new())
        .channel("list", Of::<Vec<i64>, Never, i64>::new())
        .channel("odd", Of::<Unholdable, Unholdable, Never>::new())
        .build()
        .unwrap_err();
    let text = error.to_string();
    for part in [
        "the function name `not a name` is not of the form",
        "the channel name `no name` is not of the form",
        "the channel `chat` is registered more than once",
        "the parameters of the channel `list` are no object",
        "the schema of the parameters of the channel `odd` cannot be held to",
        "the schema of the messages of the channel `odd` cannot be held to",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(error.defects().len(), 6);
    let duplicate = Defect::DuplicateChannel {
        channel: "chat".into(),
    };
    assert!(error.defects().contains(&duplicate));
}

#[test]
fn what_is_told_of_channels() {
    let settings = Settings::new()
        .presence(true)
        .tell_missed(true)
        .ts_name("talk")
        .description("Talk.");
    let registry = Registry::builder()
        .channel("chat", Of::<Room, Room, String>::with(settings))
        .channel("silent", Of::<(), Never, Never>::new())
        .build()
        .unwrap();
    let mut infos = registry.channel_infos();
    let chat = serde_json::to_value(infos.next().unwrap()).unwrap();
    let [params, client] = ["params", "client"].map(|of| &chat[of]["properties"]["room"]["type"]);
    assert_eq!([params, client], ["string", "string"]);
    let rest = [
        "name",
        "ts_name",
        "description",
        "params_name",
        "client_name",
        "presence",
    ];
    assert_eq!(
        rest.map(|of| chat[of].clone()),
        [
            json!("chat"),
            json!("talk"),
            json!("Talk."),
            json!("Room"),
            json!("Room"),
            json!(true)
        ]
    );
    assert_eq!(chat["server"]["type"], "string");
    assert_eq!(
        (&chat["server_name"], &chat["tells_missed"]),
        (&json!(null), &json!(true))
    );
    let silent = serde_json::to_value(infos.next().unwrap()).unwrap();
    assert_eq!(
        silent,
        json!({"name": "silent", "params": null, "client": null, "server": null,
            "presence": false, "tells_missed": false})
    );
}

#[test]
fn channels_are_part_of_the_contract() {
    let base = || Registry::builder().function(Function::new("answer", answer));
    let without = contract(base());
    let chat = contract(base().channel("chat", Of::<Room, Room, i64>::new()));
    assert_ne!(without, chat);
    for (other, what) in [
        (base().channel("talk", Of::<Room, Room, i64>::new()), "name"),
        (
            base().channel("chat", Of::<(), Room, i64>::new()),
            "parameters",
        ),
        (
            base().channel("chat", Of::<Room, Never, i64>::new()),
            "client's messages",
        ),
        (
            base().channel("chat", Of::<Room, Room, String>::new()),
            "server's messages",
        ),
    ] {
        assert_ne!(contract(other), chat, "{what}");
    }
    let told = Settings::new()
        .presence(true)
        .tell_missed(true)
        .ts_name("talk")
        .description("Talk.")
        .deadline(None);
    assert_eq!(
        contract(base().channel("chat", Of::<Room, Room, i64>::with(told))),
        chat
    );
    let both = |first, second| {
        let of = |name: &'static str| (name, Of::<Room, Room, i64>::new());
        let [(a, first), (b, second)] = [first, second].map(of);
        contract(base().channel(a, first).channel(b, second))
    };
    assert_eq!(both("a", "b"), both("b", "a"));
}

/// The hash of a registry that has none is what it was before there were channels.
#[test]
fn a_registry_without_channels_keeps_its_hash() {
    let registry = Registry::builder().function(Function::new("answer", answer));
    assert_eq!(contract(registry), "ba4e4f6567881eba");
}
