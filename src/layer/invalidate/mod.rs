//! What a call changed: found when it ends, told to whoever listens, and put into its answer
//! (protocol section 3).
//!
//! 1. A call that succeeded names what its function declares and what its handler added.
//! 2. A call that ends in a 4xx changed nothing.
//! 3. A call whose handler was begun and that ends in a 5xx, or that is dropped because its caller
//!    went away, may have changed anything it declares. Listeners are told at once, and again when
//!    what it began should be over.
//!
//! A call that is dropped is noticed by its future's destructor: calls run on the task of their
//! connection, nothing is spawned for a call that ends by itself, and no registry of running calls
//! has to be kept. Only telling the listeners of such a call takes a task of its own.

mod future;
mod service;

use tower_layer::Layer;

#[cfg(feature = "forms")]
pub(crate) use self::future::unknown_end as unknown;
pub(crate) use self::service::Invalidate;

#[derive(Clone, Copy, Debug)]
pub(crate) struct InvalidateLayer;

impl<S> Layer<S> for InvalidateLayer {
    type Service = Invalidate<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Invalidate::new(inner)
    }
}
