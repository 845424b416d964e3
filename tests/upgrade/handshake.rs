//! RFC 6455, section 4.2, in the order of the protocol's checks.

use crate::site::{Form, layer};
use crate::socket::Handshake;

const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

#[tokio::test]
async fn what_is_taken() {
    for form in Form::ALL {
        let address = form.serve(layer()).await;
        for handshake in [
            Handshake::new(),
            Handshake::at("/api/mizan/ws"),
            Handshake::at("/api/mizan/ws/?a=1"),
            Handshake::new().set("Upgrade", "WebSocket"),
            Handshake::new().set("Upgrade", "h2c, websocket"),
            Handshake::new().set("Connection", "keep-alive, upgrade"),
            Handshake::new().with("Connection", "keep-alive"),
            Handshake::new().with("Sec-WebSocket-Extensions", "permessage-deflate"),
        ] {
            let (answer, _) = handshake.open(address).await;
            for (name, value) in [
                ("sec-websocket-accept", Some(ACCEPT)),
                ("upgrade", Some("websocket")),
                ("connection", Some("upgrade")),
                ("cache-control", Some("no-store")),
                ("sec-websocket-protocol", None),
                ("sec-websocket-extensions", None),
                ("content-type", None),
                ("content-length", None),
                ("transfer-encoding", None),
            ] {
                answer.assert_header(name, value);
            }
            let contract = answer.header("x-mizan-contract").unwrap();
            assert_eq!(contract.len(), 16, "{form:?}: {answer}");
        }
    }
}

#[tokio::test]
async fn what_is_no_upgrade_is_told_to_be_one() {
    for form in Form::ALL {
        let address = form.serve(layer()).await;
        let mut http_10 = Handshake::new();
        http_10.version = "HTTP/1.0";
        for handshake in [
            Handshake::new()
                .without("Upgrade")
                .without("Connection")
                .without("Sec-WebSocket-Version")
                .without("Sec-WebSocket-Key"),
            Handshake::new().without("Upgrade"),
            Handshake::new().without("Connection"),
            Handshake::new().set("Upgrade", "h2c"),
            Handshake::new().set("Upgrade", "websocketx"),
            Handshake::new().set("Connection", "keep-alive"),
            http_10,
        ] {
            let answer = handshake.refused(address, 426).await;
            answer.assert_error(426, "BAD_REQUEST");
            answer.assert_header("upgrade", Some("websocket"));
            answer.assert_header("sec-websocket-version", None);
        }
    }
}

#[tokio::test]
async fn the_one_version() {
    for form in Form::STACKS {
        let address = form.serve(layer()).await;
        for version in ["12", "8", "0", "14", "", "x", "13, 8", "013"] {
            // Whatever else is wrong behind it.
            let handshake = Handshake::new()
                .set("Sec-WebSocket-Version", version)
                .without("Sec-WebSocket-Key")
                .with("X-Mizan-Token", "nonsense");
            let answer = handshake.refused(address, 426).await;
            answer.assert_error(426, "BAD_REQUEST");
            answer.assert_header("sec-websocket-version", Some("13"));
            answer.assert_header("upgrade", Some("websocket"));
        }
        for handshake in [
            Handshake::new().without("Sec-WebSocket-Version"),
            Handshake::new().with("Sec-WebSocket-Version", "13"),
        ] {
            let answer = handshake.refused(address, 426).await;
            answer.assert_header("sec-websocket-version", Some("13"));
        }
    }
}

#[tokio::test]
async fn keys() {
    for form in Form::STACKS {
        let address = form.serve(layer()).await;
        for key in [
            "",
            "x",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25j",
            "dGhlIHNhbXBsZSBub25jZQAA",
            "dGhlIHNhbXBsZSBub25jZSBub25jZQ==",
        ] {
            let handshake = Handshake::new()
                .set("Sec-WebSocket-Key", key)
                .with("X-Mizan-Token", "nonsense");
            let answer = handshake.refused(address, 400).await;
            answer.assert_error(400, "BAD_REQUEST");
        }
        for handshake in [
            Handshake::new().without("Sec-WebSocket-Key"),
            Handshake::new().with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ] {
            handshake.refused(address, 400).await;
        }
    }
}

#[tokio::test]
async fn methods() {
    const ALLOW: Option<&str> = Some("GET, CONNECT, OPTIONS");
    for form in Form::ALL {
        let address = form.serve(layer()).await;
        for method in ["POST", "PUT", "DELETE", "PATCH", "HEAD", "BREW"] {
            let mut handshake = Handshake::new().with("X-Mizan-Token", "nonsense");
            handshake.method = method;
            let answer = handshake.answer(address).await;
            answer.assert_status(405).assert_header("allow", ALLOW);
        }
        let mut options = Handshake::new();
        options.method = "OPTIONS";
        let answer = options.refused(address, 204).await;
        answer.assert_header("allow", ALLOW);
        for path in ["/api/mizan/ws/x/", "/api/mizan/ws//", "/api/mizan/wss/"] {
            let answer = Handshake::at(path).refused(address, 404).await;
            answer.assert_error(404, "NOT_FOUND");
        }
    }
}
