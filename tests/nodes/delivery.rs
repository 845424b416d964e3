//! Messages between nodes that nothing happens to.

use mizan::channel::Redis;

use crate::node::{GROUP, Node, lively};
use crate::server::Server;
use crate::waiting::eventually;

#[tokio::test]
async fn nodes_hear_each_other_in_order() {
    let server = Server::started();
    let a = Node::member(&server.url()).await;
    let b = Node::member(&server.url()).await;
    for number in 0..1_000 {
        a.say(&format!("a{number}"));
        b.say(&format!("b{number}"));
    }
    for node in [&a, &b] {
        node.hears("a999").await;
        node.hears("b999").await;
        let heard = node.heard_in(GROUP);
        for who in ['a', 'b'] {
            let from: Vec<_> = heard
                .iter()
                .filter(|body| body.first() == Some(&(who as u8)))
                .collect();
            let said: Vec<_> = (0..1_000).map(|number| format!("{who}{number}")).collect();
            assert_eq!(from, said.iter().collect::<Vec<_>>());
        }
        assert_eq!((node.missed(), node.dropped()), (0, 0));
    }
}

#[tokio::test]
async fn a_message_is_any_bytes_and_a_group_any_text() {
    let server = Server::started();
    let group = "chat:\u{1F600} * [a-z]? \r\n\0{}";
    let a = Node::connect(&server.url()).await;
    let b = Node::connect(&server.url()).await;
    b.join(group);
    b.hears_itself(group).await;
    let large = "\0\r\n".repeat(100_000);
    a.say_in(group, &large);
    b.hears(&large).await;
    assert_eq!(b.heard_in(group).len(), 1);
}

#[tokio::test]
async fn a_node_hears_the_groups_that_it_is_in_and_no_others() {
    let server = Server::started();
    let a = Node::connect(&server.url()).await;
    let b = Node::member(&server.url()).await;
    a.say_in("chat:other", "1");
    b.join("chat:other");
    b.hears_itself("chat:other").await;
    a.say_in("chat:other", "2");
    b.hears("2").await;
    b.leave("chat:other");
    eventually("nobody hears the group", || {
        !server.heard().contains(&"mizan:g:chat:other".to_owned())
    })
    .await;
    a.say_in("chat:other", "3");
    a.say("end");
    b.hears("end").await;
    assert_eq!(b.heard_in("chat:other"), ["2"]);
    assert_eq!(b.missed(), 0);
}

#[tokio::test]
async fn joining_and_leaving_in_a_hurry_ends_as_it_was_left() {
    let server = Server::started();
    let node = Node::connect(&server.url()).await;
    for round in 0..50 {
        for number in 0..40 {
            let group = format!("chat:{number}");
            node.join(&group);
            if number % 2 == 1 || round % 3 == 0 && round < 49 {
                node.leave(&group);
            }
        }
        tokio::task::yield_now().await;
    }
    let mut wanted: Vec<_> = (0..40)
        .step_by(2)
        .map(|number| format!("mizan:g:chat:{number}"))
        .collect();
    wanted.sort();
    eventually("the groups as they were left", || {
        let mut heard = server.heard();
        heard.retain(|name| name.starts_with("mizan:g:"));
        heard == wanted
    })
    .await;
}

#[tokio::test]
async fn prefixes_keep_applications_apart() {
    let server = Server::started();
    let shop = Node::start(lively(&server.url()).prefix("shop").build().unwrap());
    let blog = Node::start(lively(&server.url()).prefix("blog").build().unwrap());
    for node in [&shop, &blog] {
        node.is_connected(true).await;
        node.join(GROUP);
        node.hears_itself(GROUP).await;
    }
    shop.say("for the shop");
    shop.hears("for the shop").await;
    blog.say("for the blog");
    blog.hears("for the blog").await;
    assert_eq!(blog.heard_in(GROUP).len(), 1);
    assert_eq!(shop.heard_in(GROUP).len(), 1);
}

#[tokio::test]
async fn urls_with_a_password_a_database_and_a_unix_socket() {
    let server = Server::with_password("open sesame");
    let tcp = format!(
        "redis://default:open%20sesame@127.0.0.1:{}/3",
        server.port()
    );
    let unix = format!(
        "unix://{}?pass=open%20sesame&db=3",
        server.socket().display()
    );
    let a = Node::member(&tcp).await;
    let b = Node::member(&unix).await;
    a.say("by TCP");
    b.hears("by TCP").await;
    b.say("by socket");
    a.hears("by socket").await;
    a.announce(GROUP, &[(Some("ada"), 1)]);
    crate::waiting::eventually_with("presence", async || {
        b.presence(GROUP).await == Some(vec![(Some("ada".to_owned()), 1)])
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_seen_and_hurts_nobody() {
    let server = Server::with_password("right");
    let url = format!("redis://:wrong@127.0.0.1:{}", server.port());
    let node = Node::start(Redis::new(url).unwrap());
    node.join(GROUP);
    node.say("lost");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(!node.has_connected());
    assert_eq!(node.presence(GROUP).await, None);
    assert_eq!(node.missed(), 0);
}
