use http::request;

use super::{Args, Call, Target};
use crate::identity::User;
use crate::registry::{ContextId, Registry};

/// The head of a request whose body is not read yet, already where the call will have it: it is
/// large, and the states that a request goes through are moved about.
pub(crate) struct Draft {
    // Nobody sees it before `decide`.
    call: Call,
}

impl Draft {
    #[inline]
    pub(crate) fn new(registry: &Registry, head: request::Parts) -> Self {
        let undecided = Target::Context(ContextId::NONE);
        Self {
            call: Call::new(registry.clone(), undecided, Args::Query, None, head),
        }
    }

    #[inline]
    pub(crate) fn decide(self, target: Target, args: Args, user: Option<User>) -> Call {
        self.call.edit(|inner| {
            inner.target = target;
            inner.args = args;
            inner.user = user;
        })
    }
}
