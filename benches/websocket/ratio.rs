//! Two that took turns, side by side.

/// What both came to in each round, what is compared with first.
pub(crate) type Rounds = Vec<(f64, f64)>;

/// The names of the two above their columns.
pub(crate) fn heading(what: &str, base: &str, own: &str) {
    println!("{what:<34}{base:>12}{own:>12}{:>9}  quartiles", "ratio");
}

/// The medians of both, and of the ratio, with its quartiles.
pub(crate) fn row(what: &str, digits: usize, rounds: &Rounds) {
    let base = at(0.5, rounds.iter().map(|(base, _)| *base));
    let own = at(0.5, rounds.iter().map(|(_, own)| *own));
    let ratio = |part| at(part, rounds.iter().map(|(base, own)| own / base));
    println!(
        "{what:<34}{base:>12.digits$}{own:>12.digits$}{:>9.2}  {:.2} to {:.2}",
        ratio(0.5),
        ratio(0.25),
        ratio(0.75)
    );
}

/// The least of both: what nothing else disturbed.
pub(crate) fn best(what: &str, digits: usize, rounds: &Rounds) {
    let base = at(0.0, rounds.iter().map(|(base, _)| *base));
    let own = at(0.0, rounds.iter().map(|(_, own)| *own));
    println!(
        "{what:<34}{base:>12.digits$}{own:>12.digits$}{:>9.2}",
        own / base
    );
}

/// The number below which this part of them is.
fn at(part: f64, numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let index = (numbers.len() as f64 * part) as usize;
    numbers.get(index).copied().unwrap_or(f64::NAN)
}
