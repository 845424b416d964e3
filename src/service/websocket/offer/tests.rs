use super::*;

fn uri_and_token(uri: &str) -> (String, Option<Token>) {
    let mut uri: Uri = uri.parse().unwrap();
    let token = take_parameter(&mut uri);
    (uri.to_string(), token)
}

fn query(token: &str) -> Option<Token> {
    Some(Token::Text(token.to_owned()))
}

#[test]
fn the_parameter_is_taken_out() {
    for (before, after, token) in [
        ("/ws/", "/ws/", None),
        ("/ws/?", "/ws/?", None),
        ("/ws/?a=1", "/ws/?a=1", None),
        ("/ws/?tokens=1&mytoken=2", "/ws/?tokens=1&mytoken=2", None),
        ("/ws/?token=a.b-c_", "/ws/", query("a.b-c_")),
        ("/ws/?a=1&token=x&b=2", "/ws/?a=1&b=2", query("x")),
        ("/ws/?token=x&b=%2f", "/ws/?b=%2f", query("x")),
        ("/ws/?token=a%2Eb", "/ws/", query("a.b")),
        ("/ws/?token=a+b", "/ws/", query("a b")),
        ("/ws/?token", "/ws/", query("")),
        ("/ws/?token=", "/ws/", query("")),
        // However it is spelled, it reaches no log.
        ("/ws/?%74oken=x", "/ws/", query("x")),
        ("/ws/?token=x&token=x", "/ws/", Some(Token::Unclear)),
        ("/ws/?token=%ff", "/ws/", Some(Token::Unclear)),
        (
            "http://h:1/ws/?token=x&a=1",
            "http://h:1/ws/?a=1",
            query("x"),
        ),
    ] {
        assert_eq!(uri_and_token(before), (after.to_owned(), token), "{before}");
    }
}

/// Whether `mizan.v1` is among them, the token, and what is left of the header.
fn offered(values: &[&str]) -> (bool, Option<Token>, Vec<String>) {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(SEC_WEBSOCKET_PROTOCOL, value.parse().unwrap());
    }
    let (selects, token) = take_subprotocols(&mut headers);
    let left = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let left = left.map(|value| value.to_str().unwrap().to_owned());
    (selects, token, left.collect())
}

fn subprotocol(token: &str) -> Option<Token> {
    Some(Token::Text(token.to_owned()))
}

#[test]
fn subprotocols() {
    for (values, selects, token, left) in [
        (&[][..], false, None, &[][..]),
        (&["chat"], false, None, &["chat"]),
        (&["mizan.v1"], true, None, &["mizan.v1"]),
        (&["MIZAN.V1"], false, None, &["MIZAN.V1"]),
        (&["chat,mizan.v1"], true, None, &["chat,mizan.v1"]),
        (&["chat", "mizan.v1"], true, None, &["chat", "mizan.v1"]),
        (
            &["mizan.v1, mizan.token.a.b.c"],
            true,
            subprotocol("a.b.c"),
            &["mizan.v1"],
        ),
        (
            &["mizan.token.x,chat", "mizan.v1"],
            true,
            subprotocol("x"),
            &["chat, mizan.v1"],
        ),
        (&["mizan.token.x"], false, subprotocol("x"), &[]),
        (&["mizan.token."], false, subprotocol(""), &[]),
        (
            &["mizan.token.x", "mizan.token.x"],
            false,
            Some(Token::Unclear),
            &[],
        ),
    ] {
        let left: Vec<_> = left.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(offered(values), (selects, token, left), "{values:?}");
    }
}

#[test]
fn the_subprotocol_comes_before_the_query() {
    let request = http::Request::builder()
        .uri("/ws/?token=q")
        .header(SEC_WEBSOCKET_PROTOCOL, "mizan.v1, mizan.token.s");
    let (mut head, ()) = request.body(()).unwrap().into_parts();
    let offer = Offer::take(&mut head, true);
    assert_eq!(offer.token, subprotocol("s"));
    assert!(offer.selects);
    assert_eq!(head.uri, "/ws/");
}

#[test]
fn the_parameter_is_the_hosts_where_no_tokens_are_read() {
    let request = http::Request::get("/ws/?token=a&token=b")
        .header(SEC_WEBSOCKET_PROTOCOL, "mizan.token.a.b");
    let (mut head, ()) = request.body(()).unwrap().into_parts();
    let offer = Offer::take(&mut head, false);
    assert_eq!(head.uri, "/ws/?token=a&token=b");
    // A subprotocol of this name is nobody else's.
    assert_eq!(offer.token, Some(Token::Text("a.b".to_owned())));
}
