//! What a call costs in process, beside other ways to answer the same request.
//!
//! ```text
//! cargo bench --features full --bench dispatch               times, instructions, allocations
//! cargo bench --features full --bench dispatch -- --counts   instructions and allocations
//! cargo bench --features full --bench dispatch -- --check    against baseline.json; CI
//! cargo bench --features full --bench dispatch -- --bless    writes baseline.json
//! ```
//!
//! Times swing with the machine: compare those of one run, whose rounds are interleaved. Counts
//! are stable for one compiler and one lock file, and they are what is held to the baseline.

mod baseline;
mod counts;
mod scenarios;
mod table;
mod targets;
mod timing;

use std::process::ExitCode;

use self::baseline::Baseline;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = BoxError> = std::result::Result<T, E>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let under_cargo_bench = arguments.iter().any(|argument| argument == "--bench");
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--bench")
        .collect();
    match words[..] {
        ["--run", name, times] => scenarios::find(name)?.repeat(times.parse()?)?,
        ["--counts"] => {
            let counts = counts::all()?;
            table::print(&counts, None);
            targets::print(&counts)?;
        }
        ["--check"] => return check(),
        ["--bless"] => {
            let counts = counts::all()?;
            table::print(&counts, None);
            Baseline::of(&counts)?.write()?;
        }
        [] if under_cargo_bench => {
            let times = timing::all()?;
            let counts = counts::all()?;
            table::print(&counts, Some(&times));
            targets::print(&counts)?;
        }
        // `cargo test --benches` wants to know that everything works, not how fast.
        [] => scenarios::ALL
            .iter()
            .try_for_each(|scenario| scenario.repeat(2))?,
        _ => return Err("give nothing, or one of --counts, --check, --bless".into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn check() -> Result<ExitCode> {
    let counts = counts::all()?;
    table::print(&counts, None);
    targets::print(&counts)?;
    let worse = Baseline::read()?.compare(&counts)?;
    for complaint in &worse {
        eprintln!("error: {complaint}");
    }
    if !worse.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    println!("No count is more than 3 % above the baseline.");
    Ok(ExitCode::SUCCESS)
}
