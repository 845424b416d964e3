//! What idle connections hold in the server's memory, and what is left when they are gone.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::load::{Kind, Load};
use crate::servers::{BARE, COUNTED, OFTEN, PINGING, Server};
use crate::{Result, limits};

/// How much of that may be left allocated when all have closed: tables keep their capacity.
const LEFT: f64 = 0.05;

/// The rest of a ping's period, and one more.
const IDLE: Duration = OFTEN.saturating_mul(3);

/// When a server that still has tasks of closed connections is given up: no measure, it only has
/// to be longer than everything that a loaded machine does.
const GIVE_UP: Duration = Duration::from_secs(60);

/// Of each kind. False where a bound was missed.
pub(crate) fn print(sockets: usize) -> Result<bool> {
    limits::allow(sockets)?;
    let mut met = true;
    for kind in Kind::ALL {
        println!("{sockets} idle connections {}", kind.name());
        met &= resident(sockets, kind)?;
        met &= allocated(sockets, kind)?;
    }
    let mut bare = Server::start(BARE)?;
    if let Some(held) = Held::by(&mut bare, sockets, Kind::Subscribes)? {
        println!("{sockets} idle connections of a server by hand");
        println!("{:<7}{:>9.2} KiB resident of each", "", held.first);
        held.print_rest();
    }
    Ok(met)
}

/// The resident memory of a server, in KiB for each connection.
struct Held {
    first: f64,
    after: f64,
    again: f64,
}

impl Held {
    fn by(server: &mut Server, sockets: usize, kind: Kind) -> Result<Option<Self>> {
        // What is set up once, threads and tables, is there afterwards.
        drop(Load::start(server.address, sockets.min(100), kind)?);
        settle(server, 1)?;
        let Some(rest) = resident_of(server) else {
            println!("Memory is read from /proc, which only Linux has: it was not looked at.");
            return Ok(None);
        };
        let mut fill = || -> Result<(f64, f64)> {
            let clients = Load::start(server.address, sockets, kind)?;
            thread::sleep(IDLE);
            let full = resident_of(server).unwrap_or_default();
            drop(clients);
            settle(server, 1)?;
            Ok((full, resident_of(server).unwrap_or_default()))
        };
        let each = |now: f64| (now - rest) / sockets as f64;
        let (first, after) = fill()?;
        let (again, _) = fill()?;
        let (first, after, again) = (each(first), each(after), each(again));
        Ok(Some(Self {
            first,
            after,
            again,
        }))
    }

    // The allocator keeps most of what is given back to it.
    fn print_rest(&self) {
        println!(
            "{:<7}{:>9.2} KiB when they are gone, {:.2} when as many are there again",
            "", self.after, self.again
        );
    }
}

fn resident(sockets: usize, kind: Kind) -> Result<bool> {
    let mut server = Server::start(PINGING)?;
    let Some(held) = Held::by(&mut server, sockets, kind)? else {
        return Ok(true);
    };
    let bound = kind.bound();
    let met = held.first <= bound;
    println!(
        "{:<7}{:>9.2} of at most {bound:.2} KiB resident of each",
        verdict(met),
        held.first
    );
    held.print_rest();
    Ok(met)
}

/// What the allocator was asked for, to the byte; resident memory is not all given back.
fn allocated(sockets: usize, kind: Kind) -> Result<bool> {
    let mut server = Server::start(COUNTED)?;
    drop(Load::start(server.address, 1, kind)?);
    settle(&mut server, 1)?;
    let rest = server.live()?;
    let clients = Load::start(server.address, sockets, kind)?;
    thread::sleep(IDLE);
    let full = server.live()? - rest;
    drop(clients);
    let tasks = settle(&mut server, 1)?;
    let left = server.live()? - rest;
    let met = left as f64 <= full as f64 * LEFT;
    let each = |bytes: i64| bytes as f64 / sockets as f64;
    println!("{:<7}{:>9.0} bytes allocated for each", "", each(full));
    println!(
        "{:<7}{:>9.0} bytes of each and {tasks} task when they are gone",
        verdict(met),
        each(left)
    );
    Ok(met)
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

/// Waits until only so many tasks are left: the connections are gone.
fn settle(server: &mut Server, tasks: usize) -> Result<usize> {
    let began = Instant::now();
    loop {
        let now = server.tasks()?;
        if now <= tasks {
            return Ok(now);
        }
        if began.elapsed() > GIVE_UP {
            return Err(format!("{now} tasks are left of connections that are closed").into());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// In KiB.
fn resident_of(server: &Server) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
