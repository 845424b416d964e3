//! What a large upload holds in memory, and how fast it is beside a hyper service that writes the
//! same bytes to a file.
//!
//! ```text
//! cargo bench --features full --bench uploads               memory and throughput
//! cargo bench --features full --bench uploads -- --check    memory alone; CI
//! ```
//!
//! Each server is a process of its own, so that what the client holds does not count, and both keep
//! their files in one directory. Client and server share the machine's processors and disk, so only
//! ratios of throughput mean something.

mod client;
mod disk;
#[path = "../support/listen.rs"]
mod listen;
mod memory;
mod server;

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use self::client::upload;
use self::server::{BARE, Child, MIZAN};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = BoxError> = std::result::Result<T, E>;

const MIB: u64 = 1024 * 1024;
const LARGE: u64 = 100 * MIB;
const MANY: usize = 20;
const EACH: u64 = 10 * MIB;
const ROUNDS: usize = 7;

/// How much more than at rest a process may hold while it takes a large file.
const BOUND: u64 = 20 * MIB;

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
    let asked = |word: &str| arguments.iter().any(|argument| argument == word);
    if let [serve, name] = arguments
        && serve == "--serve"
    {
        server::serve(name)?;
    } else if asked("--check") {
        return one();
    } else if asked("--bench") {
        println!("files in {}", disk::name(server::DIRECTORY));
        let code = one()?;
        many()?;
        throughput()?;
        return Ok(code);
    } else {
        // `cargo test --benches` wants to know that everything works, not how well.
        for name in [BARE, MIZAN] {
            upload(&Child::start(name)?, MIB)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What one large upload holds, against the bound.
fn one() -> Result<ExitCode> {
    let server = Child::start(MIZAN)?;
    let Some(held) = memory::held_during(&server, || upload(&server, LARGE).map(drop))? else {
        println!("Memory is read from /proc, which only Linux has: it was not looked at.");
        return Ok(ExitCode::SUCCESS);
    };
    let held_in_mib = mib(held);
    let (verdict, code) = match held <= BOUND {
        true => ("met", ExitCode::SUCCESS),
        false => ("missed", ExitCode::FAILURE),
    };
    println!(
        "{verdict:<7}{held_in_mib:>9.2} of at most {:>8.2} MiB held by an upload of {} MiB",
        mib(BOUND),
        LARGE / MIB
    );
    Ok(code)
}

fn many() -> Result<()> {
    let server = Child::start(MIZAN)?;
    let uploads = || {
        thread::scope(|scope| {
            let uploads: Vec<_> = (0..MANY)
                .map(|_| scope.spawn(|| upload(&server, EACH)))
                .collect();
            uploads.into_iter().try_for_each(|upload| {
                let result = upload.join().map_err(|_| "an upload panicked")?;
                result.map(drop)
            })
        })
    };
    if let Some(held) = memory::held_during(&server, uploads)? {
        let held = mib(held);
        println!(
            "{held:>16.2} MiB held by {MANY} uploads of {} MiB",
            EACH / MIB
        );
    }
    Ok(())
}

/// Both in turn, so that what disturbs one disturbs the other.
fn throughput() -> Result<()> {
    let servers = [Child::start(BARE)?, Child::start(MIZAN)?];
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (server, rates) in servers.iter().zip(&mut rates) {
            rates.push(rate(upload(server, LARGE)?));
        }
    }
    let [bare, mizan] = rates.map(median);
    println!("{bare:>16.0} MiB/s hyper, which writes the body to a file");
    println!("{mizan:>16.0} MiB/s Mizan, {:.2} of that", mizan / bare);
    Ok(())
}

fn rate(taken: Duration) -> f64 {
    mib(LARGE) / taken.as_secs_f64()
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / MIB as f64
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}
