//! Channels of every kind, and what a registry has of nothing else.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use mizan::channel::{Channel, Never, Settings, Subscriber};
use mizan::export::Typescript;
use mizan::{Registry, RegistryBuilder, Result};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::node::{Package, bundled, bytes};
use crate::{few, zoo};

/// A channel that has types alone.
struct Typed<P, C, S> {
    settings: Settings,
    types: PhantomData<Types<P, C, S>>,
}

type Types<P, C, S> = fn() -> (P, C, S);

impl<P, C, S> Channel for Typed<P, C, S>
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
        self.settings.clone()
    }
}

fn typed<P, C, S>(settings: Settings) -> Typed<P, C, S> {
    Typed {
        settings,
        types: PhantomData,
    }
}

/// Registers one of each kind.
pub(crate) fn register(builder: RegistryBuilder) -> RegistryBuilder {
    let settings = Settings::new;
    builder
        .channel(
            "keepers.talk",
            typed::<Talk, Remark, Remark>(
                settings()
                    .description("What keepers say of a cage.")
                    .presence(true),
            ),
        )
        .channel("arrivals", typed::<(), Never, String>(settings()))
        .channel(
            "sightings",
            typed::<Anywhere, Sighting, Never>(settings().tell_missed(true)),
        )
        .channel(
            "weather",
            typed::<Region, Never, Option<f64>>(settings().ts_name("the weather")),
        )
        .channel("silence", typed::<(), Never, Never>(settings()))
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Talk {
    cage_id: i64,
    #[serde(default = "english")]
    language: String,
    topics: Option<Vec<String>>,
}

fn english() -> String {
    "en".to_owned()
}

/// Goes in otherwise than it comes out.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Remark {
    text: String,
    #[serde(default)]
    loud: bool,
}

/// Has names that nobody knows beforehand.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Anywhere {
    cage_id: i64,
    #[serde(flatten)]
    rest: BTreeMap<String, i64>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Sighting {
    Egg { count: u8 },
    Nothing,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Region {
    #[serde(default)]
    north: bool,
}

/// A registry of channels and nothing else.
pub(crate) fn alone() -> Registry {
    register(Registry::builder()).build().unwrap()
}

#[test]
fn what_has_no_channel_has_nothing_of_them() {
    for (name, registry) in few::registries() {
        if name == "channels" {
            continue;
        }
        let files = registry.render(Typescript::react()).unwrap();
        for (path, text) in &files {
            let runtime = ["mizan/channels/", "mizan/react-channels/"];
            let runtime = runtime.iter().any(|folder| path.starts_with(folder));
            assert!(!runtime, "{name}: {path}");
            let generated = !path.contains('/');
            assert!(!generated || !text.contains("hannel"), "{name}: {path}");
        }
        let json = serde_json::to_string(&registry.representation()).unwrap();
        assert!(!json.contains("hannel"), "{name}: {json}");
    }
}

#[test]
fn the_runtime_comes_with_the_first_channel() {
    let has = |client: Typescript, folder: &str| {
        let files = alone().render(client).unwrap();
        files.keys().any(|path| path.starts_with(folder))
    };
    assert!(has(Typescript::react(), "mizan/channels/"));
    assert!(has(Typescript::react(), "mizan/react-channels/"));
    assert!(has(Typescript::plain(), "mizan/channels/"));
    assert!(!has(Typescript::plain(), "mizan/react-channels/"));
}

/// Whether a page that consists of this line bundles something of a folder of the client.
fn brings(package: &Package, line: &str, folder: &str) -> bool {
    let inputs = bundled(package, line);
    let all = inputs.as_object().unwrap();
    let mut parts = all.iter().filter(|(path, _)| path.contains(folder));
    parts.any(|(_, part)| part["bytesInOutput"].as_u64() > Some(0))
}

#[test]
fn a_page_bundles_the_socket_where_it_joins() {
    const SOCKET: &str = "/mizan/channels/";
    const HOOK: &str = "/mizan/react-channels/";
    let package = Package::of(&zoo::registry());
    for line in [
        "import { callNest } from './api/calls.js';\nconsole.log(callNest);\n",
        "import { useNest, useResidents } from './api/react.js';\nconsole.log(useNest, useResidents);\n",
        "import { keepersTalkChannel } from './api/calls.js';\nconsole.log(keepersTalkChannel);\n",
        "import { keepersTalkClientMessageSchema } from './api/zod.js';\n\
         console.log(keepersTalkClientMessageSchema);\n",
    ] {
        assert!(!brings(&package, line, SOCKET), "{line}");
        assert!(!brings(&package, line, HOOK), "{line}");
    }

    let line = "import { joinArrivalsChannel } from './api/calls.js';\njoinArrivalsChannel();\n";
    assert!(brings(&package, line, SOCKET));
    assert!(!brings(&package, line, HOOK));
    let calls = bytes(&bundled(&package, line), "calls.ts");
    assert!((1..400).contains(&calls), "{calls} bytes");

    let line = "import { useArrivalsChannel } from './api/react.js';\n\
                console.log(useArrivalsChannel);\n";
    assert!(brings(&package, line, SOCKET) && brings(&package, line, HOOK));
    let hooks = bytes(&bundled(&package, line), "react.ts");
    assert!((1..200).contains(&hooks), "{hooks} bytes");
}
