//! Wall-clock time, in rounds that visit every scenario.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::Result;
use crate::scenarios;

const ROUNDS: usize = 1_500;
const EXCHANGES: u32 = 32;

pub(crate) type Times = BTreeMap<&'static str, Duration>;

/// The 5th percentile of the rounds: what an exchange takes when nothing else disturbs it.
pub(crate) fn all() -> Result<Times> {
    let mut running = Vec::new();
    for scenario in scenarios::ALL {
        running.push((
            scenario.name,
            (scenario.make)()?,
            Vec::with_capacity(ROUNDS),
        ));
    }
    allocation_counter::opt_out(|| {
        for _ in 0..ROUNDS {
            for (_, exchange, rounds) in &mut running {
                let began = Instant::now();
                for _ in 0..EXCHANGES {
                    exchange();
                }
                rounds.push(began.elapsed() / EXCHANGES);
            }
        }
    });
    let times = running.into_iter().map(|(name, _, mut rounds)| {
        rounds.sort_unstable();
        (name, rounds.get(ROUNDS / 20).copied().unwrap_or_default())
    });
    Ok(times.collect())
}
