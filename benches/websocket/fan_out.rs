//! One message to many subscribers: the time from the push to the last client's receipt, and what
//! the server spends on it.

use std::time::{Duration, Instant};

use crate::load::{Kind, Load};
use crate::ratio::{self, Rounds};
use crate::servers::{BARE, MIZAN, Server};
use crate::{Result, cpu, limits};

pub(crate) const ROUNDS: usize = 81;

/// What is set up once, buffers and tables, is there afterwards.
const WARM_UP: usize = 3;

struct Audience {
    // The clients go first, who would complain of a server that is gone.
    clients: Load,
    server: Server,
    times: Vec<Duration>,
    /// At the start of each round, so that what follows a receipt counts too.
    spent: Vec<Duration>,
}

impl Audience {
    fn gather(name: &str, sockets: usize) -> Result<Self> {
        let server = Server::start(name)?;
        let clients = Load::start(server.address, sockets, Kind::Subscribes)?;
        Ok(Self {
            clients,
            server,
            times: Vec::new(),
            spent: Vec::new(),
        })
    }

    fn hears(&mut self) -> Result<()> {
        self.spent.extend(cpu::spent(self.server.id()));
        let began = Instant::now();
        self.server.push()?;
        self.clients.received()?;
        self.times.push(began.elapsed());
        Ok(())
    }
}

/// Both in turn, so that what disturbs one disturbs the other.
pub(crate) fn compare(sockets: usize, rounds: usize) -> Result<()> {
    limits::allow(sockets)?;
    let mut both = [
        Audience::gather(BARE, sockets)?,
        Audience::gather(MIZAN, sockets)?,
    ];
    for _ in 0..WARM_UP + rounds {
        for audience in &mut both {
            audience.hears()?;
        }
    }
    let [bare, mizan] = &both;
    let times: Rounds = bare
        .times
        .iter()
        .zip(&mizan.times)
        .skip(WARM_UP)
        .map(millis)
        .collect();
    let spent: Rounds = steps(&bare.spent)
        .zip(steps(&mizan.spent))
        .skip(WARM_UP)
        .map(|(bare, mizan)| millis((&bare, &mizan)))
        .map(|(bare, mizan)| (bare * 1e3 / sockets as f64, mizan * 1e3 / sockets as f64))
        .collect();
    let what = format!("one message to {sockets} sockets");
    ratio::heading(&what, "broadcast", "Mizan");
    ratio::row("ms to the last receipt", 1, &times);
    ratio::best("ms in the best round", 1, &times);
    ratio::row("processor µs for each socket", 2, &spent);
    Ok(())
}

fn millis((base, own): (&Duration, &Duration)) -> (f64, f64) {
    (base.as_secs_f64() * 1e3, own.as_secs_f64() * 1e3)
}

/// From each to the next.
fn steps(spent: &[Duration]) -> impl Iterator<Item = Duration> {
    let next = spent.iter().skip(1);
    spent
        .iter()
        .zip(next)
        .map(|(this, next)| next.saturating_sub(*this))
}
