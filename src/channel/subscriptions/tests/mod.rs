mod bursts;
mod failing;
mod identity;
mod table;
mod told;

fn is_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn operations_can_move_between_threads() {
    let registry = crate::channel::testing::registry();
    let mut client = crate::channel::testing::Client::new(&registry);
    let subscriptions = &mut client.subscriptions;
    drop(is_send(subscriptions.subscribe("chat", None)));
    drop(is_send(subscriptions.unsubscribe("chat", None)));
    drop(is_send(subscriptions.message("chat", None, None)));
    drop(is_send(subscriptions.check_anew()));
    drop(is_send(client.subscriptions.end()));
}
