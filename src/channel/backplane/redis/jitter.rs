use std::time::Duration;

use crate::channel::random::number;

/// Half of it for certain, the other half by chance: nodes that lost the same Redis together do
/// not come back together.
pub(super) fn jittered(time: Duration) -> Duration {
    let half = time / 2;
    let chance = number() as f64 / u64::MAX as f64;
    half + half.mul_f64(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_between_half_and_all() {
        let all = Duration::from_secs(2);
        for _ in 0..1_000 {
            let jittered = jittered(all);
            assert!(jittered >= all / 2 && jittered <= all, "{jittered:?}");
        }
        assert_eq!(jittered(Duration::ZERO), Duration::ZERO);
    }
}
