//! A small call over loopback, beside a hyper service that answers a constant and axum's `Json`.
//!
//! `wrk` makes the load; `benches/sockets.sh` installs it where it can. The servers share an
//! accept loop and a runtime, are loaded in turn, and the median of the rounds is reported.
//! Client and servers share the machine's processors, so only ratios mean something.

#[path = "../support/listen.rs"]
mod listen;
mod load;
mod servers;

use std::process::ExitCode;

use self::servers::{Server, serve};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = BoxError> = std::result::Result<T, E>;

const ROUNDS: usize = 5;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let servers = runtime.block_on(serve())?;
    for server in &servers {
        load::check(server)?;
    }
    // `cargo test --benches` wants to know that everything works, not how fast.
    if std::env::args().any(|argument| argument == "--bench") {
        report(&servers)?;
    }
    Ok(())
}

fn report(servers: &[Server]) -> Result<()> {
    let mut rounds = vec![Vec::with_capacity(ROUNDS); servers.len()];
    for round in 1..=ROUNDS {
        for (server, rates) in servers.iter().zip(&mut rounds) {
            let rate = load::rate(server)?;
            eprintln!("round {round}: {:<16}{rate:>10.0} requests/s", server.name);
            rates.push(rate);
        }
    }
    let medians: Vec<f64> = rounds.into_iter().map(median).collect();
    let best = medians.first().copied().unwrap_or(f64::NAN);
    println!("{:<16}{:>12}{:>10}", "server", "requests/s", "ratio");
    for (server, median) in servers.iter().zip(medians) {
        println!("{:<16}{median:>12.0}{:>10.3}", server.name, median / best);
    }
    Ok(())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}
