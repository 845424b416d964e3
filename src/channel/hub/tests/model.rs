//! Random comings and goings over two nodes, against lists.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::nodes::settle;
use crate::channel::MemoryNodes;
use crate::channel::testing::{Client, builder, room, said};
use crate::identity::User;
use crate::registry::Registry;

const CONNECTIONS: usize = 5;
const ROOMS: [&str; 3] = ["a", "b", "c"];
const USERS: [Option<&str>; 3] = [None, Some("ada"), Some("bob")];

#[derive(Clone, Debug)]
enum Step {
    Subscribe {
        who: usize,
        room: usize,
        spelling: usize,
    },
    Unsubscribe {
        who: usize,
        room: usize,
    },
    Say {
        who: usize,
        room: usize,
        others: bool,
    },
    Push {
        node: usize,
        room: usize,
    },
    PushTo {
        node: usize,
        room: usize,
        user: usize,
    },
    Become {
        who: usize,
        user: usize,
    },
    Drop {
        who: usize,
    },
    Missed,
}

fn step() -> impl Strategy<Value = Step> {
    let (who, room, node) = (0..CONNECTIONS, 0..ROOMS.len(), 0..2_usize);
    let user = 0..USERS.len();
    prop_oneof![
        4 => (who.clone(), room.clone(), 0..2_usize)
            .prop_map(|(who, room, spelling)| Step::Subscribe { who, room, spelling }),
        2 => (who.clone(), room.clone()).prop_map(|(who, room)| Step::Unsubscribe { who, room }),
        3 => (who.clone(), room.clone(), any::<bool>())
            .prop_map(|(who, room, others)| Step::Say { who, room, others }),
        2 => (node.clone(), room.clone()).prop_map(|(node, room)| Step::Push { node, room }),
        2 => (node, room, 1..USERS.len())
            .prop_map(|(node, room, user)| Step::PushTo { node, room, user }),
        2 => (who.clone(), user).prop_map(|(who, user)| Step::Become { who, user }),
        1 => who.prop_map(|who| Step::Drop { who }),
        1 => Just(Step::Missed),
    ]
}

fn params(room: usize, spelling: usize) -> Value {
    match spelling {
        0 => json!({"room": ROOMS[room]}),
        _ => json!({"room": ROOMS[room], "x": 1}),
    }
}

/// What a connection should know and hear.
#[derive(Default)]
struct Model {
    user: Option<&'static str>,
    subscriptions: Vec<(usize, Value)>,
    due: Vec<Value>,
}

impl Model {
    fn spelling(&self, room: usize) -> Option<&Value> {
        let mut all = self.subscriptions.iter();
        all.find(|(own, _)| *own == room).map(|(_, params)| params)
    }

    fn hear(&mut self, room: usize, text: &str) {
        if let Some(params) = self.spelling(room).cloned() {
            self.due.push(json!({"channel": "chat", "params": params, "type": "ServerMessage", "data": {"text": text}}));
        }
    }
}

struct World {
    nodes: MemoryNodes,
    registries: [Registry; 2],
    clients: Vec<Client>,
    models: Vec<Model>,
}

impl World {
    fn new() -> Self {
        let nodes = MemoryNodes::new();
        let registries = [(); 2].map(|()| builder().backplane(nodes.node()).build().unwrap());
        let clients = (0..CONNECTIONS).map(|who| Client::new(&registries[who % 2]));
        Self {
            clients: clients.collect(),
            models: (0..CONNECTIONS).map(|_| Model::default()).collect(),
            nodes,
            registries,
        }
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Subscribe {
                who,
                room,
                spelling,
            } => {
                let params = params(room, spelling);
                self.clients[who]
                    .subscribe("chat", &params.to_string())
                    .await;
                let model = &mut self.models[who];
                if model.spelling(room).is_some() {
                    model.due.push(json!({"error": "Already subscribed to chat", "channel": "chat", "params": params}));
                } else {
                    model
                        .due
                        .push(json!({"subscribed": true, "channel": "chat", "params": params}));
                    model.subscriptions.push((room, params));
                }
            }
            Step::Unsubscribe { who, room } => {
                let params = params(room, 0);
                self.clients[who]
                    .unsubscribe("chat", &params.to_string())
                    .await;
                let model = &mut self.models[who];
                model.subscriptions.retain(|(own, _)| *own != room);
                model
                    .due
                    .push(json!({"unsubscribed": true, "channel": "chat", "params": params}));
            }
            Step::Say { who, room, others } => {
                let params = params(room, 0);
                let text = if others { "others" } else { "yo" };
                let data = json!({"text": text}).to_string();
                self.clients[who]
                    .message("chat", &params.to_string(), &data)
                    .await;
                if self.models[who].spelling(room).is_none() {
                    self.models[who].due.push(json!({"error": "Not subscribed to chat", "channel": "chat", "params": params}));
                    return;
                }
                for (other, model) in self.models.iter_mut().enumerate() {
                    if !(others && other == who) {
                        model.hear(room, text);
                    }
                }
            }
            Step::Push { node, room: number } => {
                let channels = self.registries[node].channels();
                channels
                    .push("chat", &room(ROOMS[number]), &said("push"))
                    .await
                    .unwrap();
                for model in &mut self.models {
                    model.hear(number, "push");
                }
            }
            Step::PushTo {
                node,
                room: number,
                user,
            } => {
                let channels = self.registries[node].channels();
                let (room, said) = (room(ROOMS[number]), said("one"));
                let id = USERS[user].unwrap();
                channels
                    .push_to_user("chat", &room, id, &said)
                    .await
                    .unwrap();
                for model in self.models.iter_mut().filter(|m| m.user == Some(id)) {
                    model.hear(number, "one");
                }
            }
            Step::Become { who, user } => {
                self.models[who].user = USERS[user];
                let subscriptions = &mut self.clients[who].subscriptions;
                subscriptions.set_user(USERS[user].map(User::new));
                subscriptions.check_anew().await;
            }
            Step::Drop { who } => {
                self.clients[who] = Client::new(&self.registries[who % 2]);
                self.models[who] = Model::default();
            }
            Step::Missed => {
                self.nodes.mend();
                for model in &mut self.models {
                    // Which group is told first is nobody's business: one at a time.
                    if let [(_, params)] = &*model.subscriptions {
                        model
                            .due
                            .push(json!({"type": "Missed", "channel": "chat", "params": params}));
                    }
                }
            }
        }
    }

    async fn check(&mut self, step: &Step) {
        settle().await;
        for who in 0..CONNECTIONS {
            let model = &mut self.models[who];
            let mut received = self.clients[who].received();
            if matches!(step, Step::Missed) && model.subscriptions.len() != 1 {
                assert_eq!(received.len(), model.subscriptions.len());
                received.clear();
            }
            assert_eq!(
                received,
                std::mem::take(&mut model.due),
                "{who} after {step:?}"
            );
        }
        for (number, name) in ROOMS.into_iter().enumerate() {
            for node in 0..2 {
                let of_node = self
                    .models
                    .iter()
                    .enumerate()
                    .filter(|(who, _)| who % 2 == node);
                let expected = of_node.filter(|(_, model)| model.spelling(number).is_some());
                let hub = self.registries[node].hub();
                let present = hub.present_here(&format!("chat:{name}"));
                let counted: usize = present.iter().map(|present| present.connections).sum();
                assert_eq!(counted, expected.count(), "{step:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn as_in_the_model(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new();
            for step in &steps {
                world.take(step).await;
                world.check(step).await;
            }
            world.clients.clear();
            for registry in &world.registries {
                assert!(registry.hub().is_empty());
            }
        });
    }
}
