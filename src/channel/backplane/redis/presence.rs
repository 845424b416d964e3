//! Who is there, as the nodes tell each other.
//!
//! Each node keeps one hash, of its groups and who is in them, that expires unless the node says
//! that it lives. A set of all nodes is only the way to these hashes: its scores are the server's
//! time, so that nodes need not agree on a clock.

use std::sync::Arc;
use std::time::Duration;

use redis::pipe;

use super::link::{Link, Trouble};
use super::names::Names;
use super::state::State;
use crate::channel::Present;
use crate::channel::backplane::merged;

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The members as they stand in a hash.
pub(super) fn encode(members: &[Present]) -> Vec<u8> {
    // Text and numbers always have a JSON.
    serde_json::to_vec(members).unwrap_or_default()
}

fn merge(rosters: &[Option<Vec<u8>>]) -> Vec<Present> {
    let mut all = Vec::new();
    for roster in rosters.iter().flatten() {
        match serde_json::from_slice::<Vec<Present>>(roster) {
            Ok(members) => all.extend(members),
            Err(error) => tracing::debug!(%error, "a node's presence cannot be read"),
        }
    }
    merged(all)
}

/// Who is in a group on all other nodes.
pub(super) async fn read(link: &Link, names: &Names, group: &str) -> Result<Vec<Present>, Trouble> {
    let mut commands = pipe();
    commands.cmd("ZRANGE").arg(&names.nodes).arg(0).arg(-1);
    let (nodes,): (Vec<String>,) = link.query(&commands).await?;
    let mut commands = pipe();
    for node in nodes.iter().filter(|node| **node != names.node) {
        commands.cmd("HGET").arg(names.roster_of(node)).arg(group);
    }
    if commands.is_empty() {
        return Ok(Vec::new());
    }
    let rosters: Vec<Option<Vec<u8>>> = link.query(&commands).await?;
    Ok(merge(&rosters))
}

/// Says that this node lives. False where its hash is gone, though it should be there.
pub(super) async fn beat(state: &State, link: &Link) -> Result<bool, Trouble> {
    let (names, expiry) = (&state.names, millis(state.settings.expiry));
    let mut commands = pipe();
    commands.cmd("TIME");
    let ((seconds, micros),): ((u64, u64),) = link.query(&commands).await?;
    let now = seconds * 1_000 + micros / 1_000;
    let mut commands = pipe();
    commands
        .cmd("ZADD")
        .arg(&names.nodes)
        .arg(now)
        .arg(&names.node)
        .ignore();
    commands
        .cmd("ZREMRANGEBYSCORE")
        .arg(&names.nodes)
        .arg("-inf")
        .arg(now.saturating_sub(expiry))
        .ignore();
    // The set itself goes when the last node is dead.
    commands
        .cmd("PEXPIRE")
        .arg(&names.nodes)
        .arg(expiry)
        .ignore();
    commands.cmd("PEXPIRE").arg(&names.roster).arg(expiry);
    let (is_there,): (bool,) = link.query(&commands).await?;
    Ok(is_there || state.roster().is_empty())
}

/// Writes this node's hash anew.
pub(super) async fn rewrite(state: &State, link: &Link) -> Result<(), Trouble> {
    let roster = &state.names.roster;
    let mut commands = pipe();
    commands.atomic();
    commands.cmd("DEL").arg(roster).ignore();
    for (group, members) in state.roster().whole() {
        commands
            .cmd("HSET")
            .arg(roster)
            .arg(&*group)
            .arg(members)
            .ignore();
    }
    expire(&mut commands, state);
    link.query(&commands).await
}

/// Writes what changed.
pub(super) async fn change(
    state: &State,
    link: &Link,
    changes: Vec<(Arc<str>, Option<Vec<u8>>)>,
) -> Result<(), Trouble> {
    let roster = &state.names.roster;
    let mut commands = pipe();
    for (group, members) in changes {
        match members {
            Some(members) => commands.cmd("HSET").arg(roster).arg(&*group).arg(members),
            None => commands.cmd("HDEL").arg(roster).arg(&*group),
        }
        .ignore();
    }
    expire(&mut commands, state);
    link.query(&commands).await
}

fn expire(commands: &mut redis::Pipeline, state: &State) {
    commands
        .cmd("PEXPIRE")
        .arg(&state.names.roster)
        .arg(millis(state.settings.expiry))
        .ignore();
}

/// Takes this node away.
pub(super) async fn vanish(state: &State, link: &Link) -> Result<(), Trouble> {
    let names = &state.names;
    let mut commands = pipe();
    commands.cmd("DEL").arg(&names.roster).ignore();
    commands
        .cmd("ZREM")
        .arg(&names.nodes)
        .arg(&names.node)
        .ignore();
    link.query(&commands).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present(user: Option<&str>, connections: usize) -> Present {
        Present::new(user.map(str::to_owned), connections)
    }

    #[test]
    fn nodes_are_summed_up_by_user() {
        let rosters = [
            Some(encode(&[present(Some("ada"), 2), present(None, 1)])),
            None,
            Some(b"no JSON".to_vec()),
            Some(encode(&[present(Some("ada"), 1), present(Some("bob"), 1)])),
            Some(encode(&[present(None, usize::MAX)])),
        ];
        assert_eq!(
            merge(&rosters),
            [
                present(None, usize::MAX),
                present(Some("ada"), 3),
                present(Some("bob"), 1),
            ]
        );
    }
}
