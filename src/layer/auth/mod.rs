//! Who may go on: private functions, requirements, gates.
//!
//! 1. A private function is for the process itself.
//! 2. A requirement is judged by the caller's identity: 401 without one, 403 without the right.
//! 3. The application's own gates are asked after that, one after another, each function's within
//!    its deadline.
//! 4. For a context this is done for every member, in the order of registration, before any
//!    input is read; the first refusal is the answer.
//!
//! It stands before validation, so that an anonymous caller learns nothing of a function's input.

mod future;
mod service;

use tower_layer::Layer;

pub(crate) use self::service::Authorize;

#[derive(Clone, Copy, Debug)]
pub(crate) struct AuthLayer;

impl<S> Layer<S> for AuthLayer {
    type Service = Authorize<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorize::new(inner)
    }
}
