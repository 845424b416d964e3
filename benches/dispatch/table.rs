//! The table of what was measured.

use crate::counts::{AllCounts, Counts};
use crate::scenarios::{self, Scenario};
use crate::timing::Times;

/// Instructions are given whole and net of building the request and reading the answer; ratios
/// are to the floor of the same payload.
pub(crate) fn print(counts: &AllCounts, times: Option<&Times>) {
    println!(
        "{:<16}{:>8}{:>8}{:>14}{:>8}{:>8}{:>8}{:>8}  what",
        "scenario", "p5 ns", "ratio", "instructions", "ratio", "net", "ratio", "allocs",
    );
    for scenario in scenarios::ALL {
        let (Some(own), Some(floor)) = (counts.get(scenario.name), counts.get(scenario.floor))
        else {
            continue;
        };
        if let Some(heading) = scenario.heading {
            println!("\n{heading}");
        }
        let nanoseconds = |name| Some(times?.get(name)?.as_nanos() as u64);
        let (time, floor_time) = (nanoseconds(scenario.name), nanoseconds(scenario.floor));
        let net_own = net(counts, scenario, own);
        let net_floor = scenarios::find(scenario.floor)
            .ok()
            .and_then(|of| net(counts, of, floor));
        println!(
            "{:<16}{:>8}{:>8}{:>14}{:>8}{:>8}{:>8}{:>8}  {}",
            scenario.name,
            text(time),
            ratio(time, floor_time),
            own.instructions,
            ratio(Some(own.instructions), Some(floor.instructions)),
            text(net_own),
            ratio(net_own, net_floor),
            own.allocations,
            scenario.what,
        );
    }
}

fn net(counts: &AllCounts, scenario: &Scenario, own: &Counts) -> Option<u64> {
    let empty = counts.get(scenario.empty)?;
    own.instructions.checked_sub(empty.instructions)
}

fn text(count: Option<u64>) -> String {
    count.map_or_else(|| "-".to_owned(), |count| count.to_string())
}

fn ratio(own: Option<u64>, floor: Option<u64>) -> String {
    match (own, floor) {
        (Some(own), Some(floor)) if floor > 0 => format!("{:.2}", own as f64 / floor as f64),
        _ => "-".to_owned(),
    }
}
