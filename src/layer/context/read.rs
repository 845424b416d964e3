use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use http::header::{HeaderMap, HeaderValue, SET_COOKIE};
use tower::ServiceExt;
use tower_service::Service;

use crate::call::{Call, Target};
use crate::error::{Error, Result};
use crate::invalidate::{Entries, Params, instance_value};
use crate::registry::ContextEntry;
use crate::reply::Reply;
use crate::schema::sort_members;

pub(super) async fn read<S>(call: Call, mut ready: S) -> Result<Reply>
where
    S: Service<Call, Response = Reply, Error = Error>,
{
    let Target::Context(id) = *call.target_ref() else {
        return Err(Error::internal("a function was read as a context"));
    };
    let context = call.registry().context_entry(id);
    let members: Vec<Call> = context
        .members()
        .iter()
        .map(|id| call.member(*id))
        .collect();

    let mut params = Params::new();
    for member in &members {
        params.absorb(read_ahead(member)?);
    }

    let mut running = FuturesOrdered::new();
    for member in members {
        running.push_back(ready.ready().await?.call(member));
    }
    let mut replies = Vec::with_capacity(context.members().len());
    while let Some(reply) = running.next().await {
        replies.push(reply?);
    }
    compose(context, &params, replies)
}

fn read_ahead(member: &Call) -> Result<Params> {
    let read = AssertUnwindSafe(|| member.entry().invoke().read_ahead(member));
    catch_unwind(read).unwrap_or_else(|panic| {
        let message = crate::panic::message(&*panic);
        Err(Error::internal(format!(
            "reading the input panicked: {message}"
        )))
    })
}

fn compose(context: &ContextEntry, params: &Params, replies: Vec<Reply>) -> Result<Reply> {
    let mut body = Vec::with_capacity(replies.iter().map(|reply| reply.value().len() + 32).sum());
    body.push(b'{');
    for (function, reply) in context
        .sorted()
        .filter_map(|(position, function)| replies.get(position).map(|reply| (function, reply)))
    {
        if body.len() > 1 {
            body.push(b',');
        }
        body.push(b'"');
        body.extend_from_slice(function.as_bytes());
        body.extend_from_slice(b"\":");
        let value = std::str::from_utf8(reply.value()).map_err(Error::from)?;
        body.extend_from_slice(sort_members(value).as_bytes());
    }
    body.push(b'}');

    let mut answer = Reply::of_json(&body);
    let extra = answer.extra_mut();
    extra.instance = Some(instance_value(context.name(), params));
    // A reader is not meant to change anything; if one says that it did, that is not lost.
    let mut entries = Entries::new();
    for (reply, headers) in replies.into_iter().map(Reply::into_effects) {
        entries.extend(reply);
        if let Some(headers) = headers {
            add_headers(extra.headers.get_or_insert_default(), *headers);
        }
    }
    extra.header = entries.header_value();
    Ok(answer)
}

/// What a later member sets stands in place of what an earlier one did, but every cookie stays.
fn add_headers(all: &mut HeaderMap, mut headers: HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    all.extend(headers);
    for cookie in cookies {
        all.append(SET_COOKIE, cookie);
    }
}
