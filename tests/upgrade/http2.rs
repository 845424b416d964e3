//! Extended CONNECT, RFC 8441, on the stacks that speak HTTP/2.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, Version};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::ext::Protocol;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::site::{Form, builder, layer};
use crate::socket::{PATH, Socket};
use crate::support::token::mwt;

const FORMS: [Form; 4] = [
    Form::HyperLayer,
    Form::HyperWhole,
    Form::AxumLayer,
    Form::AxumNested,
];

struct Client {
    address: SocketAddr,
    sender: SendRequest<Empty<Bytes>>,
}

impl Client {
    async fn new(address: SocketAddr) -> Self {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (sender, connection) = handshake(TokioExecutor::new(), stream).await.unwrap();
        tokio::spawn(connection);
        let client = Self { address, sender };
        // The server's settings, which say whether it takes extended CONNECT, come first.
        let get = client.request(Method::GET, PATH, None);
        let mut sender = client.sender.clone();
        sender.send_request(get).await.unwrap();
        client
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        protocol: Option<&'static str>,
    ) -> Request<Empty<Bytes>> {
        let mut request = Request::new(Empty::new());
        *request.method_mut() = method;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = format!("http://{}{path}", self.address).parse().unwrap();
        if let Some(protocol) = protocol {
            let protocol = Protocol::from_static(protocol);
            request.extensions_mut().insert(protocol);
        }
        request
    }

    fn upgrade(&self, path: &str, headers: &[(&'static str, &str)]) -> Request<Empty<Bytes>> {
        let mut request = self.request(Method::CONNECT, path, Some("websocket"));
        let version = ("sec-websocket-version", "13");
        for (name, value) in [version].iter().chain(headers) {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        request
    }

    async fn send(&mut self, request: Request<Empty<Bytes>>) -> Response<Incoming> {
        let answer = self.sender.send_request(request);
        let answer = tokio::time::timeout(Duration::from_secs(10), answer).await;
        answer.expect("no answer").unwrap()
    }

    async fn open(&mut self, request: Request<Empty<Bytes>>) -> Socket<TokioIo<Upgraded>> {
        let response = self.send(request).await;
        assert_eq!(response.status(), 200);
        let upgraded = hyper::upgrade::on(response).await.unwrap();
        Socket::over(TokioIo::new(upgraded)).await
    }

    async fn refused(&mut self, request: Request<Empty<Bytes>>, status: u16) -> Value {
        let (head, body) = self.send(request).await.into_parts();
        assert_eq!(head.status, status);
        for name in ["upgrade", "connection"] {
            assert!(!head.headers.contains_key(name), "{name} in HTTP/2");
        }
        assert_eq!(head.headers["cache-control"], "no-store");
        let body = body.collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }
}

#[tokio::test]
async fn several_sockets_and_calls_on_one_connection() {
    for form in FORMS {
        let address = form.serve(layer()).await;
        let mut client = Client::new(address).await;
        let token = mwt("7", false, false);
        let request = client.upgrade(PATH, &[("x-mizan-token", &token)]);
        let mut first = client.open(request).await;
        let request = client.upgrade(&format!("/api/mizan/ws?token={token}"), &[]);
        let mut second = client.open(request).await;
        let request = client.upgrade(PATH, &[]);
        let mut third = client.open(request).await;
        assert_eq!(first.user().await.as_deref(), Some("7"));
        assert_eq!(third.user().await, None);
        assert_eq!(second.user().await.as_deref(), Some("7"));
        first.close().await;
        assert_eq!(second.user().await.as_deref(), Some("7"));
        // Requests go on beside them.
        let body = client
            .refused(client.request(Method::GET, PATH, None), 426)
            .await;
        assert_eq!(body["code"], "BAD_REQUEST");
    }
}

#[tokio::test]
async fn the_answer() {
    for form in FORMS {
        let address = form.serve(layer()).await;
        let mut client = Client::new(address).await;
        let offered = [("sec-websocket-protocol", "mizan.v1")];
        let response = client.send(client.upgrade(PATH, &offered)).await;
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(headers["sec-websocket-protocol"], "mizan.v1");
        assert_eq!(headers["cache-control"], "no-store");
        for name in [
            "sec-websocket-accept",
            "upgrade",
            "connection",
            "content-type",
            "content-length",
        ] {
            assert!(!headers.contains_key(name), "{form:?}: {name}");
        }
    }
}

#[tokio::test]
async fn what_is_refused() {
    for form in FORMS {
        let address = form.serve(builder().build().unwrap()).await;
        let mut client = Client::new(address).await;
        let evil = [("origin", "http://evil.example")];
        let body = client.refused(client.upgrade(PATH, &evil), 403).await;
        assert_eq!(body["details"], json!({ "reason": "origin" }));
        let own = format!("http://{address}");
        let request = client.upgrade(PATH, &[("origin", &own)]);
        drop(client.open(request).await);
        let wrong = [("x-mizan-token", "nonsense")];
        client.refused(client.upgrade(PATH, &wrong), 401).await;
        let old = [("sec-websocket-version", "8")];
        client.refused(client.upgrade(PATH, &old), 426).await;
        let other = client.request(Method::CONNECT, PATH, Some("connect-udp"));
        client.refused(other, 426).await;
        let missing = client.upgrade("/api/mizan/nope/", &[]);
        client.refused(missing, 404).await;
        let call = client.upgrade("/api/mizan/call/", &[]);
        client.refused(call, 405).await;
    }
}
