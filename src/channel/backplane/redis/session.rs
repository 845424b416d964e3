//! What a node does with a connection while it lasts.

use std::convert::Infallible;

use futures_util::future::try_join4;
use redis::pipe;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::link::{Link, Trouble};
use super::outgoing::Message;
use super::presence;
use super::state::State;
use crate::channel::Inbox;

/// How much is published at once.
const BATCH_MESSAGES: usize = 256;
const BATCH_BYTES: usize = 1024 * 1024;

/// A connection that hears every group.
pub(super) async fn establish(state: &State, inbox: &Inbox) -> Result<Link, Trouble> {
    let link = Link::open(state, inbox).await?;
    let names = &state.names;
    let mut heard = vec![names.echo.clone(), names.missed.clone()];
    heard.extend(
        state
            .groups()
            .whole()
            .into_iter()
            .map(|(group, ())| names.of_group(&group)),
    );
    link.subscribe(&heard).await?;
    Ok(link)
}

/// Works until the connection is lost.
pub(super) async fn keep(state: &State, link: &Link) -> Trouble {
    let closed = async { Err::<Infallible, _>(link.closed().await) };
    match try_join4(
        publish(state, link),
        tell(state, link),
        probe(state, link),
        closed,
    )
    .await
    {
        Ok((never, ..)) => match never {},
        Err(trouble) => trouble,
    }
}

/// Sends what still waits, and takes this node's presence away. Takes no longer than a command.
pub(super) async fn finish(state: &State, link: &Link) {
    let finished = timeout(state.settings.time_out, async {
        while publish_some(state, link).await? {}
        presence::vanish(state, link).await
    })
    .await;
    if !matches!(finished, Ok(Ok(()))) {
        tracing::debug!("this node's presence was left in Redis; it expires");
    }
}

async fn publish(state: &State, link: &Link) -> Result<Infallible, Trouble> {
    loop {
        if !publish_some(state, link).await? {
            state.outgoing.filled().await;
        }
    }
}

/// Counts what may not have arrived, also where the wait for the answer is given up.
struct OnTheWay<'a> {
    state: &'a State,
    count: u64,
}

impl Drop for OnTheWay<'_> {
    fn drop(&mut self) {
        self.state.drop_messages(self.count);
    }
}

/// False where nothing waits.
async fn publish_some(state: &State, link: &Link) -> Result<bool, Trouble> {
    let (batch, stale) = state.outgoing.take(BATCH_MESSAGES, BATCH_BYTES);
    state.drop_messages(stale);
    if batch.is_empty() {
        return Ok(false);
    }
    let mut on_the_way = OnTheWay {
        state,
        count: batch.len() as u64,
    };
    let mut commands = pipe();
    for Message { group, body, .. } in &batch {
        commands
            .cmd("PUBLISH")
            .arg(state.names.of_group(group))
            .arg(&body[..])
            .ignore();
    }
    drop(batch);
    match link.query::<()>(&commands).await {
        Ok(()) => on_the_way.count = 0,
        Err(trouble) if trouble.is_refusal() => {
            tracing::debug!(%trouble, "Redis refuses messages");
        }
        Err(trouble) => return Err(trouble),
    }
    Ok(true)
}

/// Tells Redis which groups are heard and who is in them. One after the other, so that what is
/// written last is what was true last.
async fn tell(state: &State, link: &Link) -> Result<Infallible, Trouble> {
    let mut next_beat = Instant::now();
    let mut is_written = false;
    let mut is_refused = false;
    loop {
        let changed = state.changed.notified();
        // A node where something always changes has to say that it lives all the same.
        let is_due = Instant::now() >= next_beat || timeout_at(next_beat, changed).await.is_err();
        let written = if is_due {
            next_beat = Instant::now() + state.settings.beat;
            write_whole(state, link, is_written).await
        } else {
            follow(state, link).await?;
            if !is_written {
                continue;
            }
            write_changes(state, link).await
        };
        is_written = match written {
            Ok(()) => true,
            // Out of memory, say. Messages still pass.
            Err(trouble) if trouble.is_refusal() => {
                if !is_refused {
                    tracing::warn!(%trouble, "Redis refuses the presence of this node");
                }
                is_refused = true;
                false
            }
            Err(trouble) => return Err(trouble),
        };
    }
}

async fn follow(state: &State, link: &Link) -> Result<(), Trouble> {
    let (mut joined, mut left) = (Vec::new(), Vec::new());
    let changes = state.groups().changes();
    for (group, wanted) in changes {
        let name = state.names.of_group(&group);
        match wanted {
            Some(()) => joined.push(name),
            None => left.push(name),
        }
    }
    link.subscribe(&joined).await?;
    link.unsubscribe(&left).await
}

async fn write_changes(state: &State, link: &Link) -> Result<(), Trouble> {
    let changes = state.roster().changes();
    if changes.is_empty() {
        return Ok(());
    }
    presence::change(state, link, changes).await
}

async fn write_whole(state: &State, link: &Link, is_written: bool) -> Result<(), Trouble> {
    let is_there = presence::beat(state, link).await?;
    if is_written && is_there {
        return Ok(());
    }
    presence::rewrite(state, link).await
}

/// Speaks to itself: a connection that is open and dead says nothing else.
async fn probe(state: &State, link: &Link) -> Result<Infallible, Trouble> {
    let names = &state.names;
    loop {
        sleep(state.settings.time_out).await;
        let mut commands = pipe();
        commands.cmd("PUBLISH").arg(&names.echo).arg("");
        let (heard,): (u64,) = link.query(&commands).await?;
        if heard == 0 {
            return Err(Trouble::Deaf);
        }
        if state.has_to_tell() {
            let mut commands = pipe();
            commands
                .cmd("PUBLISH")
                .arg(&names.missed)
                .arg(&names.node)
                .ignore();
            link.query::<()>(&commands).await?;
        }
    }
}
