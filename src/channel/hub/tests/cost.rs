//! What a broadcast costs does not grow by allocations with the members.

use crate::channel::testing::{Client, registry};
use futures_util::FutureExt;
use serde_json::value::RawValue;

use super::super::Audience;

#[tokio::test]
async fn a_member_costs_no_allocation() {
    let registry = registry();
    let mut clients = Vec::new();
    for number in 0..1000 {
        let mut client = Client::new(&registry);
        let params = format!("{{\"room\":\"a\",\"x\":{}}}", number % 2);
        client.subscribe("chat", &params).await;
        client.texts();
        clients.push(client);
    }
    let topic = &registry.channel("chat").unwrap().topic;
    let data = RawValue::from_string(r#"{"text":"yo"}"#.to_owned()).unwrap();
    let cost = allocation_counter::measure(|| {
        let hub = registry.hub();
        let said = hub.broadcast(topic, "chat:a", Audience::default(), &data);
        assert!(said.now_or_never().is_some());
    });
    // A frame for each of the two texts, made of three pieces.
    assert!(cost.count_total < 16, "{cost:?}");
    assert!(clients.iter_mut().all(|client| client.texts().len() == 1));
}
