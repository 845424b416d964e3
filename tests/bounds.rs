//! What the types promise to those who store, share and move them.

use std::fmt::Debug;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Request;
use http_body::Body;
use http_body_util::Full;
use mizan::page::PageData;
use mizan::{
    Call, Context, Defect, Entries, Entry, Error, Fields, Function, InProcess, Invalidated,
    Invalidation, LayerError, Merge, MizanBody, MizanLayer, MizanLayerBuilder, MizanService,
    NotFound, Params, Registry, RegistryBuilder, RegistryError, Reply, ResponseFuture, Route,
    Scalar, User,
};
use tower::{Layer, Service};

fn is_send<T: Send>() {}
fn is_shared<T: Send + Sync + 'static>() {}
fn is_handle<T: Clone + Send + Sync + 'static>() {}
fn is_debug<T: Debug>() {}
fn is_error<T: std::error::Error + Send + Sync + 'static>() {}
fn is_default<T: Default>() {}

#[test]
fn handles_are_cloned_and_shared() {
    is_handle::<MizanLayer>();
    is_handle::<MizanService>();
    is_handle::<Registry>();
    #[cfg(feature = "websocket")]
    is_handle::<mizan::Connections>();
    #[cfg(feature = "websocket")]
    is_handle::<mizan::Sockets>();
    is_handle::<Call>();
    is_handle::<Route>();
    is_handle::<User>();
    is_handle::<Context>();
    is_handle::<Entries>();
    is_handle::<Entry>();
    is_handle::<Params>();
    is_handle::<Scalar>();
    is_handle::<Merge>();
    is_handle::<Invalidation>();
    is_handle::<Invalidated>();
    is_handle::<Fields>();
    is_handle::<Defect>();
    is_handle::<NotFound>();
    is_handle::<PageData>();
}

#[test]
fn values_move_between_threads() {
    is_shared::<Error>();
    is_shared::<Reply>();
    is_shared::<MizanBody<Full<Bytes>>>();
    is_send::<RegistryBuilder>();
    is_send::<MizanLayerBuilder>();
    is_send::<Function<(), ()>>();
    is_send::<InProcess>();
    is_error::<RegistryError>();
    is_error::<LayerError>();
}

#[test]
fn a_service_asks_no_more_of_what_it_wraps_than_it_has_to() {
    /// Neither `Clone` nor `Send`.
    struct Rigid(PhantomData<*const ()>);

    impl<B> Service<Request<B>> for Rigid {
        type Response = http::Response<Full<Bytes>>;
        type Error = std::convert::Infallible;
        type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

        fn poll_ready(
            &mut self,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Result<(), Self::Error>> {
            std::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<B>) -> Self::Future {
            std::future::ready(Ok(http::Response::default()))
        }
    }

    fn is_service<S: Service<Request<Full<Bytes>>>>(_: &S) {}

    let registry = Registry::builder().build().ok();
    let service = registry.map(|r| MizanLayer::new(r).layer(Rigid(PhantomData)));
    service.iter().for_each(is_service);
}

#[test]
fn futures_are_send_and_bodies_have_a_default() {
    type Answer = std::future::Ready<Result<http::Response<Full<Bytes>>, std::io::Error>>;
    is_send::<ResponseFuture<Answer, Full<Bytes>, Full<Bytes>>>();
    is_send::<<MizanService as Service<Request<Full<Bytes>>>>::Future>();
    is_send::<<MizanService as Service<Request<hyper::body::Incoming>>>::Future>();
    is_send::<<MizanService as Service<Request<axum::body::Body>>>::Future>();
    is_send::<<InProcess as IntoFuture>::IntoFuture>();
    let layer = Registry::builder().build().map(MizanLayer::new).ok();
    let data = layer.map(|layer| layer.page_data(&Request::new(())));
    fn lives_alone<T: Send + 'static>(_: Option<T>) {}
    lives_alone(data);

    /// Has nothing but a name.
    struct Bare;
    is_default::<MizanBody<Bare>>();
    is_default::<MizanBody<hyper::body::Incoming>>();
    let empty = MizanBody::<Full<Bytes>>::default();
    assert!(empty.is_end_stream());
    assert_eq!(empty.size_hint().exact(), Some(0));
}

#[test]
fn everything_shows_itself_without_secrets() {
    is_debug::<MizanLayer>();
    is_debug::<MizanLayerBuilder>();
    is_debug::<MizanService>();
    is_debug::<Registry>();
    is_debug::<RegistryBuilder>();
    is_debug::<Call>();
    is_debug::<PageData>();
    is_debug::<Route>();
    is_debug::<Error>();
    is_debug::<Reply>();
    is_debug::<Function<(), ()>>();
    is_debug::<InProcess>();
    is_debug::<ResponseFuture<(), (), ()>>();
}
