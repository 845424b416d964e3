//! Layers, causes and destructors that panic: the answer is an error, and the connection lives.

use std::fmt::{self, Debug, Display, Formatter};
use std::future::Ready;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use mizan::{Call, Error, Function, MizanLayer, Reply, Result, Route};
use tower::Service;
use tower::layer::layer_fn;

use super::rig::{Server, Wire, wire_call};
use super::{ECHO, Text, lives, registry};

/// Where a layer panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Ready,
    Call,
    Poll,
    PollAndDrop,
    Dropped,
}

/// Panics once its moment has come, for calls that want it.
#[derive(Clone)]
struct Layered {
    route: Route,
    moment: Moment,
}

impl Service<Call> for Layered {
    type Response = Reply;
    type Error = Error;
    type Future = Explosive;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        assert!(self.moment != Moment::Ready, "secret of a layer");
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Explosive {
        assert!(self.moment != Moment::Call, "secret of a layer");
        Explosive {
            inner: self.route.call(call),
            moment: self.moment,
        }
    }
}

struct Explosive {
    inner: <Route as Service<Call>>::Future,
    moment: Moment,
}

impl Future for Explosive {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let panics = matches!(self.moment, Moment::Poll | Moment::PollAndDrop);
        assert!(!panics, "secret of a layer");
        self.inner.as_mut().poll(cx)
    }
}

impl Drop for Explosive {
    fn drop(&mut self) {
        let panics = matches!(self.moment, Moment::Dropped | Moment::PollAndDrop);
        assert!(!panics || std::thread::panicking(), "secret of a layer");
    }
}

fn explosive(moment: Moment) -> impl tower::Layer<Route, Service = Layered> {
    layer_fn(move |route: Route| Layered { route, moment })
}

async fn fails(wire: &mut Wire, body: &str, status: u16) {
    wire.write(wire_call(body)).await;
    let answer = wire.answer().await.expect(body);
    assert_eq!(answer.status, status, "{body}");
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
}

fn echo(_: Call, input: Text) -> Result<String> {
    Ok(input.text)
}

#[tokio::test]
async fn a_layer_around_everything_that_panics() {
    for moment in [
        Moment::Ready,
        Moment::Call,
        Moment::Poll,
        Moment::PollAndDrop,
        Moment::Dropped,
    ] {
        let registry = registry().build().unwrap();
        let layer = MizanLayer::builder(registry).layer(explosive(moment));
        let server = Server::start(layer.build().unwrap()).await;
        let mut wire = server.connect().await;
        for _ in 0..2 {
            fails(&mut wire, ECHO, 500).await;
        }
        wire.write("GET /api/mizan/ctx/none/ HTTP/1.1\r\nhost: x\r\n\r\n")
            .await;
        let answer = wire.answer().await.expect("the connection lives");
        assert_eq!(answer.status, 404, "{moment:?}");
    }
}

#[tokio::test]
async fn a_layer_around_a_function_that_panics() {
    for moment in [
        Moment::Ready,
        Moment::Call,
        Moment::Poll,
        Moment::PollAndDrop,
    ] {
        let layered = Function::new("layered", echo).layer(explosive(moment));
        let registry = registry().function(layered).build().unwrap();
        let server = Server::start(MizanLayer::new(registry)).await;
        let mut wire = server.connect().await;
        let call = ECHO.replace("echo", "layered");
        fails(&mut wire, &call, 500).await;
        lives(&mut wire).await;
    }
}

/// An error that cannot be printed, or whose source cannot.
struct Unprintable {
    source: Option<Box<Unprintable>>,
}

impl Display for Unprintable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        assert!(self.source.is_some(), "secret of a cause");
        f.write_str("printable")
    }
}

impl Debug for Unprintable {
    fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
        panic!("secret of a cause")
    }
}

impl std::error::Error for Unprintable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&**self.source.as_ref()?)
    }
}

fn unprintable(depth: usize) -> Unprintable {
    let source = (depth > 0).then(|| Box::new(unprintable(depth - 1)));
    Unprintable { source }
}

#[tokio::test]
async fn a_cause_that_cannot_be_printed() {
    let failing = |name, depth| {
        let handler = move |_: Call| Err::<(), _>(Error::from(unprintable(depth)));
        Function::new(name, handler)
    };
    let gated = Function::new("gated", |_: Call| Ok(()))
        .gate(|_| async { Err(Error::internal(unprintable(0))) });
    let registry = registry()
        .function(failing("cause", 0))
        .function(failing("source", 2))
        .function(gated);
    let server = super::serve(registry).await;
    let mut wire = server.connect().await;
    for function in ["cause", "source", "gated"] {
        fails(&mut wire, &format!(r#"{{"fn":"{function}"}}"#), 500).await;
        lives(&mut wire).await;
    }
}

/// Ends at once or never, and panics when it is let go of.
struct Waiting(Ready<Result<()>>, bool);

impl Future for Waiting {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.1 {
            return Pin::new(&mut self.0).poll(cx);
        }
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "secret of a destructor");
    }
}

#[tokio::test]
async fn a_handler_whose_future_panics_when_it_is_dropped() {
    let waiting = |ends| move |_: Call| Waiting(std::future::ready(Ok(())), ends);
    let registry = registry()
        .function(Function::new("ends", waiting(true)))
        .function(Function::new("hangs", waiting(false)).deadline(Duration::from_millis(5)));
    let server = super::serve(registry).await;
    let mut wire = server.connect().await;
    for function in ["ends", "hangs"] {
        fails(&mut wire, &format!(r#"{{"fn":"{function}"}}"#), 500).await;
        lives(&mut wire).await;
    }
    // A caller that goes away leaves the handler to be dropped by the connection.
    let mut gone = server.connect().await;
    gone.write(wire_call(r#"{"fn":"hangs"}"#)).await;
    drop(gone);
    lives(&mut wire).await;
}
