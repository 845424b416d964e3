use super::context::Context;
use crate::invalidate::Params;

/// One context or several: a [`Context`], or an array of them.
pub trait Contexts {
    /// The contexts, in order.
    fn into_contexts(self) -> impl IntoIterator<Item = Context>;
}

impl Contexts for Context {
    fn into_contexts(self) -> impl IntoIterator<Item = Context> {
        [self]
    }
}

impl<const N: usize> Contexts for [Context; N] {
    fn into_contexts(self) -> impl IntoIterator<Item = Context> {
        self
    }
}

/// What `affects_params` gives: one [`Params`], or a `Vec` of several.
pub trait IntoScopes {
    /// The scopes, in order.
    fn into_scopes(self) -> Vec<Params>;
}

impl IntoScopes for Params {
    fn into_scopes(self) -> Vec<Params> {
        vec![self]
    }
}

impl IntoScopes for Vec<Params> {
    fn into_scopes(self) -> Vec<Params> {
        self
    }
}
