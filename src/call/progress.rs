use std::any::Any;

use http::{HeaderMap, HeaderValue};

use crate::invalidate::{Entries, Params};

/// What has come of a call so far. Shared between the handler and the layers around it, because
/// only what survives the handler can tell what it may have changed.
#[derive(Default)]
pub(crate) struct Progress {
    /// The handler was begun, so a failure from here on has an unknown effect.
    pub(crate) begun: bool,
    /// A layer began the handler more than once, so how it ended says nothing of the earlier times.
    pub(crate) again: bool,
    /// The call is over: what is added from here on reaches nobody.
    pub(crate) over: bool,
    /// The scalars of the input that scope by themselves.
    pub(crate) scope: Params,
    /// What `affects_params` said.
    pub(crate) declared: Declared,
    /// The handler is done, and `affects_params` runs within a deadline of its own.
    pub(crate) scoping: bool,
    /// Layers of the application stand around the call, which may lose its answer.
    pub(crate) layered: bool,
    /// The header that an answer needs which is made in place of a lost one.
    pub(crate) lost: Option<Box<HeaderValue>>,
    /// The entries that the handler added.
    pub(crate) added: Entries,
    /// An input that was read before its turn: a context validates all before it runs any.
    pub(crate) input: Option<Box<dyn Any + Send>>,
    headers: Option<Box<HeaderMap>>,
}

/// What `affects_params` said of this call.
#[derive(Debug, Default)]
pub(crate) enum Declared {
    /// Nothing yet, or it failed: the entries are broad.
    #[default]
    Nothing,
    Scopes(Vec<Params>),
}

impl Progress {
    pub(crate) fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers.get_or_insert_default()
    }

    pub(crate) fn take_headers(&mut self) -> Option<Box<HeaderMap>> {
        self.headers.take()
    }
}
