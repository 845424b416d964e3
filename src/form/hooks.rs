//! Handlers of many types that one form holds: checks, initial values, choices.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all, ready};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::schema::Choice;
use super::values::Values;
use crate::call::{Call, Given};
use crate::error::Result;
use crate::registry::{Handler, Started};
use crate::schema::Refusal;

pub(crate) type Running<T> = BoxFuture<'static, Result<T>>;

/// A check of one field, begun with the field's value unless that is no such value.
pub(crate) type FieldCheck =
    Arc<dyn Fn(Call, &Given, &Value) -> Result<Running<()>, Refusal> + Send + Sync>;
pub(crate) type Hook<I, O> = Arc<dyn Fn(Call, I) -> Running<O> + Send + Sync>;

/// What hooks find for their fields, all asked at once and waited for, whichever fails.
pub(crate) async fn ask<'a, T: 'a>(
    hooks: impl Iterator<Item = &'a (String, Hook<Values, T>)>,
    call: &Call,
    values: &Values,
) -> Result<Vec<(&'a str, T)>> {
    let asked = hooks.map(|(field, find)| (field.as_str(), find(call.clone(), values.clone())));
    let found = asked.map(async |(field, found)| found.await.map(|found| (field, found)));
    join_all(found).await.into_iter().collect()
}

/// A hook from whatever shape its handler has.
pub(crate) fn hook<H, K>(handler: H) -> Hook<H::Input, H::Output>
where
    H: Handler<K>,
    H::Future: Send + 'static,
    H::Output: Send + 'static,
{
    Arc::new(move |call, input| match handler.start(call, input) {
        Started::Done(result) => ready(result).boxed(),
        Started::Running(future) => future.boxed(),
    })
}

pub(crate) fn field_check<H, K>(handler: H) -> FieldCheck
where
    H: Handler<K, Output = ()>,
    H::Input: DeserializeOwned + 'static,
    H::Future: Send + 'static,
{
    let check = hook(handler);
    Arc::new(move |call, given, value| Ok(check(call, given.read_part(value)?)))
}

pub(crate) fn initial<H, K>(handler: H) -> Hook<Values, Value>
where
    H: Handler<K, Input = Values>,
    H::Future: Send + 'static,
    H::Output: Serialize + Send + 'static,
{
    let initial = hook(handler);
    Arc::new(move |call, values| {
        let found = initial(call, values);
        async move { Ok(serde_json::to_value(found.await?)?) }.boxed()
    })
}

pub(crate) fn choices<H, K>(handler: H) -> Hook<Values, Vec<Choice>>
where
    H: Handler<K, Input = Values, Output = Vec<Choice>>,
    H::Future: Send + 'static,
{
    hook(handler)
}
