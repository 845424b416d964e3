//! Keeps a node connected.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::jitter::jittered;
use super::session;
use super::state::State;
use crate::channel::Inbox;

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// Runs until the other end of `released` is dropped.
pub(super) async fn run(state: Arc<State>, inbox: Inbox, mut released: oneshot::Receiver<()>) {
    let released = &mut released;
    let mut pause = SHORTEST_PAUSE;
    let mut has_missed = false;
    loop {
        let began = Instant::now();
        let established = session::establish(&state, &inbox);
        let trouble = match until(released, established).await {
            None => break,
            Some(Err(trouble)) => trouble,
            Some(Ok(link)) => {
                state.reached(link.clone());
                // Who came before the first connection was there heard nobody else's either.
                if has_missed || !state.groups().is_empty() {
                    inbox.missed();
                }
                match until(released, session::keep(&state, &link)).await {
                    None => {
                        session::finish(&state, &link).await;
                        break;
                    }
                    Some(trouble) => trouble,
                }
            }
        };
        // Also where it was never reached yet: who joined meanwhile was not told.
        has_missed = true;
        state.lost(&trouble);
        if began.elapsed() > LONGEST_PAUSE {
            pause = SHORTEST_PAUSE;
        }
        if until(released, sleep(jittered(pause))).await.is_none() {
            break;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    state.released();
}

/// `None` where nobody needs it any more.
async fn until<T>(
    released: &mut oneshot::Receiver<()>,
    future: impl Future<Output = T>,
) -> Option<T> {
    match select(released, pin!(future)).await {
        Either::Left(_) => None,
        Either::Right((output, _)) => Some(output),
    }
}
