//! Tokens of a handshake reach neither handlers nor the log.

use crate::ear::Log;
use crate::serve;
use crate::site::builder;
use crate::socket::{Handshake, PATH};
use crate::support::token::{PAST, access_claims, mwt, sign_access};

#[tokio::test]
async fn a_token_of_the_query_or_of_a_subprotocol() {
    let log = Log::listen();
    let hosts = builder()
        .host_user(|head| {
            tracing::info!(target: "mizan-host", uri = %head.uri, "asked");
            async { Ok(None) }
        })
        .build()
        .unwrap();
    let address = serve::hyper(hosts.into_service()).await;
    let token = mwt("7", false, false);
    let query = Handshake::at(format!("{PATH}?room=a&token={token}&x=%20"));
    let offered = format!("mizan.v1, mizan.token.{token}");
    let subprotocol = Handshake::new().with("Sec-WebSocket-Protocol", offered);
    for (handshake, uri, protocols) in [
        (query, "/api/mizan/ws/?room=a&x=%20", &[][..]),
        (subprotocol, "/api/mizan/ws/", &["mizan.v1"]),
    ] {
        let (_, mut socket) = handshake.open(address).await;
        let seen = socket.call("seen").await;
        assert_eq!(seen["user"], "7");
        assert_eq!(seen["uri"], uri);
        assert_eq!(seen["subprotocols"], serde_json::json!(protocols));
        socket.close().await;
    }

    let mut expired = access_claims("7");
    expired["exp"] = (PAST + 1).into();
    let expired = sign_access(&expired);
    for refused in ["nonsense", "eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0", &expired] {
        let handshake = Handshake::at(format!("{PATH}?token={refused}"));
        let answer = handshake.refused(address, 401).await;
        assert!(!answer.text().contains(refused), "{answer}");
        let heard = log.text();
        assert!(heard.contains("token refused"), "{heard}");
        assert!(!heard.contains(refused), "{heard}");
    }
    let heard = log.text();
    assert!(
        !heard.contains(&token) && !heard.contains("token="),
        "{heard}"
    );
}
