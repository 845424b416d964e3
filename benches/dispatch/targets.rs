//! What Mizan holds itself to, whatever the baseline says.

use crate::Result;
use crate::counts::{AllCounts, Counts};

struct Target {
    what: &'static str,
    reached: f64,
    limit: f64,
}

/// Prints how far the targets are met. What CI fails on is the baseline.
pub(crate) fn print(counts: &AllCounts) -> Result<()> {
    let of = |name: &str| -> Result<Counts> {
        let counts = counts.get(name).copied();
        counts.ok_or_else(|| format!("`{name}` was not measured").into())
    };
    let ratio = |name, floor| -> Result<f64> {
        Ok(of(name)?.instructions as f64 / of(floor)?.instructions as f64)
    };
    let added = |name, to| -> Result<f64> {
        Ok(of(name)?.instructions as f64 - of(to)?.instructions as f64)
    };
    let targets = [
        Target {
            what: "instructions of a small call, as a ratio to the floor's",
            reached: ratio("async", "floor")?,
            limit: 1.25,
        },
        Target {
            what: "allocations of a small call",
            reached: of("async")?.allocations as f64,
            limit: 9.0,
        },
        Target {
            what: "instructions that auth and scoped `affects` add",
            reached: added("auth", "async")? - added("empty-user", "empty")?,
            limit: 1_500.0,
        },
        Target {
            what: "instructions that passing through adds",
            reached: added("pass-through", "inner")?,
            limit: 250.0,
        },
        Target {
            what: "instructions that passing through to a boxed service adds",
            reached: added("pass-boxed", "inner-boxed")?,
            limit: 250.0,
        },
        Target {
            what: "instructions of a form's validation, as a ratio to serde and garde by hand",
            reached: ratio("form-valid", "form-floor")?,
            limit: 5.0,
        },
    ];
    println!();
    for Target {
        what,
        reached,
        limit,
    } in targets
    {
        let verdict = if reached > limit { "missed" } else { "met" };
        println!("{verdict:<7}{reached:>9.2} of at most {limit:>8.2} {what}");
    }
    Ok(())
}
